package org.nao.export;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nao.network.ProgramOperation;

/** Writes a network's operations as the lines of a PyTorch module's {@code forward}. */
final class PythonForward {
  private static final String INDENT = "        ";
  private static final Pattern CELL = Pattern.compile("cells\\.\\d+");

  private final Graph graph;
  private final StringBuilder text = new StringBuilder();
  private String cell = "";

  private PythonForward(Graph graph) {
    this.graph = graph;
  }

  /** The body of the method; value i is the variable {@code vi}. */
  static String of(Graph graph) {
    final PythonForward forward = new PythonForward(graph);
    graph.operations().forEach(forward::add);
    forward.line("return v" + graph.logits());
    return forward.text.toString().stripTrailing();
  }

  private void line(String line) {
    text.append(INDENT).append(line).append('\n');
  }

  private void add(ProgramOperation operation) {
    final String source = Sources.of(operation).length == 0 ? "" : "v" + Sources.of(operation)[0];
    final String expression =
        switch (operation.opcode()) {
          case CONV2D -> conv2d(operation, source);
          case DEPTHWISE ->
              "self.conv(%s, %s, stride=%d, padding=%d, dilation=%d, groups=%d)"
                  .formatted(
                      source,
                      name(operation.argument(1)),
                      operation.argument(3),
                      operation.argument(4) * (operation.argument(2) / 2),
                      operation.argument(4),
                      graph.weights().shape(operation.argument(1)).get(0));
          case POINTWISE ->
              "self.conv(%s, %s)".formatted(source, String.join(", ", parts(operation)));
          case BATCH_NORM -> norm(operation, source);
          case RELU -> "functional.relu(%s)".formatted(source);
          case RELU6 -> "functional.relu6(%s)".formatted(source);
          case AVG_POOL ->
              "functional.avg_pool2d(%s, %d, %d, %d, count_include_pad=False)"
                  .formatted(
                      source, operation.argument(1), operation.argument(2), operation.argument(3));
          case MAX_POOL ->
              "functional.max_pool2d(%s, %d, %d, %d)"
                  .formatted(
                      source, operation.argument(1), operation.argument(2), operation.argument(3));
          case ADD -> String.join(" + ", variables(operation));
          case CONCAT ->
              "torch.cat([%s], dim=1)".formatted(String.join(", ", variables(operation)));
          case SHIFT_SUBSAMPLE ->
              "%s[:, :, %d::2, %d::2]"
                  .formatted(source, operation.argument(1), operation.argument(1));
          case GLOBAL_AVG_POOL -> source + ".mean((2, 3))";
          case LINEAR -> linear(operation, source);
          case ZERO ->
              "v0.new_zeros(len(v0), %d, %d, %d)"
                  .formatted(operation.argument(0), operation.argument(1), operation.argument(2));
          case WEIGHTED_SUM, DROP_PATH, DROPOUT, SOFTMAX_CROSS_ENTROPY ->
              throw new IllegalStateException("a trained network has no " + operation);
        };
    announceCell(expression);
    line("v%d = %s".formatted(operation.value(), expression));
  }

  /** Says in a comment where the operations of another cell begin. */
  private void announceCell(String expression) {
    final Matcher matcher = CELL.matcher(expression);
    if (matcher.find() && !matcher.group().equals(cell)) {
      cell = matcher.group();
      line("# " + cell.replace("cells.", "cell "));
    }
  }

  private String name(int tensor) {
    return '"' + graph.weights().name(tensor) + '"';
  }

  private String conv2d(ProgramOperation operation, String source) {
    final boolean square = operation.arguments().size() == 6;
    final String form = square ? "%d" : "(%d, %d)";
    final Object[] stride =
        square
            ? new Object[] {operation.argument(4)}
            : new Object[] {operation.argument(5), operation.argument(6)};
    final Object[] padding =
        square
            ? new Object[] {operation.argument(5)}
            : new Object[] {operation.argument(7), operation.argument(8)};
    return "self.conv(%s, %s, stride=%s, padding=%s)"
        .formatted(
            source, name(operation.argument(1)), form.formatted(stride), form.formatted(padding));
  }

  private List<String> parts(ProgramOperation pointwise) {
    final List<String> names = new ArrayList<>();
    for (int i = 0; i < pointwise.argument(2); i++) {
      names.add(name(pointwise.argument(3 + 2 * i)));
    }
    return names;
  }

  /** The tensors of a normalisation have one path. */
  private String norm(ProgramOperation operation, String source) {
    final String mean = graph.weights().name(operation.argument(3));
    return "self.norm(%s, \"%s\")".formatted(source, mean.substring(0, mean.lastIndexOf('.')));
  }

  private String linear(ProgramOperation operation, String source) {
    final String bias = operation.argument(2) >= 0 ? ", " + name(operation.argument(2)) : "";
    return "self.linear(%s, %s%s)".formatted(source, name(operation.argument(1)), bias);
  }

  private List<String> variables(ProgramOperation operation) {
    final List<String> names = new ArrayList<>();
    for (final int source : Sources.of(operation)) {
      names.add("v" + source);
    }
    return names;
  }
}
