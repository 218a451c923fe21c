package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final int KILLED = 128 + 9;

  /** Of a save: a folder, two files and their names, a checkpoint's removal, two new names. */
  private static final int LEAST_CHANGES = 10;

  @TempDir private Path folder;

  @Test
  void givesBackWhatWasSaved() {
    assertThat(new Checkpoint(folder).load()).isEmpty();
    save(1);
    save(2);
    final Checkpoint.Loaded loaded = load();
    assertIs(loaded, 2);
    assertThat(loaded.warning()).isEmpty();
    assertThat(folder.resolve("checkpoint/state.json")).exists();
    assertThat(folder.resolve("checkpoint/tensors.safetensors")).exists();
  }

  @Test
  void everyInstantOfASaveHasAWholeCheckpoint() throws IOException {
    save(1);
    save(2);
    // Killed while checkpoint.new is written.
    Files.createDirectory(folder.resolve("checkpoint.new"));
    Files.writeString(folder.resolve("checkpoint.new/tensors.safetensors"), "half");
    assertIs(load(), 2);
    save(3);
    assertIs(load(), 3);
    // Killed between the two renames: the new one is whole.
    Files.move(folder.resolve("checkpoint"), folder.resolve("checkpoint.new"));
    assertIs(load(), 3);
    assertThat(load().warning()).isEmpty();
    save(4);
    assertIs(load(), 4);
    assertThat(folder.resolve("checkpoint.previous")).exists();
  }

  @Test
  void aFirstSaveThatDidNotFinishIsNoCheckpoint() throws IOException {
    Files.createDirectory(folder.resolve("checkpoint.new"));
    Files.writeString(folder.resolve("checkpoint.new/tensors.safetensors"), "half");
    assertThat(new Checkpoint(folder).load()).isEmpty();
    save(1);
    assertIs(load(), 1);
  }

  @Test
  void aCutTensorFileFallsBackToTheOneBefore() throws IOException {
    save(1);
    save(2);
    final Path tensors = folder.resolve("checkpoint/tensors.safetensors");
    final byte[] whole = Files.readAllBytes(tensors);
    Files.write(tensors, Arrays.copyOf(whole, whole.length - 1));
    final Checkpoint.Loaded loaded = load();
    assertIs(loaded, 1);
    assertThat(loaded.warning().orElseThrow())
        .contains("tensors.safetensors: expected %d bytes".formatted(whole.length))
        .contains("checkpoint.previous");
  }

  @Test
  void aFlippedBitFallsBackToTheOneBefore() throws IOException {
    save(1);
    save(2);
    final Path tensors = folder.resolve("checkpoint/tensors.safetensors");
    final byte[] damaged = Files.readAllBytes(tensors);
    damaged[damaged.length - 1] ^= 1;
    Files.write(tensors, damaged);
    assertIs(load(), 1);
    assertThat(load().warning().orElseThrow()).contains("the checksum does not match");
  }

  @Test
  void aCutStateIsOneSentenceWhenNothingIsLeft() throws IOException {
    save(1);
    final Path state = folder.resolve("checkpoint/state.json");
    Files.writeString(state, Files.readString(state).substring(0, 40));
    assertThatThrownBy(this::load)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("state.json")
        .hasMessageContaining("expected a checksum as its last key, found none");
    assertThat(state).exists();
    SealedJson.write(state, Map.of("format", "something else"));
    assertThatThrownBy(this::load)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("expected the state of a checkpoint, found another JSON object");
  }

  @Test
  void anotherVersionIsRefusedAndKept() throws IOException {
    save(1);
    save(2);
    final Path state = folder.resolve("checkpoint/state.json");
    final ObjectNode newer = SealedJson.read(state).put("version", 99);
    final String other = SealedJson.text(newer);
    Files.writeString(state, other);
    assertThatThrownBy(this::load)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("format version 99, this nao reads version 2");
    assertThat(state).hasContent(other);
    // As it was before states had checksums.
    Files.writeString(state, Json.pretty(newer.put("version", 1)));
    assertThatThrownBy(this::load)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("format version 1, this nao reads version 2");
  }

  @Test
  void everyFlippedBitOfTheStateFallsBackToTheOneBefore() throws IOException {
    save(1);
    save(2);
    final Path state = folder.resolve("checkpoint/state.json");
    final byte[] whole = Files.readAllBytes(state);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      final byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(state, damaged);
      final Checkpoint.Loaded loaded = load();
      assertIs(loaded, 1);
      assertThat(loaded.warning().orElseThrow()).contains("state.json: ");
    }
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    final Path victim = Files.createDirectory(folder.resolve("victim"));
    Files.writeString(victim.resolve("file"), "precious");
    save(1);
    for (final String name : new String[] {"checkpoint.new", "checkpoint.previous", "checkpoint"}) {
      final Path link = folder.resolve(name);
      if (name.equals("checkpoint")) {
        new Checkpoint(folder).delete();
      }
      Files.createSymbolicLink(link, victim);
      assertThatThrownBy(() -> save(2))
          .isInstanceOf(RunException.class)
          .hasMessageContaining(name + ": is a symbolic link");
      assertThatThrownBy(() -> new Checkpoint(folder).delete()).isInstanceOf(RunException.class);
      Files.delete(link);
    }
    assertThat(victim.resolve("file")).hasContent("precious");
  }

  @Test
  void aFailedSaveKeepsTheOldCheckpoint() throws IOException {
    save(1);
    Files.writeString(folder.resolve("checkpoint.new"), "a file in the way");
    assertThatThrownBy(() -> save(2)).isInstanceOf(RunException.class);
    assertIs(load(), 1);
  }

  @Test
  void killedAtAnyInstantItLoadsAWholeCheckpoint() throws IOException, InterruptedException {
    final Path library = SignalAt.build(folder);
    int change = 0;
    int status;
    int step = 2;
    do {
      change++;
      final Path run = Files.createDirectory(folder.resolve("killed" + change)).toRealPath();
      final Checkpoint checkpoint = new Checkpoint(run);
      save(checkpoint, 1);
      save(checkpoint, 2);
      status =
          ChildJvm.start(
                  Saver.class,
                  SignalAt.environment(library, "KILL before %d * %s/*".formatted(change, run)),
                  run)
              .waitFor();
      final Checkpoint.Loaded loaded = checkpoint.load().orElseThrow();
      assertThat(loaded.warning()).as("killed before change %d", change).isEmpty();
      final int before = step;
      step = loaded.tree().path("step").asInt();
      assertThat(step).as("killed before change %d", change).isBetween(before, 3);
      assertIs(loaded, step);
      save(checkpoint, 4);
      assertIs(checkpoint.load().orElseThrow(), 4);
    } while (status == KILLED);
    assertThat(status).isZero();
    assertThat(step).isEqualTo(3);
    assertThat(change).as("changes of files").isGreaterThan(LEAST_CHANGES);
  }

  /** Saves the step after the one that is there. */
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) {
      final Checkpoint checkpoint = new Checkpoint(Path.of(arguments[0]));
      save(checkpoint, checkpoint.load().orElseThrow().tree().path("step").asInt() + 1);
    }
  }

  private static void save(Checkpoint checkpoint, int step) {
    final float[] weights = new float[20_000];
    Arrays.fill(weights, step);
    checkpoint.save(
        Map.of("step", step, "learningRate", 0.1 / step),
        Map.of("w", Tensor.of(weights, weights.length)));
  }

  private void save(int step) {
    save(new Checkpoint(folder), step);
  }

  private Checkpoint.Loaded load() {
    return new Checkpoint(folder).load().orElseThrow();
  }

  private static void assertIs(Checkpoint.Loaded loaded, int step) {
    assertThat(loaded.tree().path("step").asInt()).isEqualTo(step);
    assertThat(loaded.tree().path("learningRate").asDouble()).isEqualTo(0.1 / step);
    assertThat(loaded.tensors().get("w").floats()).hasSize(20_000).containsOnly(step);
  }
}
