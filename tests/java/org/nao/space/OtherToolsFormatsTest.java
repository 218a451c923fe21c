package org.nao.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.error.UserException;

/** The dictionaries of NNI and NASLib. */
class OtherToolsFormatsTest {
  private static final SearchSpace SPACE = SearchSpace.darts();
  private static final ArchitectureFormat NNI = ArchitectureFormat.nni(SPACE);
  private static final ArchitectureFormat NASLIB = ArchitectureFormat.naslib(SPACE);
  private static final Architecture DARTS_V2 = ArchitectureFormat.parseAny(SPACE, "DARTS_V2");

  /** As NNI's own space hub has the second-order cells of DARTS. */
  @Test
  void nniWritesTheSpaceHubsDictionary() {
    assertThat(NNI.write(DARTS_V2))
        .startsWith(
            "{\"normal/op_2_0\":\"sep_conv_3x3\",\"normal/input_2_0\":[0],"
                + "\"normal/op_2_1\":\"sep_conv_3x3\",\"normal/input_2_1\":[1],")
        .contains("\"normal/op_4_0\":\"sep_conv_3x3\",\"normal/input_4_0\":[1],")
        .contains("\"normal/op_5_1\":\"dil_conv_3x3\",\"normal/input_5_1\":[2],")
        .contains("\"reduce/op_2_0\":\"max_pool_3x3\",\"reduce/input_2_0\":[0],")
        .endsWith("\"reduce/op_5_1\":\"max_pool_3x3\",\"reduce/input_5_1\":[1]}");
  }

  /** Edges: 0 and 1 of node 2, then 2 to 4, 5 to 8 and 9 to 13. */
  @Test
  void naslibCountsEdges() {
    final String text = NASLIB.write(DARTS_V2);
    final String prefix = "\"NetworkSelectorDatasetInfo:darts:";
    assertThat(text)
        .startsWith("{" + prefix + "edge_normal_0\":\"sep_conv_3x3\",")
        .contains(prefix + "edge_normal_5\":\"skip_connect\"")
        .contains(prefix + "edge_normal_6\":\"sep_conv_3x3\"")
        .contains(prefix + "inputs_node_normal_4\":\"0_1\"")
        .contains(prefix + "edge_normal_9\":\"skip_connect\"")
        .contains(prefix + "edge_normal_11\":\"dil_conv_3x3\"")
        .contains(prefix + "inputs_node_normal_5\":\"0_2\"")
        .contains(prefix + "inputs_node_reduce_5\":\"1_2\"")
        .doesNotContain("inputs_node_normal_2");
  }

  @Test
  void randomArchitecturesAreReadBack() {
    final Random random = new Random(4);
    int written = 0;
    for (int i = 0; i < 100; i++) {
      final Architecture architecture = SPACE.random(random);
      assertThat(ArchitectureFormat.parseAny(SPACE, NNI.write(architecture)))
          .isEqualTo(architecture);
      final boolean reads =
          architecture.normal().nodes().stream().allMatch(node -> node.in1() != node.in2())
              && architecture.reduction().nodes().stream()
                  .allMatch(node -> node.in1() != node.in2());
      if (reads) {
        written++;
        final Architecture read = ArchitectureFormat.parseAny(SPACE, NASLIB.write(architecture));
        assertThat(CanonicalForm.of(read)).isEqualTo(CanonicalForm.of(architecture));
        assertThat(NASLIB.write(read)).isEqualTo(NASLIB.write(architecture));
      } else {
        assertThatThrownBy(() -> NASLIB.write(architecture))
            .isInstanceOf(UserException.class)
            .hasMessageContaining("twice");
      }
    }
    assertThat(written).isBetween(1, 99);
  }

  @Test
  void nniIsAlsoReadWithoutBrackets() {
    final String text = NNI.write(DARTS_V2).replaceAll("\\[(\\d)]", "$1");
    assertThat(ArchitectureFormat.parseAny(SPACE, text)).isEqualTo(DARTS_V2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "op_2_0\":\"sep_conv_3x3 | op_2_0\":\"conv_3x3 | normal/op_2_0: found 'conv_3x3', allowed: none, max",
        "input_5_1\":[2] | input_5_1\":[5] | normal/input_5_1: found '[5]', allowed: 0..4",
        "input_5_1\":[2] | input_5_1\":[2, 3] | normal/input_5_1: found '[2,3]'",
        "reduce/input_5_1 | reduce/input_5_2 | reduce/input_5_1: found",
        "\"reduce/op_5_1\":\"max_pool_3x3\", | '' | found '31 keys', allowed: 32",
      })
  void badDictionariesOfNniAreOneSentence(String from, String to, String message) {
    refuses(NNI, from, to, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "normal_0\":\"sep_conv_3x3 | normal_0\":\"none | edge_normal_0: found 'none', allowed: none, max",
        "normal_5\":\"0_2 | normal_5\":\"2_0 | inputs_node_normal_5: found '2_0', allowed: two of",
        "normal_5\":\"0_2 | normal_5\":\"0_5 | inputs_node_normal_5: found '0_5', allowed: two of",
        "edge_normal_11 | edge_normal_12 | edge_normal_11: found ''",
        "{ | {\"NetworkSelectorDatasetInfo:darts:layers\":20, | found '23 keys', allowed: 22",
      })
  void badDictionariesOfNaslibAreOneSentence(String from, String to, String message) {
    refuses(NASLIB, from, to, message);
  }

  private static void refuses(ArchitectureFormat format, String from, String to, String message) {
    final String text = format.write(DARTS_V2);
    assertThat(text).contains(from);
    final String changed = text.replace(from, to);
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, changed))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void otherSpacesHaveNone() {
    for (final SearchSpace space :
        new SearchSpace[] {SearchSpace.naoSmall(), SearchSpace.nasnet(5)}) {
      assertThatThrownBy(() -> ArchitectureFormat.nni(space))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("not of " + space.name());
      assertThatThrownBy(() -> ArchitectureFormat.parseAny(space, NASLIB.write(DARTS_V2)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("not of " + space.name());
    }
  }
}
