package org.nao.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes tensors in the safetensors format: 8 bytes little-endian header length, a JSON header
 * padded with spaces to a multiple of 8, then the tensors one after another. Wider types come
 * first, so that every tensor is aligned. {@link SafetensorsFile} reads it.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = Long.BYTES;
  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * What was written.
   *
   * @param bytes size of the file
   * @param crc32c CRC-32C of the whole file
   */
  public record Written(long bytes, long crc32c) {}

  /**
   * Writes the file as a whole, see {@link AtomicFiles}.
   *
   * @param metadata free text by key
   * @throws RunException if the file cannot be written; an old one is then untouched
   */
  public static Written write(
      Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
    }
    final List<Map.Entry<String, Tensor>> order =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparingInt(
                    (Map.Entry<String, Tensor> entry) -> -entry.getValue().type().bytes()))
            .toList();
    final byte[] header = header(order, metadata);
    final long bytes =
        header.length + order.stream().mapToLong(entry -> bytes(entry.getValue())).sum();
    final long[] crc = new long[1];
    AtomicFiles.write(
        file,
        channel -> {
          final ChunkedOutput output = new ChunkedOutput(channel, bytes);
          output.put(header);
          for (final Map.Entry<String, Tensor> entry : order) {
            output.put(entry.getValue());
          }
          crc[0] = output.finish();
        });
    return new Written(bytes, crc[0]);
  }

  private static long bytes(Tensor tensor) {
    return (long) tensor.size() * tensor.type().bytes();
  }

  /** Its length, JSON and padding. */
  private static byte[] header(
      List<Map.Entry<String, Tensor>> order, Map<String, String> metadata) {
    final ObjectNode header = Json.object();
    if (!metadata.isEmpty()) {
      final ObjectNode texts = header.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (final Map.Entry<String, Tensor> entry : order) {
      final Tensor tensor = entry.getValue();
      final ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      final ArrayNode shape = node.putArray("shape");
      for (final long size : tensor.shape()) {
        shape.add(size);
      }
      final long end = offset + bytes(tensor);
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    final byte[] text = Json.line(header).getBytes(StandardCharsets.UTF_8);
    final int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    final ByteBuffer bytes =
        ByteBuffer.allocate(LENGTH_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(text);
    Arrays.fill(bytes.array(), bytes.position(), bytes.capacity(), (byte) ' ');
    return bytes.array();
  }
}
