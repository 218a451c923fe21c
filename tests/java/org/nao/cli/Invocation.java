package org.nao.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** One command line run in this process, and what came of it. */
record Invocation(int exitCode, String out, String err) {
  static Invocation of(String... arguments) {
    return of(Main.commandLine(), arguments);
  }

  static Invocation of(CommandLine command, String... arguments) {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final int exitCode =
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    return new Invocation(exitCode, out.toString(), err.toString());
  }

  /** With {@code input} as standard input. */
  static Invocation withInput(String input, String... arguments) {
    final InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return of(arguments);
    } finally {
      System.setIn(before);
    }
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
