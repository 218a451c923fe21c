package org.nao.study.ranking;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.run.ConfigFiles;

/** Ranking studies of a second, on 96 images of noise. */
final class TinyStudy {
  private TinyStudy() {}

  /** {@code keysAndValues}: what differs from the usual, by configuration key. */
  static RankingConfig config(Path data, Path cache, Object... keysAndValues) {
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("data", data.toString());
    options.put("cache", cache.toString());
    options.put("threads", 1);
    options.put("nodes", 2);
    options.put("validation", 64);
    options.put("architectures", 4);
    options.put("candidates", 20);
    options.put("resamples", 50);
    options.put("standalone.channels", 2);
    options.put("standalone.epochs", 1);
    options.put("standalone.batch", 16);
    options.put("oneShot.channels", 2);
    options.put("oneShot.batch", 8);
    options.put("grid.seeds", 1);
    options.put("grid.epochs", new int[] {1, 2});
    options.put("grid.scheduleEpochs", new int[] {2});
    options.put("grid.sizeEpochs", new int[] {1});
    options.put("grid.otherEpochs", 2);
    options.put("grid.images", new int[] {32, 64});
    options.put("grid.evaluationBatch", 32);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return ConfigFiles.resolve(RankingConfig.preset("quick"), Optional.empty(), options);
  }
}
