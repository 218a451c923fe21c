package org.nao.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nao.export.OnnxNodes.Attribute;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.network.Opcode;
import org.nao.network.ProgramOperation;
import org.nao.run.AtomicFiles;
import org.nao.run.Json;
import org.nao.run.Proto;

/**
 * Writes a model in the ONNX format, operator set 17. The input {@code images} holds normalised
 * images, any number of them, the output {@code logits} a row for each.
 */
public final class OnnxExport {
  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;
  private static final float EPSILON = 1e-5f;
  private static final float MOST_OF_RELU6 = 6;
  private static final String IMAGES = "images";
  private static final String LOGITS = "logits";

  private final Graph graph;
  private final boolean fold;
  private final OnnxNodes nodes = new OnnxNodes();

  /** The normalisation that each convolution takes into its weights, by the convolution's value. */
  private final Map<Integer, ProgramOperation> folded = new HashMap<>();

  /** The values of the normalisations that convolutions have taken. */
  private final Set<Integer> foldedNorms = new HashSet<>();

  private final Map<Integer, ProgramOperation> makers = new HashMap<>();
  private final Map<Integer, Integer> readers = new HashMap<>();

  private OnnxExport(Graph graph, boolean fold) {
    this.graph = graph;
    this.fold = fold;
  }

  /**
   * Writes a file as a whole.
   *
   * @param fold whether batch normalisations become part of the convolutions before them
   */
  public static void write(ModelFile model, Path file, boolean fold) {
    AtomicFiles.write(file, new OnnxExport(Graph.of(model), fold).bytes());
  }

  private byte[] bytes() {
    for (final ProgramOperation operation : graph.operations()) {
      makers.put(operation.value(), operation);
      for (final int source : Sources.of(operation)) {
        readers.merge(source, 1, Integer::sum);
      }
    }
    graph.operations().stream()
        .filter(operation -> fold && operation.opcode() == Opcode.BATCH_NORM)
        .forEach(this::markFolded);
    final ModelInfo info = graph.info();
    nodes.port(true, IMAGES, info.imageChannels(), info.height(), info.width());
    graph.operations().forEach(this::add);
    nodes.node("Identity", LOGITS, List.of(name(graph.logits())));
    nodes.port(false, LOGITS, info.classNames().size());
    final Proto model =
        new Proto()
            .integer(1, IR_VERSION)
            .text(2, "nao")
            .message(7, nodes.graph("nao"))
            .message(8, new Proto().text(1, "").integer(2, OPERATOR_SET));
    metadata(info)
        .forEach((key, value) -> model.message(14, new Proto().text(1, key).text(2, value)));
    return model.bytes();
  }

  private static Map<String, String> metadata(ModelInfo info) {
    // In one order, so that the same model makes the same bytes.
    final Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("classes", Json.line(info.classNames()));
    metadata.put("mean", Json.line(info.mean()));
    metadata.put("deviation", Json.line(info.deviation()));
    metadata.put("model", Json.line(info));
    return metadata;
  }

  /** A normalisation of a convolution's output, or of several concatenated ones. */
  private void markFolded(ProgramOperation norm) {
    final ProgramOperation maker = makers.get(norm.argument(0));
    if (maker == null || readers.get(maker.value()) != 1) {
      return;
    }
    if (maker.opcode() == Opcode.DEPTHWISE || isConvolution(maker)) {
      addFolded(maker, norm);
    } else if (maker.opcode() == Opcode.CONCAT) {
      final List<ProgramOperation> parts = new ArrayList<>();
      for (final int source : Sources.of(maker)) {
        parts.add(makers.get(source));
      }
      if (parts.stream()
          .allMatch(part -> part != null && isConvolution(part) && isReadOnce(part))) {
        parts.forEach(part -> addFolded(part, norm));
      }
    }
  }

  private void addFolded(ProgramOperation convolution, ProgramOperation norm) {
    folded.put(convolution.value(), norm);
    foldedNorms.add(norm.value());
  }

  private static boolean isConvolution(ProgramOperation operation) {
    return operation.opcode() == Opcode.CONV2D || operation.opcode() == Opcode.POINTWISE;
  }

  private boolean isReadOnce(ProgramOperation operation) {
    return readers.get(operation.value()) == 1;
  }

  /** What a value is called; a folded normalisation makes that of the convolution before it. */
  private String name(int value) {
    if (foldedNorms.contains(value)) {
      return name(makers.get(value).argument(0));
    }
    return value == 0 ? IMAGES : "value" + value;
  }

  private void add(ProgramOperation operation) {
    final String output = name(operation.value());
    final List<String> sources = new ArrayList<>();
    for (final int source : Sources.of(operation)) {
      sources.add(name(source));
    }
    switch (operation.opcode()) {
      case CONV2D -> convolution(operation, sources);
      case DEPTHWISE -> depthwise(operation, sources);
      case POINTWISE -> pointwise(operation, sources);
      case BATCH_NORM -> {
        if (!foldedNorms.contains(operation.value())) {
          batchNorm(operation, sources);
        }
      }
      case RELU -> nodes.node("Relu", output, sources);
      case RELU6 -> relu6(output, sources.get(0));
      case AVG_POOL ->
          nodes.node(
              "AveragePool",
              output,
              sources,
              window("kernel_shape", operation.argument(1)),
              window("strides", operation.argument(2)),
              pads(operation.argument(3), operation.argument(3)),
              Attribute.of("count_include_pad", 0L));
      case MAX_POOL ->
          nodes.node(
              "MaxPool",
              output,
              sources,
              window("kernel_shape", operation.argument(1)),
              window("strides", operation.argument(2)),
              pads(operation.argument(3), operation.argument(3)));
      case ADD -> nodes.node(sources.size() == 2 ? "Add" : "Sum", output, sources);
      case CONCAT -> nodes.node("Concat", output, sources, Attribute.of("axis", 1L));
      case SHIFT_SUBSAMPLE -> subsample(operation, sources.get(0));
      case GLOBAL_AVG_POOL -> {
        final String mean = nodes.node("GlobalAveragePool", output + "_mean", sources);
        nodes.node("Flatten", output, List.of(mean), Attribute.of("axis", 1L));
      }
      case LINEAR -> linear(operation, sources.get(0));
      case ZERO -> zero(operation);
      case WEIGHTED_SUM ->
          throw new IllegalStateException("only a search has weighted sums: " + operation);
      case DROP_PATH, DROPOUT, SOFTMAX_CROSS_ENTROPY ->
          throw new IllegalStateException("only training has " + operation);
    }
  }

  private static Attribute window(String name, int side) {
    return Attribute.of(name, side, (long) side);
  }

  private static Attribute pads(int y, int x) {
    return Attribute.of("pads", y, x, y, x);
  }

  private void convolution(ProgramOperation operation, List<String> sources) {
    final boolean square = operation.arguments().size() == 6;
    final int strideY = operation.argument(square ? 4 : 5);
    final int strideX = operation.argument(square ? 4 : 6);
    final int padY = operation.argument(square ? 5 : 7);
    final int padX = operation.argument(square ? 5 : 8);
    final int weight = operation.argument(1);
    convolution(
        operation,
        sources,
        graph.weights().name(weight),
        graph.weights().values(weight),
        graph.weights().shape(weight).stream().mapToLong(Integer::longValue).toArray(),
        Attribute.of("strides", strideY, (long) strideX),
        pads(padY, padX));
  }

  private void depthwise(ProgramOperation operation, List<String> sources) {
    final int weight = operation.argument(1);
    final int kernel = operation.argument(2);
    final int dilation = operation.argument(4);
    final List<Integer> shape = graph.weights().shape(weight);
    convolution(
        operation,
        sources,
        graph.weights().name(weight),
        graph.weights().values(weight),
        shape.stream().mapToLong(Integer::longValue).toArray(),
        Attribute.of("group", (long) shape.get(0)),
        window("strides", operation.argument(3)),
        window("dilations", dilation),
        pads(dilation * (kernel / 2), dilation * (kernel / 2)));
  }

  /** The weights of several concatenated states become one. */
  private void pointwise(ProgramOperation operation, List<String> sources) {
    final int out = operation.argument(1);
    final int parts = operation.argument(2);
    int channels = 0;
    for (int i = 0; i < parts; i++) {
      channels += operation.argument(4 + 2 * i);
    }
    final float[] joined = new float[out * channels];
    int before = 0;
    for (int i = 0; i < parts; i++) {
      final float[] part = graph.weights().values(operation.argument(3 + 2 * i));
      final int in = operation.argument(4 + 2 * i);
      for (int o = 0; o < out; o++) {
        System.arraycopy(part, o * in, joined, o * channels + before, in);
      }
      before += in;
    }
    final String first = graph.weights().name(operation.argument(3));
    convolution(
        operation,
        sources,
        parts == 1 ? first : first + "_joined",
        joined,
        new long[] {out, channels, 1, 1});
  }

  /** A convolution, with the normalisation after it if that is folded. */
  private void convolution(
      ProgramOperation operation,
      List<String> sources,
      String name,
      float[] weights,
      long[] shape,
      Attribute... attributes) {
    final List<String> inputs = new ArrayList<>(sources);
    final ProgramOperation norm = folded.get(operation.value());
    if (norm == null) {
      inputs.add(nodes.floats(name, weights, shape));
    } else {
      final int out = (int) shape[0];
      final Normalization scaled = new Normalization(graph.weights(), norm);
      final int first = firstChannel(norm, operation);
      final float[] bias = new float[out];
      final int each = weights.length / out;
      for (int o = 0; o < out; o++) {
        final double factor = scaled.factor(first + o);
        for (int i = o * each; i < (o + 1) * each; i++) {
          weights[i] = (float) (weights[i] * factor);
        }
        bias[o] = (float) scaled.shift(first + o);
      }
      inputs.add(nodes.floats(name, weights, shape));
      inputs.add(nodes.floats(name + "_bias", bias, out));
    }
    nodes.node("Conv", name(operation.value()), inputs, attributes);
  }

  /** Of the normalised channels, the first that a convolution makes. */
  private int firstChannel(ProgramOperation norm, ProgramOperation convolution) {
    final ProgramOperation maker = makers.get(norm.argument(0));
    int first = 0;
    if (maker.opcode() == Opcode.CONCAT) {
      for (final int source : Sources.of(maker)) {
        if (source == convolution.value()) {
          break;
        }
        final ProgramOperation part = makers.get(source);
        first += part.argument(part.opcode() == Opcode.POINTWISE ? 1 : 2);
      }
    }
    return first;
  }

  private void batchNorm(ProgramOperation operation, List<String> sources) {
    final String output = name(operation.value());
    final Normalization norm = new Normalization(graph.weights(), operation);
    final List<String> inputs = new ArrayList<>(sources);
    inputs.add(nodes.floats(output + "_scale", norm.scale(), norm.channels()));
    inputs.add(nodes.floats(output + "_shift", norm.bias(), norm.channels()));
    inputs.add(nodes.floats(output + "_mean", norm.mean(), norm.channels()));
    inputs.add(nodes.floats(output + "_variance", norm.variance(), norm.channels()));
    nodes.node("BatchNormalization", output, inputs, Attribute.of("epsilon", EPSILON));
  }

  private void relu6(String output, String source) {
    final String least = nodes.floats(output + "_least", new float[] {0});
    final String most = nodes.floats(output + "_most", new float[] {MOST_OF_RELU6});
    nodes.node("Clip", output, List.of(source, least, most));
  }

  /** Pixels (2y + offset, 2x + offset); maps that are halved have even sides. */
  private void subsample(ProgramOperation operation, String source) {
    final String output = name(operation.value());
    final long offset = operation.argument(1);
    nodes.node(
        "Slice",
        output,
        List.of(
            source,
            nodes.integers(output + "_starts", offset, offset),
            nodes.integers(output + "_ends", Integer.MAX_VALUE, Integer.MAX_VALUE),
            nodes.integers(output + "_axes", 2, 3),
            nodes.integers(output + "_steps", 2, 2)));
  }

  private void linear(ProgramOperation operation, String source) {
    final List<String> inputs = new ArrayList<>(List.of(source));
    final int weight = operation.argument(1);
    inputs.add(
        nodes.floats(
            graph.weights().name(weight),
            graph.weights().values(weight),
            graph.weights().shape(weight).stream().mapToLong(Integer::longValue).toArray()));
    final int bias = operation.argument(2);
    if (bias >= 0) {
      inputs.add(
          nodes.floats(
              graph.weights().name(bias),
              graph.weights().values(bias),
              graph.weights().shape(bias).get(0)));
    }
    nodes.node("Gemm", name(operation.value()), inputs, Attribute.of("transB", 1L));
  }

  /** Zeros for as many images as there are. */
  private void zero(ProgramOperation operation) {
    final String output = name(operation.value());
    final String batch =
        nodes.node(
            "Shape",
            output + "_batch",
            List.of(IMAGES),
            Attribute.of("start", 0L),
            Attribute.of("end", 1L));
    final String rest =
        nodes.integers(
            output + "_rest", operation.argument(0), operation.argument(1), operation.argument(2));
    final String shape =
        nodes.node("Concat", output + "_shape", List.of(batch, rest), Attribute.of("axis", 0L));
    nodes.node("ConstantOfShape", output, List.of(shape));
  }

  /** The values of a normalisation, of which scale and bias may be missing. */
  private record Normalization(float[] scale, float[] bias, float[] mean, float[] variance) {
    Normalization(Graph.Weights weights, ProgramOperation operation) {
      this(
          values(weights, operation.argument(1), weights.shape(operation.argument(3)).get(0), 1),
          values(weights, operation.argument(2), weights.shape(operation.argument(3)).get(0), 0),
          weights.values(operation.argument(3)),
          weights.values(operation.argument(4)));
    }

    private static float[] values(Graph.Weights weights, int index, int channels, float otherwise) {
      if (index >= 0) {
        return weights.values(index);
      }
      final float[] same = new float[channels];
      Arrays.fill(same, otherwise);
      return same;
    }

    int channels() {
      return mean.length;
    }

    double factor(int channel) {
      return scale[channel] / Math.sqrt((double) variance[channel] + EPSILON);
    }

    double shift(int channel) {
      return bias[channel] - mean[channel] * factor(channel);
    }
  }
}
