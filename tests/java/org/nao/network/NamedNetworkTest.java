package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nao.error.UserException;

class NamedNetworkTest {

  private static NetworkShape shape(int side, int classes) {
    return new NetworkShape(1, 1, 3, side, side, classes, false);
  }

  /**
   * Parameters as torchvision counts its networks, and of CIFAR's as He et al. (2016) round them,
   * 0.27 and 0.85 million; multiply-adds of convolutions and the classifier.
   */
  @ParameterizedTest
  @CsvSource({
    "RESNET20, 32, 10, 269722, 40551040",
    "RESNET56, 32, 10, 853018, 125485696",
    "RESNET18, 224, 1000, 11689512, 1814073344",
    "RESNET34, 224, 1000, 21797672, 3663761408",
    "RESNET50, 224, 1000, 25557032, 4089184256",
    "MOBILENET_V2, 224, 1000, 3504872, 300774272",
    "MOBILENET_V2, 32, 10, 2236682, 87976448",
  })
  void sizesArePublished(NamedNetwork network, int side, int classes, long parameters, long macs) {
    assertThat(network.networks(shape(side, classes)).size(NamedNetwork.NO_CELLS))
        .isEqualTo(new ModelSize(parameters, macs));
  }

  @ParameterizedTest
  @EnumSource
  void programsFitTheirTables(NamedNetwork network) {
    final StandaloneNetworks networks = network.networks(shape(32, 10));
    final StandaloneProgram program = networks.program(NamedNetwork.NO_CELLS);
    final ProgramInterpreter interpreter =
        ProgramInterpreter.check(program.words(), program.table());
    final ModelSize size = networks.size(NamedNetwork.NO_CELLS);
    assertThat(interpreter.usedParameters()).isEqualTo(size.parameters());
    assertThat(interpreter.macs()).isEqualTo(size.macs());
  }

  @Test
  void tensorsHaveTorchvisionsNames() {
    final ParameterTable table =
        NamedNetwork.RESNET50.networks(shape(32, 10)).program(NamedNetwork.NO_CELLS).table();
    final List<String> names = table.parameters().stream().map(ParameterSpec::name).toList();
    assertThat(names)
        .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var")
        .contains(
            "layer1.0.conv1.weight",
            "layer1.0.bn3.running_var",
            "layer1.0.downsample.0.weight",
            "layer2.0.downsample.1.bias",
            "layer4.2.conv3.weight")
        .doesNotContain("layer1.1.downsample.0.weight")
        .endsWith("fc.weight", "fc.bias")
        .hasSize(53 * 5 + 2);
    assertThat(table.parameters().get(table.index("conv1.weight")).shape())
        .containsExactly(64, 3, 7, 7);
    assertThat(table.parameters().get(table.index("layer4.0.downsample.0.weight")).shape())
        .containsExactly(2048, 1024, 1, 1);
  }

  @Test
  void tensorsOfMobileNetHaveTorchvisionsNames() {
    final ParameterTable table =
        NamedNetwork.MOBILENET_V2.networks(shape(32, 10)).program(NamedNetwork.NO_CELLS).table();
    final List<String> names = table.parameters().stream().map(ParameterSpec::name).toList();
    assertThat(names)
        .startsWith("features.0.0.weight", "features.0.1.weight", "features.0.1.bias")
        .contains(
            "features.1.conv.0.1.running_var",
            "features.1.conv.1.weight",
            "features.1.conv.2.bias",
            "features.17.conv.1.1.running_mean",
            "features.17.conv.3.weight",
            "features.18.1.weight")
        .doesNotContain("features.1.conv.3.weight", "features.17.conv.4.weight")
        .endsWith("features.18.1.running_var", "classifier.1.weight", "classifier.1.bias")
        .hasSize(52 * 5 + 2);
    assertThat(table.parameters().get(table.index("features.1.conv.0.0.weight")).shape())
        .containsExactly(32, 1, 3, 3);
    assertThat(table.parameters().get(table.index("features.2.conv.0.0.weight")).shape())
        .containsExactly(96, 16, 1, 1);
    assertThat(table.parameters().get(table.index("features.18.0.weight")).shape())
        .containsExactly(1280, 320, 1, 1);
  }

  @Test
  void smallImagesOfMobileNetAreHalvedThreeTimes() {
    for (final int side : new int[] {32, 60, 64, 224}) {
      final StandaloneProgram program =
          NamedNetwork.MOBILENET_V2.networks(shape(side, 10)).program(NamedNetwork.NO_CELLS);
      final ProgramInterpreter interpreter =
          ProgramInterpreter.check(program.words(), program.table());
      final int pooled = interpreter.operations(13).get(0).src();
      final int halvings = side < 64 ? 8 : 32;
      assertThat(interpreter.shape(pooled)[1]).isEqualTo((side + halvings - 1) / halvings);
    }
  }

  @Test
  void refusesWhatTheyAreNot() {
    assertThatThrownBy(() -> NamedNetwork.of("resnet21"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("resnet20, resnet56");
    assertThatThrownBy(() -> NamedNetwork.RESNET18.networks(shape(28, 10)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("at least 32");
    assertThatThrownBy(() -> NamedNetwork.RESNET20.networks(shape(32, 10).withAuxiliary(true)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("auxiliary");
  }
}
