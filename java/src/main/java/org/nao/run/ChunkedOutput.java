package org.nao.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Gathers bytes and tensors, however small, into few large writes: each is an operation of its own
 * for a file system of a network. No more than one chunk is held in memory.
 */
final class ChunkedOutput {
  static final int CHUNK_BYTES = 1 << 22;

  private final FileChannel channel;
  private final ByteBuffer chunk;
  private final CRC32C crc = new CRC32C();

  /**
   * @param expectedBytes of the whole output: a small one needs no more memory than that
   */
  ChunkedOutput(FileChannel channel, long expectedBytes) {
    this.channel = channel;
    this.chunk =
        ByteBuffer.allocateDirect((int) Math.max(Long.BYTES, Math.min(CHUNK_BYTES, expectedBytes)))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  void put(byte[] bytes) throws IOException {
    put(Tensor.of(bytes, bytes.length));
  }

  /** Its values, row-major and little-endian. */
  void put(Tensor tensor) throws IOException {
    final int elementBytes = tensor.type().bytes();
    int start = 0;
    while (start < tensor.size()) {
      final int count = Math.min(chunk.remaining() / elementBytes, tensor.size() - start);
      tensor.put(start, count, chunk);
      start += count;
      if (chunk.remaining() < Long.BYTES) {
        flush();
      }
    }
  }

  /** Writes what is left and gives the CRC-32C of all bytes. */
  long finish() throws IOException {
    flush();
    return crc.getValue();
  }

  private void flush() throws IOException {
    chunk.flip();
    crc.update(chunk.duplicate());
    AtomicFiles.writeFully(channel, chunk);
    chunk.clear();
  }
}
