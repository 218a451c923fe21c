package org.nao.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.nao.text.Counted;

/**
 * A safetensors file, checked as a whole before any value is read and mapped into memory: the
 * header's form, known types, tensors that fill the file without gap or overlap. Tensors stay
 * readable after the file is replaced or removed.
 */
public final class SafetensorsFile {
  private static final int LARGEST_HEADER_BYTES = 100_000_000;
  private static final int CHUNK_BYTES = 1 << 26;

  private final Path file;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /** Where a tensor lies, in bytes after the header. */
  private record Entry(String name, Tensor.Type type, long[] shape, long start, long end) {}

  /**
   * Reads and checks the header and maps the tensors.
   *
   * @throws RunException naming the file and the tensor at fault
   */
  public static SafetensorsFile open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      final long size = channel.size();
      final long headerBytes = headerBytes(file, channel, size);
      final ObjectNode header = header(file, channel, headerBytes);
      final long dataStart = Safetensors.LENGTH_BYTES + headerBytes;
      final Map<String, String> metadata = metadata(file, header);
      final List<Entry> entries = new ArrayList<>();
      header
          .properties()
          .forEach(field -> entries.add(entry(file, field.getKey(), field.getValue())));
      final List<Entry> byStart = inOrder(file, entries, size - dataStart);
      final Map<String, ByteBuffer> bytes = map(channel, dataStart, byStart);
      final Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (final Entry entry : entries) {
        tensors.put(entry.name, Tensor.view(entry.type, entry.shape, bytes.get(entry.name)));
      }
      return new SafetensorsFile(file, tensors, metadata);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  /**
   * Maps the tensors, as many together as one buffer can hold: the system allows a process only
   * some ten thousand mappings, and networks have more tensors.
   */
  private static Map<String, ByteBuffer> map(
      FileChannel channel, long dataStart, List<Entry> byStart) throws IOException {
    final Map<String, ByteBuffer> bytes = new HashMap<>();
    int first = 0;
    while (first < byStart.size()) {
      final long start = byStart.get(first).start;
      int next = first + 1;
      while (next < byStart.size() && byStart.get(next).end - start <= Integer.MAX_VALUE) {
        next++;
      }
      final ByteBuffer mapped =
          channel.map(MapMode.READ_ONLY, dataStart + start, byStart.get(next - 1).end - start);
      for (final Entry entry : byStart.subList(first, next)) {
        bytes.put(
            entry.name, mapped.slice((int) (entry.start - start), (int) (entry.end - entry.start)));
      }
      first = next;
    }
    return bytes;
  }

  /** Computes the CRC-32C checksum of the whole file. */
  static long crc32c(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      final CRC32C crc = new CRC32C();
      for (long start = 0; start < channel.size(); start += CHUNK_BYTES) {
        crc.update(
            channel.map(MapMode.READ_ONLY, start, Math.min(CHUNK_BYTES, channel.size() - start)));
      }
      return crc.getValue();
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  /** All tensors in the order of the file's header. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * One tensor, which must have {@code type} and {@code shape} (-1 for any size).
   *
   * @throws RunException naming file and tensor if it is missing or another
   */
  public Tensor require(String name, Tensor.Type type, long... shape) {
    final Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new RunException(
          "%s: expected a tensor '%s' (%s %s), found none of that name%s."
              .formatted(
                  file,
                  name,
                  type,
                  Tensor.shapeText(shape),
                  NearestName.suggestion(name, tensors.keySet())));
    }
    final long[] found = tensor.shape();
    boolean fits = tensor.type() == type && found.length == shape.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] == -1 || shape[i] == found[i];
    }
    if (!fits) {
      throw new RunException(
          "%s: expected tensor '%s' to be %s %s, found %s."
              .formatted(file, name, type, Tensor.shapeText(shape), tensor));
    }
    return tensor;
  }

  private static long headerBytes(Path file, FileChannel channel, long size) throws IOException {
    if (size < Safetensors.LENGTH_BYTES) {
      throw new RunException(
          "%s: expected a safetensors file, found only %s."
              .formatted(file, Counted.of(size, "byte")));
    }
    final ByteBuffer length =
        ByteBuffer.allocate(Safetensors.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    read(channel, length, 0);
    final long headerBytes = length.flip().getLong();
    if (headerBytes < 2 || headerBytes > LARGEST_HEADER_BYTES) {
      throw new RunException(
          ("%s: expected a safetensors file, found a header length of %s"
                  + " (at most %d are possible).")
              .formatted(file, Counted.of(headerBytes, "byte"), LARGEST_HEADER_BYTES));
    }
    if (headerBytes > size - Safetensors.LENGTH_BYTES) {
      throw new RunException(
          "%s: expected a header of %d bytes, found %d; the file is cut short."
              .formatted(file, headerBytes, size - Safetensors.LENGTH_BYTES));
    }
    return headerBytes;
  }

  private static ObjectNode header(Path file, FileChannel channel, long headerBytes)
      throws IOException {
    final ByteBuffer text = ByteBuffer.allocate((int) headerBytes);
    read(channel, text, Safetensors.LENGTH_BYTES);
    try {
      if (Json.mapper().readTree(text.array()) instanceof ObjectNode header) {
        return header;
      }
    } catch (JsonProcessingException e) {
      throw new RunException(
          "%s: expected a JSON header, found a mistake (%s).".formatted(file, Json.mistake(e)), e);
    }
    throw new RunException("%s: expected a JSON object as header.".formatted(file));
  }

  private static Map<String, String> metadata(Path file, ObjectNode header) {
    final JsonNode node = header.remove(Safetensors.METADATA);
    final Map<String, String> metadata = new LinkedHashMap<>();
    if (node == null) {
      return metadata;
    }
    if (!node.isObject()) {
      throw new RunException(
          "%s: expected %s to be an object.".formatted(file, Safetensors.METADATA));
    }
    node.properties().forEach(field -> metadata.put(field.getKey(), field.getValue().asText()));
    return metadata;
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    final long[] shape = sizes(node.path("shape"));
    final long[] offsets = sizes(node.path("data_offsets"));
    if (shape == null || offsets == null || offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new RunException(
          "%s: tensor '%s' needs a dtype, a shape and two data_offsets, found %s."
              .formatted(file, name, node));
    }
    final String typeName = node.path("dtype").asText();
    final Tensor.Type type = type(file, name, typeName);
    final long elements = Tensor.elements(shape);
    final long bytes = offsets[1] - offsets[0];
    if (elements < 0
        || elements > Long.MAX_VALUE / type.bytes()
        || elements * type.bytes() != bytes) {
      throw new RunException(
          "%s: tensor '%s' of type %s and shape %s does not fill its %d bytes."
              .formatted(file, name, type, Tensor.shapeText(shape), bytes));
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new RunException(
          "%s: tensor '%s' has %d bytes, at most %d are possible."
              .formatted(file, name, bytes, Integer.MAX_VALUE));
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private static Tensor.Type type(Path file, String name, String typeName) {
    for (final Tensor.Type type : Tensor.Type.values()) {
      if (type.name().equals(typeName)) {
        return type;
      }
    }
    throw new RunException(
        "%s: tensor '%s' has type '%s'; nao reads F32, F64, I32, I64 and U8."
            .formatted(file, name, typeName));
  }

  /** An array of integers of at least 0, null if it is none. */
  private static long[] sizes(JsonNode node) {
    if (!node.isArray()) {
      return null;
    }
    final long[] sizes = new long[node.size()];
    for (int i = 0; i < sizes.length; i++) {
      final JsonNode size = node.get(i);
      if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
        return null;
      }
      sizes[i] = size.asLong();
    }
    return sizes;
  }

  /** The tensors as they lie in the file, which they must fill. */
  private static List<Entry> inOrder(Path file, List<Entry> entries, long dataBytes) {
    final List<Entry> byStart = new ArrayList<>(entries);
    byStart.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
    long end = 0;
    for (final Entry entry : byStart) {
      if (entry.start != end) {
        throw new RunException(
            ("%s: tensor '%s' begins at byte %d, expected %d;"
                    + " tensors must not overlap or leave gaps.")
                .formatted(file, entry.name, entry.start, end));
      }
      end = entry.end;
    }
    if (end != dataBytes) {
      throw new RunException(
          "%s: expected %s of tensors, found %,d; the file is %s."
              .formatted(
                  file,
                  Counted.of(end, "byte"),
                  dataBytes,
                  dataBytes < end ? "cut short" : "longer than its header says"));
    }
    return byStart;
  }

  private static void read(FileChannel channel, ByteBuffer dst, long position) throws IOException {
    while (dst.hasRemaining()) {
      final int count = channel.read(dst, position + dst.position());
      if (count < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
  }
}
