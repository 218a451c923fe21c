package org.nao.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nao.text.Shell;

/**
 * The text of a batch script for Slurm. It is plain, since people copy and change it.
 *
 * @param directives options of sbatch
 * @param setup lines of shell that run first
 * @param folder where the run lies: shell that sets {@code seed} and {@code out}; may be empty
 * @param command words of the command line, quoted for the shell
 */
record BatchScript(
    List<String> directives, List<String> setup, List<String> folder, List<String> command) {
  private static final Pattern OPTION = Pattern.compile("--[a-z].*");
  private static final String BEGIN =
      """

      # What nao remembers and unpacks lies on the node's own disk, unless NAO_CACHE is set already.
      scratch=$(mktemp -d "${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/nao-XXXXXX")
      trap 'rm -rf -- "$scratch"' EXIT
      export NAO_CACHE="${NAO_CACHE:-$scratch}"
      """;
  private static final String WAIT =
      """
      nao=$!

      # Slurm tells this shell to stop, by USR1 before the time limit or by TERM; nao then saves and ends with 75.
      trap 'kill -USR1 "$nao" 2>/dev/null' USR1
      trap 'kill -TERM "$nao" 2>/dev/null' TERM
      wait "$nao"
      code=$?
      while kill -0 "$nao" 2>/dev/null; do # a signal has ended the wait, not nao
        wait "$nao"
        code=$?
      done

      # The job goes on later, unless it is stopped because somebody has cancelled it.
      if [ "$code" = 75 ] && [ "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T)" = RUNNING ]; then
        scontrol requeue "$SLURM_JOB_ID"
      fi
      exit "$code"
      """;

  /** The whole script. */
  String text() {
    final StringBuilder text = new StringBuilder("#!/bin/bash\n");
    directives.forEach(each -> text.append("#SBATCH ").append(each).append('\n'));
    if (!setup.isEmpty()) {
      text.append('\n').append(String.join("\n", setup)).append('\n');
    }
    text.append(BEGIN).append('\n');
    if (!folder.isEmpty()) {
      text.append(String.join("\n", folder)).append("\n\n");
    }
    return text.append(String.join(" \\\n  ", lines())).append(" &\n").append(WAIT).toString();
  }

  /** Each option begins a line. */
  private List<String> lines() {
    final List<List<String>> lines = new ArrayList<>();
    lines.add(new ArrayList<>());
    for (final String word : command) {
      if (OPTION.matcher(word).matches()) {
        lines.add(new ArrayList<>());
      }
      lines.get(lines.size() - 1).add(word);
    }
    return lines.stream().map(each -> String.join(" ", each)).collect(Collectors.toList());
  }

  /** Words as the shell needs them. */
  static List<String> quoted(List<String> words) {
    return words.stream().map(Shell::quoted).collect(Collectors.toCollection(ArrayList::new));
  }
}
