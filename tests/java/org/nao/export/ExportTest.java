package org.nao.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nao.engine.Device;
import org.nao.model.Logits;
import org.nao.model.ModelFile;
import org.nao.model.Models;
import org.nao.model.OpenModel;
import org.nao.model.Pixels;
import org.nao.network.NamedNetwork;
import org.nao.network.Stem;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** Exported networks compute in onnxruntime what they compute here. */
class ExportTest {
  private static final int CLASSES = 4;

  /** Of the largest logit; both sum floats in another order. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  static Stream<Arguments> networks() {
    final SplittableRandom random = new SplittableRandom(5);
    return Stream.of("nao-small", "nao-middle", "enas-micro", "nasnet", "darts", "nasbench201")
        .flatMap(
            name -> {
              final SearchSpace space = SearchSpace.named(name, SearchSpace.defaultNodes(name), "");
              return Stream.generate(() -> space.random(random))
                  .limit(3)
                  .map(
                      each ->
                          Arguments.of(
                              name, space.nodes(), ArchitectureFormat.natural(space).write(each)));
            });
  }

  private static float[] logits(ModelFile model, float[] images, int count) {
    try (Device device = Device.open("cpu", 1);
        OpenModel open = new OpenModel(device, model)) {
      return open.logits(images, count);
    }
  }

  private static float[] onnx(Path file, float[] images, int count) throws OrtException {
    final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    final long side = Math.round(Math.sqrt(images.length / (2.0 * count)));
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(images), new long[] {count, 2, side, side});
        OrtSession.Result result = session.run(Map.of("images", input))) {
      final float[] flat = new float[count * CLASSES];
      ((OnnxTensor) result.get("logits").orElseThrow()).getFloatBuffer().get(flat);
      return flat;
    }
  }

  private static void assertSame(float[] found, float[] expected) {
    final double difference = Logits.difference(found, expected);
    assertThat(difference <= TOLERANCE).as("difference of logits: %s", difference).isTrue();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onnxHasTheSameLogits(String space, int nodes, String architecture) throws OrtException {
    final ModelFile model =
        Models.write(
            folder.resolve("m.safetensors"),
            space,
            nodes,
            architecture,
            space.equals("darts") ? 5 : 1,
            4);
    final Path file = folder.resolve("m.onnx");
    for (final boolean fold : new boolean[] {true, false}) {
      OnnxExport.write(model, file, fold);
      for (final int count : new int[] {1, 3}) {
        final float[] images = Pixels.random(model.info(), count);
        assertSame(onnx(file, images, count), logits(model, images, count));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESNET20", "MOBILENET_V2"})
  void aNetworkWithoutCellsHasTheSameLogits(NamedNetwork network) throws OrtException {
    final ModelFile model = Models.write(folder.resolve("r.safetensors"), network);
    final float[] images = Pixels.random(model.info(), 3);
    final Path file = folder.resolve("r.onnx");
    for (final boolean fold : new boolean[] {true, false}) {
      OnnxExport.write(model, file, fold);
      assertSame(onnx(file, images, 3), logits(model, images, 3));
    }
  }

  @Test
  void theStemForImageNetIsExported() throws OrtException {
    final ModelFile model =
        Models.write(
            folder.resolve("m.safetensors"),
            "nao-small",
            1,
            "0 1 1 2 0 3 1 4",
            1,
            4,
            Stem.IMAGENET,
            64);
    final Path file = folder.resolve("m.onnx");
    for (final boolean fold : new boolean[] {true, false}) {
      OnnxExport.write(model, file, fold);
      final float[] images = Pixels.random(model.info(), 2);
      assertSame(onnx(file, images, 2), logits(model, images, 2));
    }
  }

  @Test
  void zerosAloneAreExported() throws OrtException {
    final ModelFile model =
        Models.write(
            folder.resolve("m.safetensors"),
            "nao-middle",
            1,
            "0 %1$d 1 %1$d 0 %1$d 1 %1$d"
                .formatted(
                    SearchSpace.named("nao-middle", 1, "").operations().stream()
                        .map(each -> each.name())
                        .toList()
                        .indexOf("zero")),
            1,
            2);
    final Path file = folder.resolve("m.onnx");
    OnnxExport.write(model, file, true);
    final float[] images = Pixels.random(model.info(), 2);
    assertSame(onnx(file, images, 2), logits(model, images, 2));
  }

  @Test
  void metadataNamesClassesAndNormalisation() throws OrtException {
    final ModelFile model =
        Models.write(folder.resolve("m.safetensors"), "nao-small", 1, "0 1 1 2 0 3 1 4", 1, 2);
    final Path file = folder.resolve("m.onnx");
    OnnxExport.write(model, file, true);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      final Map<String, String> metadata = session.getMetadata().getCustomMetadata();
      assertThat(metadata.get("classes"))
          .isEqualTo("[\"class, 0\",\"class, 1\",\"class, 2\",\"class, 3\"]");
      assertThat(metadata.get("mean")).isEqualTo("[0.25,0.5]");
      assertThat(metadata.get("deviation")).isEqualTo("[0.5,0.25]");
    }
  }
}
