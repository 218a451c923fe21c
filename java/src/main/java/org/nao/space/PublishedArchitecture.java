package org.nao.space;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Architectures of papers, which texts may call by the names that the code of DARTS and of PC-DARTS
 * gives them.
 */
enum PublishedArchitecture {
  /** The first-order cells of DARTS (Liu et al. 2019). */
  DARTS_V1(
      "DARTS_V1",
      NamedSpace.DARTS,
      "Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0),"
          + " ('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0),"
          + " ('skip_connect', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0),"
          + " ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), ('max_pool_3x3', 0),"
          + " ('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)],"
          + " reduce_concat=range(2, 6))"),

  /** The second-order cells of DARTS. */
  DARTS_V2(
      "DARTS_V2",
      NamedSpace.DARTS,
      "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0),"
          + " ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0),"
          + " ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0),"
          + " ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0),"
          + " ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)],"
          + " reduce_concat=range(2, 6))"),

  /** The cells that PC-DARTS (Xu et al. 2020) found on CIFAR-10. */
  PC_DARTS_CIFAR(
      "PC_DARTS_cifar",
      NamedSpace.DARTS,
      "Genotype(normal=[('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 0),"
          + " ('dil_conv_3x3', 1), ('sep_conv_5x5', 0), ('sep_conv_3x3', 1), ('avg_pool_3x3', 0),"
          + " ('dil_conv_3x3', 1)], normal_concat=range(2, 6), reduce=[('sep_conv_5x5', 1),"
          + " ('max_pool_3x3', 0), ('sep_conv_5x5', 1), ('sep_conv_5x5', 2), ('sep_conv_3x3', 0),"
          + " ('sep_conv_3x3', 3), ('sep_conv_3x3', 1), ('sep_conv_3x3', 2)],"
          + " reduce_concat=range(2, 6))"),

  /** The cells that PC-DARTS found on ImageNet. */
  PC_DARTS_IMAGE(
      "PC_DARTS_image",
      NamedSpace.DARTS,
      "Genotype(normal=[('skip_connect', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 0),"
          + " ('skip_connect', 1), ('sep_conv_3x3', 1), ('sep_conv_3x3', 3), ('sep_conv_3x3', 1),"
          + " ('dil_conv_5x5', 4)], normal_concat=range(2, 6), reduce=[('sep_conv_3x3', 0),"
          + " ('skip_connect', 1), ('dil_conv_5x5', 2), ('max_pool_3x3', 1), ('sep_conv_3x3', 2),"
          + " ('sep_conv_3x3', 1), ('sep_conv_5x5', 0), ('sep_conv_3x3', 3)],"
          + " reduce_concat=range(2, 6))"),

  /** NASNet-A (Zoph et al. 2018). */
  NASNET_A(
      "NASNet",
      NamedSpace.NASNET,
      "Genotype(normal=[('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 0),"
          + " ('sep_conv_3x3', 0), ('avg_pool_3x3', 1), ('skip_connect', 0), ('avg_pool_3x3', 0),"
          + " ('avg_pool_3x3', 0), ('sep_conv_3x3', 1), ('skip_connect', 1)],"
          + " normal_concat=range(2, 7), reduce=[('sep_conv_5x5', 1), ('sep_conv_7x7', 0),"
          + " ('max_pool_3x3', 1), ('sep_conv_7x7', 0), ('avg_pool_3x3', 1), ('sep_conv_5x5', 0),"
          + " ('skip_connect', 3), ('avg_pool_3x3', 2), ('sep_conv_3x3', 2), ('max_pool_3x3', 1)],"
          + " reduce_concat=range(4, 7))"),

  /** AmoebaNet-A (Real et al. 2019). */
  AMOEBANET_A(
      "AmoebaNet",
      NamedSpace.NASNET,
      "Genotype(normal=[('avg_pool_3x3', 0), ('max_pool_3x3', 1), ('sep_conv_3x3', 0),"
          + " ('sep_conv_5x5', 2), ('sep_conv_3x3', 0), ('avg_pool_3x3', 3), ('sep_conv_3x3', 1),"
          + " ('skip_connect', 1), ('skip_connect', 0), ('avg_pool_3x3', 1)],"
          + " normal_concat=range(4, 7), reduce=[('avg_pool_3x3', 0), ('sep_conv_3x3', 1),"
          + " ('max_pool_3x3', 0), ('sep_conv_7x7', 2), ('sep_conv_7x7', 0), ('avg_pool_3x3', 1),"
          + " ('max_pool_3x3', 0), ('max_pool_3x3', 1), ('conv_7x1_1x7', 0), ('sep_conv_3x3', 5)],"
          + " reduce_concat=[3, 4, 6])");

  private final String title;
  private final NamedSpace space;
  private final String genotype;

  PublishedArchitecture(String title, NamedSpace space, String genotype) {
    this.title = title;
    this.space = space;
    this.genotype = genotype;
  }

  /** The one of that name. */
  static Optional<PublishedArchitecture> named(String title) {
    return Arrays.stream(values()).filter(each -> each.title.equals(title)).findFirst();
  }

  /** All names, for messages. */
  static String titles() {
    return Arrays.stream(values()).map(each -> each.title).collect(Collectors.joining(", "));
  }

  /**
   * Its cells in that space.
   *
   * @throws ArchitectureFormatException if it is of another space, nodes or operations
   */
  Architecture in(SearchSpace wanted) {
    if (!wanted.name().equals(space.title())) {
      throw new ArchitectureFormatException(
          "%s is an architecture of the space %s, not of %s"
              .formatted(title, space.title(), wanted.name()));
    }
    return ArchitectureFormat.genotype(wanted).parse(genotype);
  }
}
