package org.nao.cli;

import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.nao.error.UserException;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao arch sample}: random architectures, no two equal up to operand order. */
@Command(
    name = "sample",
    description = "Prints random architectures, one per line, no two of the same meaning.")
final class ArchSample implements Runnable {
  private static final int MOST = 1_000_000;
  private static final int DRAWS_WITHOUT_NEW = 100_000;

  @Mixin private SpaceOptions spaceOptions;
  @Mixin private Output output;

  @Option(names = "--count", paramLabel = "K", description = "How many (default 1).")
  private int count = 1;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (default 0).")
  private long seed;

  @Override
  public void run() {
    if (count < 1 || count > MOST) {
      throw new UserException("--count is %d, allowed: 1..%d".formatted(count, MOST));
    }
    final SearchSpace space = spaceOptions.space();
    final ArchitectureFormat format = ArchitectureFormat.line(space);
    final Random random = new Random(seed);
    final Set<Architecture> seen = new HashSet<>();
    int drawsWithoutNew = 0;
    while (seen.size() < count) {
      final Architecture architecture = space.random(random);
      if (seen.add(space.canonical(architecture))) {
        drawsWithoutNew = 0;
        final String text = format.write(architecture);
        if (output.json()) {
          output.object(Map.of("architecture", text));
        } else {
          output.line(text);
        }
      } else if (++drawsWithoutNew == DRAWS_WITHOUT_NEW) {
        throw new UserException(
            ("--count is %d, but %s with %s per cell" + " seems to have only %s")
                .formatted(
                    count,
                    space.title(),
                    Counted.of(space.nodes(), "node"),
                    Counted.of(seen.size(), "different architecture")));
      }
    }
  }
}
