package org.nao.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a test's main method in a process of its own, which ignores no signal, whatever started
 * the tests ignores (nohup: SIGHUP).
 */
final class ChildJvm {
  private ChildJvm() {}

  static Process start(Class<?> main, Path... arguments) throws IOException {
    return start(main, Map.of(), arguments);
  }

  static Process start(Class<?> main, Map<String, String> environment, Path... arguments)
      throws IOException {
    final List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "--default-signal"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (final Path argument : arguments) {
      command.add(argument.toString());
    }
    final ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** In a child: waits until the process that started it has ended. */
  static void awaitParent() throws IOException {
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  static void signal(Process process, String name) throws IOException, InterruptedException {
    final int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " failed with " + status);
    }
  }
}
