package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nao data verify}: reads everything; the reader's sentence tells what is wrong. */
@Command(name = "verify", description = "Reads a data set completely and says whether it is whole.")
final class DataVerify implements Runnable {
  /** Pictures are whole whatever their sizes are. */
  private static final int ANY_SIDE = 32;

  @Parameters(paramLabel = "NAME|DIR", description = "Data set.")
  private String name;

  @Mixin private SkipBadOption skipBad;
  @Mixin private Output output;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    final ImageForm form = ImageForm.AS_THEY_ARE.uneven(ANY_SIDE).decodedAnew();
    final ImageData data = skipBad.read(name, form, spec.commandLine().getErr()::println);
    if (output.json()) {
      final Map<String, Object> result = new LinkedHashMap<>();
      result.put("name", data.name());
      result.put("whole", true);
      result.put("trainingImages", data.training().count());
      result.put("testImages", data.test().count());
      output.object(result);
    } else {
      output.line(
          "%s is whole: %,d training and %s, %s."
              .formatted(
                  data.name(),
                  data.training().count(),
                  Counted.of(data.test().count(), "test image"),
                  Counted.of(data.training().classes(), "class")));
    }
  }
}
