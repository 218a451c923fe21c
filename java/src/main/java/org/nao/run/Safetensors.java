package org.nao.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes tensors in the safetensors format: 8 bytes little-endian header length, a JSON header
 * padded with spaces to a multiple of 8, then the tensors one after another. Wider types come
 * first, so that every tensor is aligned. {@link SafetensorsFile} reads it.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = Long.BYTES;
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 20;

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
    final CRC32C crc = new CRC32C();
    final long[] bytes = new long[1];
    AtomicFiles.write(
        file,
        channel -> {
          final ByteBuffer start =
              ByteBuffer.allocate(LENGTH_BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
          start.putLong(header.length).put(header).flip();
          writeChunk(channel, start, crc);
          final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
          for (final Map.Entry<String, Tensor> entry : order) {
            writeTensor(channel, entry.getValue(), chunk, crc);
          }
          bytes[0] = channel.position();
        });
    return new Written(bytes[0], crc.getValue());
  }

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
      final long end = offset + (long) tensor.size() * tensor.type().bytes();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    final String text = Json.line(header);
    final int length = text.getBytes(StandardCharsets.UTF_8).length;
    final int padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
    return (text + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static void writeTensor(FileChannel channel, Tensor tensor, ByteBuffer chunk, CRC32C crc)
      throws IOException {
    final int perChunk = CHUNK_BYTES / tensor.type().bytes();
    for (int start = 0; start < tensor.size(); start += perChunk) {
      chunk.clear();
      tensor.put(start, Math.min(perChunk, tensor.size() - start), chunk);
      writeChunk(channel, chunk.flip(), crc);
    }
  }

  private static void writeChunk(FileChannel channel, ByteBuffer chunk, CRC32C crc)
      throws IOException {
    crc.update(chunk.duplicate());
    AtomicFiles.writeFully(channel, chunk);
  }
}
