package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;

class FittingValuesTest {
  /** Validation, evaluation images and batch, batch of the preset quick: 1,000, 500, 250, 32. */
  @ParameterizedTest
  @CsvSource({
    "6000, 1000, 500, 250, 32",
    "2000, 1000, 500, 250, 32",
    "1000, 200, 200, 200, 32",
    "100, 20, 20, 20, 32",
    "20, 4, 4, 4, 16",
    "3, 1, 1, 1, 2",
    "2, 1, 1, 1, 1"
  })
  void searchesFitWhatThereIs(
      int images, int validation, int evaluationImages, int evaluationBatch, int batch) {
    final FittingValues values = values(Optional.empty(), Map.of());
    SearchConfig.fit(values, images);
    assertThat(values.number("validation")).isEqualTo(validation);
    assertThat(values.number("supernet.evaluationImages")).isEqualTo(evaluationImages);
    assertThat(values.number("supernet.evaluationBatch")).isEqualTo(evaluationBatch);
    assertThat(values.number("batch")).isEqualTo(batch);
    // What comes out is a configuration.
    ConfigFiles.resolve(Presets.of("nao-v2", "quick"), Optional.empty(), values.lowered());
  }

  @Test
  void whatTheUserGivesStays(@TempDir Path folder) throws IOException {
    final Path file = Files.writeString(folder.resolve("c.json"), "{\"batch\": 64}");
    final FittingValues values = values(Optional.of(file), Map.of("validation", 90));
    SearchConfig.fit(values, 100);
    assertThat(values.number("batch")).isEqualTo(64);
    assertThat(values.lowered())
        .containsOnly(
            Map.entry("supernet.evaluationBatch", 90), Map.entry("supernet.evaluationImages", 90));
    assertThat(values.sentence(key -> "--" + key))
        .isEqualTo(
            "--supernet.evaluationBatch to 90 (from 250),"
                + " --supernet.evaluationImages to 90 (from 500)");
  }

  private static FittingValues values(Optional<Path> file, Map<String, ?> options) {
    return new FittingValues(
        ConfigFiles.written(Presets.of("nao-v2", "quick")), file.map(ConfigFile::read), options);
  }
}
