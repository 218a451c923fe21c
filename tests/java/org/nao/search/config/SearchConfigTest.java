package org.nao.search.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.engine.Statistics;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.supernet.Sampling;

class SearchConfigTest {
  @Test
  void paperPresetHasThePapersValues() {
    final SearchConfig paper = Presets.of("nao-v2", "paper");
    assertThat(paper.layers()).isEqualTo(3);
    assertThat(paper.channels()).isEqualTo(20);
    assertThat(paper.rounds()).isEqualTo(4);
    assertThat(paper.epochs()).isEqualTo(50);
    assertThat(paper.initialPool()).isEqualTo(1000);
    assertThat(paper.newArchitectures()).isEqualTo(300);
    assertThat(paper.seeds()).isEqualTo(100);
    assertThat(paper.controller().epochs()).isEqualTo(1000);
    assertThat(paper.supernet().sampling()).isEqualTo(Sampling.PROPORTIONAL);
    assertThat(paper.supernet().bn()).isEqualTo(Statistics.BATCH);
    assertThat(paper.supernet().recipe().dropPathKeep()).isEqualTo(0.9);
    assertThat(paper.reranking().top()).isEqualTo(5);
    assertThat(paper.reranking().recipe().dropoutKeep()).isEqualTo(0.6);
    assertThat(paper.reranking().recipe().dropPathKeep()).isEqualTo(0.8);
  }

  @Test
  void presetsComeBackFromARunFolder(@TempDir Path folder) {
    for (final SearchConfig preset :
        new SearchConfig[] {Presets.of("nao-v2", "quick"), Presets.of("nao-v2", "paper")}) {
      final Path run = folder.resolve(preset.data());
      try (RunFolder written = RunFolder.create(run, preset)) {
        assertThat(ConfigFiles.read(RunFolder.configFile(written.path()), SearchConfig.class))
            .isEqualTo(preset);
      }
    }
  }

  @Test
  void optionsWinOverThePreset() {
    final SearchConfig config =
        ConfigFiles.resolve(
            Presets.of("nao-v2", "quick"),
            Optional.empty(),
            Map.of("layers", 2, "supernet.warmStart", true, "controller.epochs", 7));
    assertThat(config.layers()).isEqualTo(2);
    assertThat(config.supernet().warmStart()).isTrue();
    assertThat(config.controller().epochs()).isEqualTo(7);
    assertThat(config.channels()).isEqualTo(Presets.of("nao-v2", "quick").channels());
  }

  @Test
  void namesWhatIsWrong() {
    assertThatThrownBy(() -> Presets.of("nao-v2", "fast"))
        .hasMessage("unknown preset 'fast', expected quick or paper");
    assertThatThrownBy(
            () ->
                ConfigFiles.resolve(
                    Presets.of("nao-v2", "quick"), Optional.empty(), Map.of("rounds", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rounds is 0, allowed are 1 to 1000.");
    assertThatThrownBy(
            () ->
                ConfigFiles.resolve(
                    Presets.of("nao-v2", "quick"), Optional.empty(), Map.of("validation", 48)))
        .hasMessage("validation is 48, fewer than the 500 images of supernet.evaluationImages.");
    assertThatThrownBy(
            () ->
                ConfigFiles.resolve(
                    Presets.of("nao-v2", "quick"),
                    Optional.empty(),
                    Map.of("operations", "identity,zero")))
        .hasMessageStartingWith("operations: 'zero' is unknown, nao-small has ");
  }
}
