package org.nao.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.nao.run.Proto;

/**
 * The nodes and constants of an ONNX graph while it grows. The numbers are those of the fields in
 * the format's schema, onnx.proto3.
 */
final class OnnxNodes {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final Proto graph = new Proto();

  /** One attribute of a node. */
  record Attribute(Proto message) {
    static Attribute of(String name, long value) {
      return new Attribute(new Proto().text(1, name).integer(3, value).integer(20, ATTRIBUTE_INT));
    }

    static Attribute of(String name, float value) {
      return new Attribute(new Proto().text(1, name).number(2, value).integer(20, ATTRIBUTE_FLOAT));
    }

    static Attribute of(String name, long... values) {
      final Proto message = new Proto().text(1, name);
      for (final long value : values) {
        message.integer(8, value);
      }
      return new Attribute(message.integer(20, ATTRIBUTE_INTS));
    }
  }

  /** Adds a node with one output, which also is its name. */
  String node(String type, String output, List<String> inputs, Attribute... attributes) {
    final Proto node = new Proto();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, output).text(4, type);
    for (final Attribute attribute : attributes) {
      node.message(5, attribute.message());
    }
    graph.message(1, node);
    return output;
  }

  /** Adds a constant of floats. */
  String floats(String name, float[] values, long... shape) {
    final ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return constant(name, FLOAT, bytes.array(), shape);
  }

  /** Adds a constant list of integers. */
  String integers(String name, long... values) {
    final ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(name, INT64, bytes.array(), values.length);
  }

  private String constant(String name, int type, byte[] bytes, long... shape) {
    final Proto tensor = new Proto();
    for (final long size : shape) {
      tensor.integer(1, size);
    }
    graph.message(5, tensor.integer(2, type).text(8, name).bytes(9, bytes));
    return name;
  }

  /** Adds the graph's input or output of floats; the first dimension is free and called batch. */
  void port(boolean input, String name, long... rest) {
    final Proto shape = new Proto().message(1, new Proto().text(2, "batch"));
    for (final long size : rest) {
      shape.message(1, new Proto().integer(1, size));
    }
    final Proto tensor = new Proto().integer(1, FLOAT).message(2, shape);
    graph.message(
        input ? 11 : 12, new Proto().text(1, name).message(2, new Proto().message(1, tensor)));
  }

  /** The graph under that name. */
  Proto graph(String name) {
    return graph.text(2, name);
  }
}
