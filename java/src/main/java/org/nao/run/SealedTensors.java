package org.nao.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Safetensors files that hold their own checksum: the metadata's key {@value SealedJson#KEY} is the
 * SHA-256 of all other metadata and of names, types, shapes and values of all tensors. Any reader
 * of the format reads them.
 */
public final class SealedTensors {
  private static final String SEAL = "sha256:";
  private static final int CHUNK_ELEMENTS = 1 << 17;

  private SealedTensors() {}

  /**
   * Writes a file as a whole, see {@link AtomicFiles}.
   *
   * @param metadata free text by key
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    final Map<String, String> sealed = new TreeMap<>(metadata);
    sealed.put(SealedJson.KEY, SEAL + sha256(tensors, metadata));
    Safetensors.write(file, tensors, sealed);
  }

  /**
   * Opens what {@link #write} wrote.
   *
   * @throws RunException naming the file if it cannot be read or is not as it was written
   */
  public static SafetensorsFile open(Path file) {
    final SafetensorsFile opened = SafetensorsFile.open(file);
    final Map<String, String> metadata = new HashMap<>(opened.metadata());
    final String seal = metadata.remove(SealedJson.KEY);
    if (seal == null) {
      throw new RunException(file + ": expected a checksum in the metadata, found none.");
    }
    if (!seal.equals(SEAL + sha256(opened.tensors(), metadata))) {
      throw new RunException(
          file
              + ": the content does not match its checksum; the file was damaged, or changed by"
              + " something else than nao.");
    }
    return opened;
  }

  private static String sha256(Map<String, Tensor> tensors, Map<String, String> metadata) {
    final MessageDigest digest = Sha256.digest();
    new TreeMap<>(metadata).forEach((key, value) -> update(digest, Json.line(Map.of(key, value))));
    final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_ELEMENTS * Long.BYTES);
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              update(digest, Json.line(name) + tensor);
              for (int start = 0; start < tensor.size(); start += CHUNK_ELEMENTS) {
                chunk.clear();
                tensor.put(start, Math.min(CHUNK_ELEMENTS, tensor.size() - start), chunk);
                digest.update(chunk.flip());
              }
            });
    return Sha256.text(digest);
  }

  private static void update(MessageDigest digest, String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
