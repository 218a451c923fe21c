package org.nao.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.nao.model.ModelInfo;

/** Runs an ONNX file in onnxruntime, where a {@code python3} with it is on the PATH. */
public final class OnnxCheck {
  private static final int MOST_SECONDS = 120;

  private static final String PROGRAM =
      """
      import sys, numpy, onnxruntime
      shape = [int(size) for size in sys.argv[2:]]
      images = numpy.frombuffer(sys.stdin.buffer.read(), "<f4").reshape(shape)
      session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
      sys.stdout.buffer.write(session.run(["logits"], {"images": images})[0].astype("<f4").tobytes())
      """;

  private OnnxCheck() {}

  /**
   * The logits of images in onnxruntime; empty where it is not at hand.
   *
   * @param images normalised, N,C,H,W
   */
  public static Optional<float[]> logits(Path file, ModelInfo info, float[] images)
      throws InterruptedException {
    final int size = info.imageChannels() * info.height() * info.width();
    final List<String> command =
        List.of(
            "python3",
            "-c",
            PROGRAM,
            file.toString(),
            Integer.toString(images.length / size),
            Integer.toString(info.imageChannels()),
            Integer.toString(info.height()),
            Integer.toString(info.width()));
    try {
      final Process python =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (OutputStream input = python.getOutputStream()) {
        final ByteBuffer bytes =
            ByteBuffer.allocate(images.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(images);
        input.write(bytes.array());
      }
      final byte[] answer = python.getInputStream().readAllBytes();
      if (!python.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || python.exitValue() != 0) {
        python.destroy();
        return Optional.empty();
      }
      final float[] logits = new float[answer.length / Float.BYTES];
      ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(logits);
      return Optional.of(logits);
    } catch (IOException e) {
      return Optional.empty(); // There is no python3, or it ended before it read.
    }
  }
}
