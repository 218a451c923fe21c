package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.Checkpoint;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.StopAtCheck;
import org.nao.run.StopRequest;
import org.nao.run.Tensor;
import org.nao.search.Search;
import org.nao.search.config.SearchConfig;

/**
 * A whole checkpoint, checksums and all, a tensor of which is missing or of another size: the
 * search says which one, in which file, in one sentence.
 */
class ForeignTensorsTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "nao-v2, controller.encoder.embedding.weight",
    "nao-v2, optimizer.second",
    "nao-v2, optimizer.steps",
    "nao-v2, network.momentum",
    "enas, enas.controller.lstm.weight_hh_l0",
    "enas, enas.optimizer.first",
    "enas, enas.baseline"
  })
  void isNamed(String algorithm, String tensor) {
    final SearchConfig config = TinySearch.config(folder, algorithm);
    final Path path = folder.resolve("run");
    RunFolder.create(path, config).close();
    final Checkpoint.Loaded saved = stoppedWith(path, config, tensor);

    final Map<String, Tensor> tensors = new LinkedHashMap<>(saved.tensors());
    tensors.put(tensor, Tensor.of(new float[3], 3));
    save(path, config, saved, tensors);
    assertRefused(path, config, tensor);

    tensors.remove(tensor);
    save(path, config, saved, tensors);
    assertRefused(path, config, tensor);
  }

  /** A checkpoint that holds the tensor, of a search that was stopped sooner or later. */
  private static Checkpoint.Loaded stoppedWith(Path path, SearchConfig config, String tensor) {
    for (int checks = 1; ; checks++) {
      try (RunFolder run = RunFolder.resume(path, config);
          Search search = new Search(run, config, new StopAtCheck(checks), sentence -> {})) {
        assertThat(search.run()).as("the search ended without %s", tensor).isEmpty();
        final Optional<Checkpoint.Loaded> loaded = run.checkpoint().load();
        if (loaded.isPresent() && loaded.get().tensors().containsKey(tensor)) {
          return loaded.get();
        }
      }
    }
  }

  private static void save(
      Path path, SearchConfig config, Checkpoint.Loaded saved, Map<String, Tensor> tensors) {
    try (RunFolder run = RunFolder.resume(path, config)) {
      run.checkpoint().save(saved.tree(), tensors);
    }
  }

  private static void assertRefused(Path path, SearchConfig config, String tensor) {
    final String name = tensor.replaceFirst("^(enas\\.)?controller\\.", "");
    assertThatThrownBy(() -> goOn(path, config))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(
            path.resolve("checkpoint/state.json")
                + ": the checkpoint's tensors do not fit this run: ")
        .hasMessageContaining(name)
        .hasMessageMatching(".*(is missing|has 3 values, not \\d+.*)\\.");
  }

  private static void goOn(Path path, SearchConfig config) {
    try (RunFolder run = RunFolder.resume(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      search.run();
    }
  }
}
