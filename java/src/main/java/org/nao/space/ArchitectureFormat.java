package org.nao.space;

/** A way to write an architecture of one search space as text and to read it back. */
public interface ArchitectureFormat {

  /** The text of an architecture, without a final line end. */
  String write(Architecture architecture);

  /**
   * The architecture that a text means.
   *
   * @throws ArchitectureFormatException if it means none of the search space
   */
  Architecture parse(String text);

  /**
   * One line of integers, {@code in1 op1 in2 op2} per node, normal cell first; in the space
   * nasbench201 an operation's number per edge.
   */
  static ArchitectureFormat integers(SearchSpace space) {
    return space.hasEdgeCells() ? new EdgeIntegerFormat(space) : new IntegerFormat(space);
  }

  /** One line per node, for people: {@code node 2 = sep_conv_3x3(1) + identity(0)}. */
  static ArchitectureFormat readable(SearchSpace space) {
    return space.hasEdgeCells() ? new EdgeReadableFormat(space) : new ReadableFormat(space);
  }

  /** One JSON object: the space's name and the nodes of both cells, or of the only one. */
  static ArchitectureFormat json(SearchSpace space) {
    return space.hasEdgeCells() ? new EdgeJsonFormat(space) : new JsonFormat(space);
  }

  /**
   * NAS-Bench-201's text of a cell, {@code |op~0|+|op~0|op~1|+|op~0|op~1|op~2|}.
   *
   * @param space one that {@linkplain SearchSpace#hasEdgeCells has such cells}
   */
  static ArchitectureFormat edges(SearchSpace space) {
    return new EdgeFormat(space);
  }

  /** The shortest line that people know an architecture by: integers, or that of its edges. */
  static ArchitectureFormat line(SearchSpace space) {
    return space.hasEdgeCells() ? edges(space) : integers(space);
  }

  /**
   * DARTS' genotype, {@code Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6),
   * reduce=[...], reduce_concat=range(2, 6))}: two operations with their inputs per node, and the
   * states that are the cell's output.
   *
   * @param space one that {@linkplain SearchSpace#hasGenotypes has genotypes}
   */
  static ArchitectureFormat genotype(SearchSpace space) {
    return new GenotypeFormat(space);
  }

  /**
   * NNI's dictionary of an architecture of DARTS, {@code {"normal/op_2_0": "sep_conv_3x3",
   * "normal/input_2_0": [0], ...}}.
   */
  static ArchitectureFormat nni(SearchSpace space) {
    return new NniFormat(space);
  }

  /**
   * NASLib's and NAS-Bench-301's dictionary of an architecture of DARTS, {@code
   * {"NetworkSelectorDatasetInfo:darts:edge_normal_0": "sep_conv_3x3", ...}}.
   */
  static ArchitectureFormat naslib(SearchSpace space) {
    return new NaslibFormat(space);
  }

  /** What texts of a space are written in unless another format is asked for. */
  static ArchitectureFormat natural(SearchSpace space) {
    return space.isDarts() ? genotype(space) : line(space);
  }

  /**
   * Whether a text, or the first line of one, is a genotype, with or without a name that it is
   * assigned to, as in {@code DARTS_V1 = Genotype(...)} and in logs.
   */
  static boolean beginsGenotype(String text) {
    return GenotypeFormat.begins(text);
  }

  /** Whether a text, or the first line of one, begins the form for people. */
  static boolean beginsReadable(String text) {
    return text.startsWith(ReadableFormat.NORMAL)
        || text.lines().findFirst().orElse("").strip().equals(EdgeReadableFormat.START);
  }

  /**
   * Reads any of the formats, told apart by how the text begins, and the names of published
   * architectures, such as DARTS_V2.
   *
   * @throws ArchitectureFormatException if the text means no architecture of the space
   */
  static Architecture parseAny(SearchSpace space, String text) {
    final String begin = text.strip();
    if (NniFormat.begins(begin)) {
      return nni(space).parse(text);
    }
    if (NaslibFormat.begins(begin)) {
      return naslib(space).parse(text);
    }
    if (begin.startsWith("{")) {
      return json(space).parse(text);
    }
    if (beginsGenotype(begin)) {
      return genotype(space).parse(text);
    }
    if (beginsReadable(begin)) {
      return readable(space).parse(text);
    }
    if (EdgeFormat.begins(begin)) {
      return edges(space).parse(text);
    }
    if (begin.matches("[A-Za-z]\\w*")) {
      return PublishedArchitecture.named(begin)
          .orElseThrow(
              () ->
                  new ArchitectureFormatException(
                      "an architecture's name", begin, PublishedArchitecture.titles()))
          .in(space);
    }
    return integers(space).parse(text);
  }
}
