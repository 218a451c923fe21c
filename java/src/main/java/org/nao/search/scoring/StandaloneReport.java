package org.nao.search.scoring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.nao.error.UserException;
import org.nao.run.Json;
import org.nao.run.Tensor;
import org.nao.training.NetworkTensors;

/**
 * What a rank says of a training alone at the end of an epoch, or where it stopped.
 *
 * @param brief all but the tensors
 * @param value of all weights and statistics
 * @param momentum likewise
 */
record StandaloneReport(Brief brief, float[] value, float[] momentum) {
  private static final int MOST_BRIEF = 4096;

  /**
   * All but the tensors.
   *
   * @param step steps done
   * @param stopped before the end of an epoch
   * @param epoch that was finished, from 0; -1 for none
   * @param loss its mean
   * @param accuracy over its images, a fraction
   * @param sums of the epoch that is not finished
   * @param validationAccuracy at the end of the training, a fraction; before it 0
   */
  record Brief(
      long step,
      boolean stopped,
      int epoch,
      double loss,
      double accuracy,
      Map<String, Double> sums,
      double validationAccuracy) {}

  long step() {
    return brief.step;
  }

  boolean isStopped() {
    return brief.stopped;
  }

  boolean hasEpoch() {
    return brief.epoch >= 0;
  }

  int epoch() {
    return brief.epoch;
  }

  double loss() {
    return brief.loss;
  }

  double accuracy() {
    return brief.accuracy;
  }

  Map<String, Double> sums() {
    return brief.sums;
  }

  double validationAccuracy() {
    return brief.validationAccuracy;
  }

  /** Bytes that a report on a network of so many values has at most. */
  static int bytes(long elements) {
    return Math.toIntExact(MOST_BRIEF + 2 * Integer.BYTES + 2 * elements * Float.BYTES);
  }

  /** As {@link #of} reads it. */
  byte[] bytes() {
    return bytes(Json.line(brief).getBytes(StandardCharsets.UTF_8), value, momentum);
  }

  /** What {@link NetworkTensors#of} took, as {@link #tensors} reads it. */
  static byte[] bytes(Map<String, Tensor> tensors) {
    return bytes(
        new byte[0],
        tensors.get(NetworkTensors.VALUE).floats(),
        tensors.get(NetworkTensors.MOMENTUM).floats());
  }

  private static byte[] bytes(byte[] brief, float[] value, float[] momentum) {
    final ByteBuffer bytes =
        ByteBuffer.allocate(
            2 * Integer.BYTES + brief.length + (value.length + momentum.length) * Float.BYTES);
    bytes.putInt(brief.length).put(brief).putInt(value.length);
    bytes.asFloatBuffer().put(value).put(momentum);
    return bytes.array();
  }

  /**
   * Reads a report.
   *
   * @throws UserException if the bytes are none
   */
  static StandaloneReport of(byte[] bytes) {
    final ByteBuffer rest = ByteBuffer.wrap(bytes);
    final byte[] brief = new byte[length(rest, 1)];
    rest.get(brief);
    final Brief read = Json.parse(new String(brief, StandardCharsets.UTF_8), Brief.class);
    final float[] value = new float[length(rest, 2 * Float.BYTES)];
    final float[] momentum = new float[value.length];
    rest.asFloatBuffer().get(value).get(momentum);
    return new StandaloneReport(read, value, momentum);
  }

  /** What a network holds. */
  static Map<String, Tensor> tensors(byte[] bytes) {
    final ByteBuffer rest = ByteBuffer.wrap(bytes);
    rest.position(rest.position() + Integer.BYTES);
    final float[] value = new float[length(rest, 2 * Float.BYTES)];
    final float[] momentum = new float[value.length];
    rest.asFloatBuffer().get(value).get(momentum);
    return NetworkTensors.of(value, momentum, "the checkpoint");
  }

  private static int length(ByteBuffer rest, int bytesEach) {
    final int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
    if (length < 0 || (long) length * bytesEach > rest.remaining()) {
      throw new UserException("a rank sent a report that this version does not know");
    }
    return length;
  }
}
