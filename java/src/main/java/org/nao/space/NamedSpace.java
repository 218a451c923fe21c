package org.nao.space;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nao.error.UserException;

/** The search spaces that there are: their names for users and their operations in order. */
enum NamedSpace {
  /** The space of the paper's experiments. */
  NAO_SMALL(
      "nao-small",
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 3),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 5),
      Operation.windowed("avg_pool", OperationKind.AVG_POOL, 3),
      Operation.windowed("max_pool", OperationKind.MAX_POOL, 3),
      Operation.of("identity", OperationKind.IDENTITY)),

  /** NAO's larger space. */
  NAO_MIDDLE(
      "nao-middle",
      Operation.of("zero", OperationKind.ZERO),
      Operation.of("identity", OperationKind.IDENTITY),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 3),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 5),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 7),
      Operation.windowed("dil_sep_conv", OperationKind.DIL_CONV, 3),
      Operation.windowed("dil_sep_conv", OperationKind.DIL_CONV, 5),
      Operation.windowed("dil_sep_conv", OperationKind.DIL_CONV, 7),
      Operation.windowed("avg_pool", OperationKind.AVG_POOL, 3),
      Operation.windowed("max_pool", OperationKind.MAX_POOL, 3)),

  /** The micro space of ENAS (Pham et al. 2018): nao-small's operations. */
  ENAS_MICRO("enas-micro", NAO_SMALL.operations.toArray(Operation[]::new)),

  /** The space of DARTS (Liu et al. 2019). */
  DARTS(
      "darts",
      Operation.of("none", OperationKind.ZERO),
      Operation.windowed("max_pool", OperationKind.MAX_POOL, 3),
      Operation.windowed("avg_pool", OperationKind.AVG_POOL, 3),
      Operation.of("skip_connect", OperationKind.IDENTITY),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 3),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 5),
      Operation.windowed("dil_conv", OperationKind.DIL_CONV, 3),
      Operation.windowed("dil_conv", OperationKind.DIL_CONV, 5)),

  /**
   * Operations of NASNet's space (Zoph et al. 2018) under the names that DARTS' code gives them.
   */
  NASNET(
      "nasnet",
      Operation.of("none", OperationKind.ZERO),
      Operation.windowed("avg_pool", OperationKind.AVG_POOL, 3),
      Operation.windowed("max_pool", OperationKind.MAX_POOL, 3),
      Operation.of("skip_connect", OperationKind.IDENTITY),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 3),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 5),
      Operation.windowed("sep_conv", OperationKind.SEP_CONV, 7),
      Operation.windowed("dil_conv", OperationKind.DIL_CONV, 3),
      Operation.windowed("dil_conv", OperationKind.DIL_CONV, 5),
      new Operation("conv_7x1_1x7", OperationKind.ASYMMETRIC_CONV, 7)),

  /** The space of NAS-Bench-201 (Dong and Yang 2020), whose operations are on edges. */
  NASBENCH201(
      "nasbench201",
      Operation.of("none", OperationKind.ZERO),
      Operation.of("skip_connect", OperationKind.IDENTITY),
      Operation.windowed("nor_conv", OperationKind.CONV, 1),
      Operation.windowed("nor_conv", OperationKind.CONV, 3),
      Operation.windowed("avg_pool", OperationKind.AVG_POOL, 3));

  private final String title;
  private final List<Operation> operations;

  NamedSpace(String title, Operation... operations) {
    this.title = title;
    this.operations = List.of(operations);
  }

  /**
   * The space that users call so.
   *
   * @throws UserException naming those that there are
   */
  static NamedSpace of(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "unknown search space '%s', allowed: %s".formatted(title, titles())));
  }

  /** The names of all spaces. */
  static List<String> names() {
    return Arrays.stream(values()).map(NamedSpace::title).toList();
  }

  private static String titles() {
    return Arrays.stream(values()).map(each -> each.title).collect(Collectors.joining(", "));
  }

  /** Its name for users. */
  String title() {
    return title;
  }

  /** The space with cells of so many nodes. */
  SearchSpace space(int nodes) {
    return new SearchSpace(title, nodes, operations);
  }
}
