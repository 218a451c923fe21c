package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LongSummaryStatistics;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

class ModelSizeTest {

  private static final SearchSpace SPACE = SearchSpace.naoSmall();

  @Test
  void publishedArchitectureHasTheAuthorsParameters() {
    final Architecture naoNetV2 =
        ArchitectureFormat.integers(SPACE)
            .parse(
                "1 1 0 1 2 4 0 0 0 0 2 1 0 0 0 2 0 3 0 0 "
                    + "0 2 0 2 2 2 1 0 0 0 0 1 0 0 0 3 0 0 0 1");
    final NetworkShape shape = NetworkShape.cifar10(6, 36);
    final long network = NetworkFamilies.standalone(SPACE, shape).size(naoNetV2).parameters();
    final long head = NetworkFamilies.standalone(SPACE, shape).auxiliaryHead(naoNetV2).parameters();
    assertThat(network).isEqualTo(4_387_654);
    assertThat(network + head).isEqualTo(4_864_080);
  }

  @Test
  void publishedArchitectureIsOfTheMobileSettingOnImageNet() {
    final Architecture naoNetV2 =
        ArchitectureFormat.integers(SPACE)
            .parse(
                "1 1 0 1 2 4 0 0 0 0 2 1 0 0 0 2 0 3 0 0 "
                    + "0 2 0 2 2 2 1 0 0 0 0 1 0 0 0 3 0 0 0 1");
    final ModelSize size =
        NetworkFamilies.standalone(SPACE, NetworkShape.imagenet(4, 44)).size(naoNetV2);
    assertThat(size.macs()).isBetween(500_000_000L, 600_000_000L);
  }

  @Test
  void theStemForImageNetWorkedByHand() {
    // As workedByHand, with C = 2: the first state has 8 x 8 pixels, the second 4 x 4.
    final SearchSpace space = SearchSpace.naoSmall(1);
    final NetworkShape shape =
        new NetworkShape(1, 2, 1, 32, 32, 2, AuxiliaryHead.NONE, Stem.IMAGENET);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 0 1 4 0 3 0 3");
    final long stem = (9 + 2) + (9 * 2 + 4) + (9 * 2 * 2 + 4);
    final long cell0 = (2 * 2 + 4) + 2 * (9 * 2 + 4 + 4);
    final long cell1 = (2 * 4 + 8) + (2 * 4 + 8) + (4 * 4 + 8);
    final long cell2 = (2 * 4 + 8) + (8 * 4 + 8) + 2 * (9 * 4 + 16 + 8);
    final long cell3 = (4 * 8 + 16) + (8 * 8 + 16);
    final long cell4 = (4 * 8 + 16) + (16 * 8 + 16) + 2 * (9 * 8 + 64 + 16);
    final long head = 8 * 2 + 2;
    final long macs =
        (9 * 256 + 18 * 64 + 36 * 16)
            + (4 * 16 + 2 * (18 + 4) * 16)
            + (2 * 8 * 16 + 16 * 4)
            + (8 * 4 + 32 * 4 + 2 * (36 + 16) * 4)
            + (32 * 4 + 64)
            + (32 + 128 + 2 * (72 + 64))
            + 16;
    assertThat(NetworkFamilies.standalone(space, shape).size(architecture))
        .isEqualTo(new ModelSize(stem + cell0 + cell1 + cell2 + cell3 + cell4 + head, macs));
  }

  @Test
  void auxiliaryHeadIsNeverPartOfTheModel() {
    final NetworkShape shape = NetworkShape.cifar10(1, 8);
    final Architecture architecture = SPACE.random(new Random(4));
    assertThat(NetworkFamilies.standalone(SPACE, shape.withAuxiliary(true)).size(architecture))
        .isEqualTo(NetworkFamilies.standalone(SPACE, shape).size(architecture));
    assertThat(NetworkFamilies.supernet(SPACE, shape.withAuxiliary(true)).size(architecture))
        .isEqualTo(NetworkFamilies.supernet(SPACE, shape).size(architecture));
  }

  @Test
  void workedByHand() {
    // N = 1, C = 1, one node: normal cell sep_conv_3x3(0) + identity(1), its output the node alone;
    // reduction cell max_pool(0) + max_pool(0), its output state 1 (halved) and the node.
    final SearchSpace space = SearchSpace.naoSmall(1);
    final NetworkShape shape = new NetworkShape(1, 1, 1, 4, 4, 2, false);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 0 1 4 0 3 0 3");
    final long stem = 9 * 3 + 6;
    final long cell0 = 2 * (3 + 2) + 2 * (9 + 1 + 2);
    final long cell1 = (3 * 2 + 4) + (1 * 2 + 4) + (2 * 2 + 4);
    final long cell2 = (1 * 2 + 4) + (4 * 2 + 4) + 2 * (2 * 9 + 4 + 4);
    // The first reduction cell's output has the four channels of the second already.
    final long cell3 = (2 * 4 + 8) + (4 * 4 + 8);
    final long cell4 = (2 * 4 + 8) + (8 * 4 + 8) + 2 * (4 * 9 + 16 + 8);
    final long head = 4 * 2 + 2;
    assertThat(NetworkFamilies.standalone(space, shape).size(architecture).parameters())
        .isEqualTo(stem + cell0 + cell1 + cell2 + cell3 + cell4 + head);
    final long macs =
        16 * (27 + 2 * 3 + 2 * 10)
            + 16 * (3 * 2 + 1 * 2)
            + 4 * (2 * 2)
            + 4 * (1 * 2 + 4 * 2 + 2 * (18 + 4))
            + 4 * (2 * 4)
            + 1 * (4 * 4)
            + 1 * (2 * 4 + 8 * 4 + 2 * (36 + 16))
            + 8;
    assertThat(NetworkFamilies.standalone(space, shape).size(architecture).macs()).isEqualTo(macs);
  }

  @Test
  void middleSpaceWorkedByHand() {
    // N = 1, C = 1, one node: normal cell dil_sep_conv_7x7(0) + zero(1), reduction cell
    // sep_conv_7x7(0) + dil_sep_conv_5x5(1). Both inputs count as read: the node is the output.
    final SearchSpace space = SearchSpace.naoMiddle(1);
    final NetworkShape shape = new NetworkShape(1, 1, 1, 4, 4, 2, false);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 7 1 0 0 4 1 6");
    final long stem = 9 * 3 + 6;
    final long cell0 = 2 * (3 + 2) + (49 + 1 + 2);
    final long cell1 = (3 * 2 + 4) + (1 * 2 + 4) + 2 * (2 * 49 + 4 + 4) + (2 * 25 + 4 + 4);
    final long cell2 = (1 * 2 + 4) + (2 * 49 + 4 + 4);
    final long cell3 = (2 * 4 + 8) + (2 * 4 + 8) + 2 * (4 * 49 + 16 + 8) + (4 * 25 + 16 + 8);
    final long cell4 = (2 * 4 + 8) + (4 * 49 + 16 + 8);
    final long head = 4 * 2 + 2;
    final long macs =
        16 * (27 + 2 * 3 + 49 + 1)
            + 16 * (3 * 2 + 1 * 2)
            + 4 * (2 * (2 * 49 + 4) + 2 * 25 + 4)
            + 4 * (1 * 2 + 2 * 49 + 4)
            + 4 * (2 * 4 + 2 * 4)
            + 1 * (2 * (4 * 49 + 16) + 4 * 25 + 16)
            + 1 * (2 * 4 + 4 * 49 + 16)
            + 8;
    assertThat(NetworkFamilies.standalone(space, shape).size(architecture))
        .isEqualTo(new ModelSize(stem + cell0 + cell1 + cell2 + cell3 + cell4 + head, macs));
  }

  @Test
  void asymmetricConvolutionsWorkedByHand() {
    // N = 1, C = 1, one node: conv_7x1_1x7(0) + none(1) in both cells, the node is the output.
    final SearchSpace space = SearchSpace.nasnet(1);
    final NetworkShape shape = new NetworkShape(1, 1, 1, 4, 4, 2, false);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 9 1 0 0 9 1 0");
    final long stem = 9 * 3 + 6;
    final long cell0 = 2 * (3 + 2) + (7 + 7 + 2);
    final long cell1 = (3 * 2 + 4) + (1 * 2 + 4) + (2 * 7 * 4 + 4);
    final long cell2 = (1 * 2 + 4) + (2 * 7 * 4 + 4);
    final long cell3 = (2 * 4 + 8) + (2 * 4 + 8) + (2 * 7 * 16 + 8);
    final long cell4 = (2 * 4 + 8) + (2 * 7 * 16 + 8);
    final long head = 4 * 2 + 2;
    // With stride 2 the row's result has all rows and half of the columns.
    final long macs =
        16 * (27 + 2 * 3 + 14)
            + (16 * (3 * 2 + 1 * 2) + 8 * 28 + 4 * 28)
            + 4 * (1 * 2 + 56)
            + (4 * (2 * 4 + 2 * 4) + 2 * 112 + 1 * 112)
            + 1 * (2 * 4 + 224)
            + 8;
    assertThat(NetworkFamilies.standalone(space, shape).size(architecture))
        .isEqualTo(new ModelSize(stem + cell0 + cell1 + cell2 + cell3 + cell4 + head, macs));
  }

  /** Counted once more, in Python, from the description of network and operations alone. */
  @ParameterizedTest
  @CsvSource({
    "NASNet, 6, 32, 3061738, 483842304",
    "AmoebaNet, 6, 36, 3145078, 488931552",
  })
  void publishedCellsInNaosNetwork(
      String name, int layers, int channels, long parameters, long macs) {
    final SearchSpace space = SearchSpace.nasnet(5);
    final Architecture cells = ArchitectureFormat.parseAny(space, name);
    final NetworkShape shape = NetworkShape.cifar10(layers, channels);
    assertThat(NetworkFamilies.standalone(space, shape).size(cells))
        .isEqualTo(new ModelSize(parameters, macs));
  }

  @Test
  void enasWorkedByHand() {
    // sep_conv_3x3(0) + identity(1) and max_pool_3x3(0) twice. Both states of the normal cell are
    // read; state 1 of the reduction cell is halved to become output beside the node. Every cell
    // has one more 1x1 convolution with its normalisation.
    final SearchSpace space = SearchSpace.enasMicro(1);
    final NetworkShape shape = new NetworkShape(1, 1, 1, 4, 4, 2, false);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 0 1 4 0 3 0 3");
    final long stem = 9 * 3 + 6;
    final long cell0 = 2 * (3 + 2) + (1 + 2) + 2 * (9 + 1 + 2);
    final long cell1 = (3 * 2 + 4) + (1 * 2 + 4) + (2 * 2 + 4) + (2 * 2 + 4);
    final long cell2 = (1 * 2 + 4) + (4 * 2 + 4) + (2 * 2 + 4) + 2 * (2 * 9 + 4 + 4);
    final long cell3 = (2 * 4 + 8) + (4 * 4 + 8) + (4 * 4 + 8);
    final long cell4 = (2 * 4 + 8) + (8 * 4 + 8) + (4 * 4 + 8) + 2 * (4 * 9 + 16 + 8);
    final long head = 4 * 2;
    final long macs =
        16 * (27 + 2 * 3 + 1 + 2 * 10)
            + 16 * (3 * 2 + 1 * 2 + 2 * 2)
            + 4 * (2 * 2)
            + 4 * (1 * 2 + 4 * 2 + 2 * 2 + 2 * (18 + 4))
            + 4 * (2 * 4 + 4 * 4)
            + 1 * (4 * 4)
            + 1 * (2 * 4 + 8 * 4 + 4 * 4 + 2 * (36 + 16))
            + 8;
    assertThat(NetworkFamilies.standalone(space, shape).size(architecture))
        .isEqualTo(new ModelSize(stem + cell0 + cell1 + cell2 + cell3 + cell4 + head, macs));
  }

  @Test
  void enasSupernetWorkedByHand() {
    // The architecture of enasWorkedByHand. A reduction cell halves the cell before it twice, the
    // cell after it reads both of its states as they are.
    final SearchSpace space = SearchSpace.enasMicro(1);
    final NetworkShape shape = new NetworkShape(1, 1, 1, 4, 4, 2, false);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 0 1 4 0 3 0 3");
    final long stem = 9 * 3 + 6;
    final long cell0 = 2 * (3 + 2) + 2 * (9 + 1 + 2) + (1 + 2);
    final long cell1 = 2 * (1 * 2 + 4) + (2 * 2 * 2 + 4);
    final long cell2 = 2 * (2 * 9 + 4 + 4) + (2 * 2 + 4);
    final long cell3 = 2 * (2 * 4 + 8) + (2 * 4 * 4 + 8);
    final long cell4 = 2 * (4 * 9 + 16 + 8) + (4 * 4 + 8);
    final long head = 4 * 2;
    final long macs =
        16 * (27 + 2 * 3 + 2 * 10 + 1)
            + 4 * (2 * 1 * 2 + 2 * 2 * 2)
            + 4 * (2 * (18 + 4) + 2 * 2)
            + 1 * (2 * 2 * 4 + 2 * 4 * 4)
            + 1 * (2 * (36 + 16) + 4 * 4)
            + 8;
    assertThat(NetworkFamilies.supernet(space, shape).size(architecture))
        .isEqualTo(new ModelSize(stem + cell0 + cell1 + cell2 + cell3 + cell4 + head, macs));
  }

  @Test
  void randomArchitecturesCostWhatWasMeasured() {
    // About a hundred architectures measured in PyTorch at N = 3, C = 20 took 33.8 to 115.6 million
    // multiply-adds, 76.5 on average; with a standard deviation of 18 million the average of such a
    // sample is uncertain by 1.8 million, allowed are three of them.
    final Random random = new Random(1);
    final NetworkShape shape = NetworkShape.cifar10(3, 20);
    final LongSummaryStatistics macs = new LongSummaryStatistics();
    for (int i = 0; i < 2000; i++) {
      macs.accept(NetworkFamilies.supernet(SPACE, shape).size(SPACE.random(random)).macs());
    }
    assertThat(macs.getAverage()).isBetween(71.1e6, 81.9e6);
    assertThat(macs.getMin()).isLessThan(33_800_000);
    assertThat(macs.getMax()).isGreaterThan(115_600_000);
  }
}
