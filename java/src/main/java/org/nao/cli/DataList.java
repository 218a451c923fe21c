package org.nao.cli;

import java.util.Map;
import org.nao.data.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nao data list}: names that {@code --data} takes. */
@Command(name = "list", description = "Lists the data sets that --data takes by name.")
final class DataList implements Runnable {
  @Mixin private Output output;

  @Override
  public void run() {
    for (final DataSource source : DataSource.all(DataSource.home())) {
      final String place = source.folder().map(Object::toString).orElse("inside nao");
      if (output.json()) {
        output.object(Map.of("name", source.name(), "place", place));
      } else {
        output.line("%-24s %s".formatted(source.name(), place));
      }
    }
  }
}
