package org.nao.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.run.ConfigFiles;

/** A network of two channels, trained for three epochs. */
final class TinyTraining {
  private TinyTraining() {}

  /** Its configuration with the images of a folder, 32 of which validate, and other values. */
  static TrainConfig config(Path data, Object... keysAndValues) {
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("data", data.toString());
    options.put("threads", 1);
    options.put("nodes", 2);
    options.put("architecture", "0 0 1 1 0 2 2 3 0 1 1 0 1 4 2 1");
    options.put("layers", 1);
    options.put("channels", 2);
    options.put("batch", 16);
    options.put("epochs", 3);
    options.put("validation", 32);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return ConfigFiles.resolve(
        TrainConfig.preset("quick", ""), TrainConfig.class, Optional.empty(), options, Map.of());
  }
}
