package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFilesTest {
  record Inner(int epochs, float rate) {}

  enum Kind {
    SMALL,
    LARGE
  }

  record Sample(
      int layers, long seed, String space, boolean warmStart, Kind kind, Inner controller) {
    Sample {
      if (layers < 1 || layers > 100) {
        throw new IllegalArgumentException("layers is " + layers + ", allowed: 1..100");
      }
    }
  }

  private static final Sample PRESET =
      new Sample(3, 1L << 40, "nao-small", false, Kind.SMALL, new Inner(1000, 1e-3f));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("config.json");
  }

  @Test
  void optionsWinOverTheFileAndTheFileOverThePreset() throws IOException {
    write("{'layers': 6, 'space': 'nao-middle', 'controller': {'epochs': 5}}");
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("layers", 1);
    options.put("controller.rate", 0.5f);
    assertThat(ConfigFiles.resolve(PRESET, Optional.of(ConfigFile.read(file)), options))
        .isEqualTo(new Sample(1, 1L << 40, "nao-middle", false, Kind.SMALL, new Inner(5, 0.5f)));
    assertThat(ConfigFiles.resolve(PRESET, Optional.empty(), Map.of())).isEqualTo(PRESET);
  }

  /** A list, and a text that the record itself needs. */
  record Named(String name, List<String> classes) {
    Named {
      name = name.strip();
      classes = List.copyOf(classes);
    }
  }

  @Test
  void nullsAndKeysThatAreNoneAreRefused() {
    assertThatThrownBy(() -> named("{\"name\": \"a\", \"classes\": [\"b\", null]}"))
        .isInstanceOf(RunException.class)
        .hasMessage("model.json: key 'classes.[1]': expected a text, found null.");
    assertThatThrownBy(() -> named("{\"name\": null, \"classes\": []}"))
        .isInstanceOf(RunException.class)
        .hasMessage("model.json: null is no value of one of its keys.");
    assertThatThrownBy(() -> named("{\"name\": \"a\", \"classes\": [], \"colour\": \"\"}"))
        .isInstanceOf(RunException.class)
        .hasMessage("model.json: unknown key 'colour'.");
  }

  private static Named named(String text) {
    return ConfigFiles.of(Json.parseObject(text), Named.class, Path.of("model.json"));
  }

  @Test
  void aWrittenConfigurationIsReadBack() throws IOException {
    SealedJson.write(file, PRESET);
    assertThat(ConfigFiles.read(file, Sample.class)).isEqualTo(PRESET);
    final Sample other = new Sample(9, 0, "x", true, Kind.LARGE, new Inner(1, 1));
    assertThat(ConfigFiles.resolve(other, Optional.of(ConfigFile.read(file)), Map.of()))
        .isEqualTo(PRESET);
  }

  @Test
  void namesAnUnknownKeyAndTheNearest() throws IOException {
    fails("{'layrs': 6}", "unknown key 'layrs'; the nearest known one is 'layers'");
    fails(
        "{'controller': {'epoch': 6}}",
        "unknown key 'controller.epoch'; the nearest known one is 'controller.epochs'");
    fails(
        "{'something': 6}",
        "unknown key 'something'; known are layers, seed, space, warmStart, kind, controller");
  }

  @Test
  void namesAValueOfAnotherType() throws IOException {
    fails("{'layers': 'six'}", "key 'layers': expected an integer, found \"six\".");
    fails("{'layers': 6.5}", "key 'layers': expected an integer, found 6.5.");
    fails("{'layers': 99999999999}", "99999999999");
    fails("{'layers': null}", "key 'layers': ");
    fails("{'space': 3}", "key 'space': ");
    fails("{'warmStart': 1}", "key 'warmStart': expected true or false, found 1.");
    fails("{'kind': 'middle'}", "key 'kind': expected small or large, found \"middle\".");
    fails("{'controller': 3}", "key 'controller' must be an object with the keys epochs, rate");
  }

  @Test
  void passesOnWhatTheRecordRefuses() throws IOException {
    fails("{'layers': 1000}", "layers is 1000, allowed: 1..100.");
    assertThatThrownBy(() -> ConfigFiles.resolve(PRESET, Optional.empty(), Map.of("layers", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers is 0, allowed: 1..100.");
  }

  @Test
  void namesLineAndColumnOfAMistake() throws IOException {
    fails("{'layers': 6} 7", "line 1 column 15: expected a JSON object, found a mistake (more");
    fails("{'layers': 6,\n 'seed' 7}", "config.json line 2 column ");
    fails("{'layers': 6, 'layers': 7}", "found a mistake");
    fails("{'layers': 6} 7", "found a mistake");
    fails("[]", "expected a JSON object, found a JSON array");
    fails("", "expected a JSON object, found an empty file");
    Files.delete(file);
    assertThatThrownBy(
            () -> ConfigFiles.resolve(PRESET, Optional.of(ConfigFile.read(file)), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessage(file + ": cannot be read (no such file or folder).");
  }

  @Test
  void aConfigurationToReadMustBeComplete() {
    SealedJson.write(file, Map.of("layers", 6));
    assertThatThrownBy(() -> ConfigFiles.read(file, Sample.class))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("seed");
  }

  private void fails(String json, String sentence) throws IOException {
    write(json);
    assertThatThrownBy(
            () -> ConfigFiles.resolve(PRESET, Optional.of(ConfigFile.read(file)), Map.of()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(sentence)
        .message()
        .doesNotContain("\n");
  }

  private void write(String json) throws IOException {
    Files.writeString(file, json.replace('\'', '"'));
  }
}
