package org.nao.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenotypeTest {

  private static final SearchSpace SPACE = SearchSpace.darts();
  private static final ArchitectureFormat FORMAT = ArchitectureFormat.genotype(SPACE);
  private static final String CELL =
      "[('sep_conv_3x3', 0), ('skip_connect', 1), ('max_pool_3x3', 0), ('dil_conv_5x5', 2),"
          + " ('avg_pool_3x3', 3), ('sep_conv_5x5', 1), ('dil_conv_3x3', 4), ('sep_conv_3x3', 0)]";
  private static final String TEXT =
      "Genotype(normal="
          + CELL
          + ", normal_concat=range(2, 6), reduce="
          + CELL
          + ", reduce_concat=range(2, 6))";

  @Test
  void textIsReadAndWritten() {
    final Architecture architecture = ArchitectureFormat.parseAny(SPACE, TEXT);
    assertThat(architecture.normal().nodes().get(1)).isEqualTo(new Node(0, 1, 2, 7));
    assertThat(FORMAT.write(architecture)).isEqualTo(TEXT);
    final String loose =
        TEXT.replace("'", "\"").replace("range(2, 6)", "[2,3, 4, 5]").replace("), (", ") ,\n (");
    assertThat(ArchitectureFormat.parseAny(SPACE, loose)).isEqualTo(architecture);
  }

  @Test
  void textIsReadAsSourcesAndLogsHaveIt() {
    final Architecture architecture = ArchitectureFormat.parseAny(SPACE, TEXT);
    final String nested = TEXT.replaceAll("(\\('\\w+', \\d\\), \\('\\w+', \\d\\))", "[$1]");
    assertThat(nested).contains("=[[('sep_conv_3x3', 0), ('skip_connect', 1)], [(");
    for (final String text :
        new String[] {
          "DARTS_X = " + TEXT,
          "2019-05-10 12:34:56,789 genotype = " + TEXT,
          nested,
          nested.replace("[[", "[ [").replace("]]", ",],]"),
          TEXT.replace("(normal=", "(\n  normal = ").replace("range(2, 6))", "[2, 3, 4, 5],\n)")
        }) {
      assertThat(ArchitectureFormat.parseAny(SPACE, text)).as(text).isEqualTo(architecture);
    }
    assertThatThrownBy(
            () ->
                ArchitectureFormat.parseAny(
                    SPACE, nested.replaceFirst(", \\('skip_connect', 1\\)]", "]")))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessageContaining("normal: node 1 has 1 operations, must have 2");
  }

  @Test
  void everyFormatKeepsRandomArchitectures() {
    final Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      final Architecture architecture = SPACE.random(random);
      assertThat(FORMAT.write(architecture)).doesNotContain("none");
      for (final ArchitectureFormat format :
          new ArchitectureFormat[] {
            FORMAT,
            ArchitectureFormat.integers(SPACE),
            ArchitectureFormat.readable(SPACE),
            ArchitectureFormat.json(SPACE)
          }) {
        assertThat(ArchitectureFormat.parseAny(SPACE, format.write(architecture)))
            .isEqualTo(architecture);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "('skip_connect', 1) | ('conv_3x3', 1) | normal, operation 2: found 'conv_3x3', allowed: none, max",
        "('skip_connect', 1) | ('skip_connect', 2) | normal, operation 2, input of node 2: found '2'",
        "('dil_conv_3x3', 4),  | ^^ | normal: 7 operations",
        "('skip_connect', 1) | 'skip_connect' | normal: found",
        "range(2, 6) | range(2, 5) | normal_concat: found 'range(2, 5)'",
        "reduce_concat | concat | not a genotype",
      })
  void badTextIsOneSentence(String from, String to, String message) {
    final String text =
        TEXT.replaceFirst(java.util.regex.Pattern.quote(from), to == null ? "" : to);
    assertThat(text).isNotEqualTo(TEXT);
    assertThatThrownBy(() -> FORMAT.parse(text))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void longTextIsRefusedLikeAnyOther() {
    final String text =
        ArchitectureFormat.genotype(SPACE).write(SPACE.random(new Random(1))).replace("', 0)", "'");
    for (final String piece : new String[] {"{\"a\":", "[", "[]", "("}) {
      final String longer = text.replaceFirst("\\(", "(" + piece.repeat(20_000));
      final String inside = text.replaceFirst("\\('", piece.repeat(20_000) + "('");
      for (final String each : new String[] {longer, inside}) {
        assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, each))
            .isInstanceOf(ArchitectureFormatException.class);
      }
    }
  }

  @Test
  void otherSpacesHaveNone() {
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SearchSpace.naoSmall(), TEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nao-small");
  }

  @Test
  void aSpaceWhoseCellsJoinUnreadStatesSaysWhichTheyAre() {
    final SearchSpace space = SearchSpace.nasnet(5);
    final ArchitectureFormat format = ArchitectureFormat.genotype(space);
    final Random random = new Random(2);
    for (int i = 0; i < 50; i++) {
      final Architecture architecture = space.random(random);
      assertThat(ArchitectureFormat.parseAny(space, format.write(architecture)))
          .isEqualTo(architecture);
    }
    final String amoebaNet = format.write(ArchitectureFormat.parseAny(space, "AmoebaNet"));
    assertThat(amoebaNet)
        .contains("normal_concat=range(4, 7)")
        .endsWith("('conv_7x1_1x7', 0), ('sep_conv_3x3', 5)], reduce_concat=[3, 4, 6])");
    assertThatThrownBy(() -> format.parse(amoebaNet.replace("[3, 4, 6]", "[3, 4, 5]")))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessage("reduce_concat: found '[3, 4, 5]', allowed: [3, 4, 6]");
  }

  @Test
  void publishedArchitecturesHaveNames() {
    assertThat(ArchitectureFormat.parseAny(SPACE, " DARTS_V1\n").normal().nodes().get(3))
        .isEqualTo(new Node(0, 4, 2, 3));
    assertThat(ArchitectureFormat.parseAny(SPACE, "DARTS_V2").reduction().nodes().get(3))
        .isEqualTo(new Node(2, 3, 1, 1));
    assertThat(ArchitectureFormat.parseAny(SearchSpace.nasnet(5), "NASNet").normal().unusedStates())
        .containsExactly(2, 3, 4, 5, 6);
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, "NASNet"))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessage("NASNet is an architecture of the space nasnet, not of darts");
    assertThatThrownBy(() -> ArchitectureFormat.parseAny(SPACE, "nasnet"))
        .isInstanceOf(ArchitectureFormatException.class)
        .hasMessage(
            "an architecture's name: found 'nasnet', allowed: DARTS_V1, DARTS_V2,"
                + " PC_DARTS_cifar, PC_DARTS_image, NASNet, AmoebaNet");
  }

  /** Per node the two edges whose best operation weighs most after the softmax, none left out. */
  @Test
  void derivationWorkedByHand() {
    final float[] logits = new float[14 * 8];
    logits[0 * 8 + 4] = 1; // edge 0 -> 2
    logits[1 * 8 + 7] = 2; // edge 1 -> 2 comes first
    logits[2 * 8 + 0] = 9; // 0 -> 3: none takes all
    logits[2 * 8 + 5] = 8;
    logits[3 * 8 + 1] = 1; // 1 -> 3
    for (int edge = 5; edge < 9; edge++) {
      logits[edge * 8 + 3] = edge == 7 ? 0.5f : 0.25f; // 0, 1, 3 -> 4 alike: the first of them
    }
    final Architecture derived = new GenotypeDerivation(SPACE).derive(logits, new float[14 * 8]);
    assertThat(derived.normal().nodes())
        .containsExactly(
            new Node(1, 7, 0, 4), // 2: e^2 / (e^2 + 7) = 0.51 before e / (e + 7) = 0.28
            new Node(1, 1, 0, 5), // 3: 0.280 before e^8 / (e^9 + e^8 + 6) = 0.269
            new Node(2, 3, 0, 3), // 4
            new Node(0, 1, 1, 1)); // 5: all even
    assertThat(derived.reduction().nodes()).allMatch(node -> node.equals(new Node(0, 1, 1, 1)));
  }
}
