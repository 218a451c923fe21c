package org.nao.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.RunException;
import org.nao.run.Safetensors;
import org.nao.run.SealedTensors;
import org.nao.run.Tensor;

class ModelFileTest {
  private static final String CELLS = "0 0 1 1 0 2 2 3 0 1 1 0 1 4 2 1";

  @TempDir private Path folder;
  private Path file;
  private ModelFile model;

  @BeforeEach
  void writeModel() {
    file = folder.resolve("model.safetensors");
    model = Models.write(file, "nao-small", 2, CELLS, 1, 2);
  }

  private Map<String, String> metadata() {
    final Map<String, String> metadata = new HashMap<>(model.weights().metadata());
    metadata.remove("checksum");
    return metadata;
  }

  @Test
  void holdsAllToRebuildTheNetwork() {
    final ModelInfo info = ModelFile.open(file).info();
    assertThat(info).isEqualTo(model.info());
    assertThat(info.shape().classes()).isEqualTo(4);
    assertThat(model.values(info.networks().program(info.parsed()).table()))
        .isEqualTo(ModelFile.open(file).values(info.networks().program(info.parsed()).table()));
    assertThat(ModelFile.open(file).weights().tensors()).containsKey("stem.0.weight");
  }

  @Test
  void readsFilesOfVersionsThatHadNetworksOfCellsAlone() {
    final Map<String, String> metadata = metadata();
    final String named = metadata.get("model");
    metadata.put("model", named.replace("\"network\":\"\",", ""));
    assertThat(metadata.get("model")).isNotEqualTo(named);
    SealedTensors.write(file, model.weights().tensors(), metadata);
    assertThat(ModelFile.open(file).info()).isEqualTo(model.info());
  }

  @Test
  void noticesEveryKindOfDamage() throws IOException {
    final byte[] bytes = Files.readAllBytes(file);
    final SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 300; i++) {
      final byte[] damaged = bytes.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> ModelFile.open(file))
          .as("damage %d", i)
          .isInstanceOf(RunException.class)
          .hasMessageStartingWith(file.toString());
    }
    for (final int length : new int[] {0, 7, 100, bytes.length / 2, bytes.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> ModelFile.open(file)).isInstanceOf(RunException.class);
    }
  }

  @Test
  void refusesWeightsOfAnotherArchitecture() {
    final Map<String, Tensor> weights = new HashMap<>(model.weights().tensors());
    weights.put("extra.weight", Tensor.of(new float[1], 1));
    SealedTensors.write(file, weights, metadata());
    assertThatThrownBy(() -> ModelFile.open(file))
        .hasMessageContaining("'extra.weight' is none of this network");
    weights.remove("extra.weight");
    weights.remove("classifier.weight");
    SealedTensors.write(file, weights, metadata());
    assertThatThrownBy(() -> ModelFile.open(file)).hasMessageContaining("'classifier.weight'");
  }

  @Test
  void refusesOtherTensorsAndVersions() {
    Safetensors.write(file, model.weights().tensors(), Map.of());
    assertThatThrownBy(() -> ModelFile.open(file)).hasMessageContaining("expected a model file");
    final Map<String, String> later = metadata();
    later.put("version", "2");
    SealedTensors.write(file, model.weights().tensors(), later);
    assertThatThrownBy(() -> ModelFile.open(file)).hasMessageContaining("format version 2");
    final Map<String, String> odd = metadata();
    odd.put("model", odd.get("model").replace("\"nodes\":2", "\"nodes\":3"));
    SealedTensors.write(file, model.weights().tensors(), odd);
    assertThatThrownBy(() -> ModelFile.open(file)).isInstanceOf(RunException.class);
  }
}
