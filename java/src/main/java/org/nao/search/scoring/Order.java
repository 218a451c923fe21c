package org.nao.search.scoring;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.nao.engine.Statistics;
import org.nao.engine.Training;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.run.Json;

/** What rank 0 tells the others to do; it does its own part of it at the same time. */
public sealed interface Order {
  /** Bytes of the longest order. */
  int LONGEST = 1 << 28;

  /** To take over the weights of rank 0, which follow. {@code auxiliaryHead}: of the supernet. */
  record Weights(AuxiliaryHead auxiliaryHead) implements Order {}

  /**
   * To do steps of the supernet's training.
   *
   * @param architectures of all programs, as text
   * @param batch images of a step
   */
  record Steps(
      Training training,
      List<String> architectures,
      int batch,
      int[] indices,
      float[] learningRates,
      long firstStep)
      implements Order {}

  /**
   * To evaluate architectures with the supernet's weights, and to give their accuracies.
   *
   * @param batch images at a time
   * @param shares what each rank has to do
   */
  record Evaluate(Statistics statistics, int batch, List<Share> shares) implements Order {

    /** Architectures of one call and the images for them. */
    public record Share(List<String> architectures, int[] images) {}
  }

  /**
   * To train networks alone, see {@link StandaloneGroup}, and to report after every epoch. What a
   * network that was begun before holds follows, of all of them but those of rank 0, in order.
   *
   * @param rampEpochs after so many epochs drop-path would have its full strength
   * @param longest bytes of what one holds, and of a report
   * @param shares of all trainings, which are dealt to the ranks in turn
   */
  record Alone(
      AuxiliaryHead auxiliaryHead, int epochs, int rampEpochs, int longest, List<Share> shares)
      implements Order {

    /**
     * A training.
     *
     * @param architecture text form
     * @param step steps done before
     * @param sums of the epoch that was begun, see {@link org.nao.training.EpochSums}
     */
    public record Share(String architecture, long seed, long step, Map<String, Double> sums) {}
  }

  /** To end with an exit code. */
  record End(int exitCode) implements Order {}

  /** As {@link #of} reads it. */
  default byte[] bytes() {
    return (getClass().getSimpleName() + Json.line(this)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads an order.
   *
   * @throws UserException if the bytes are none
   */
  static Order of(byte[] bytes) {
    final String text = new String(bytes, StandardCharsets.UTF_8);
    for (final Class<? extends Order> kind :
        List.of(Weights.class, Steps.class, Evaluate.class, Alone.class, End.class)) {
      if (text.startsWith(kind.getSimpleName())) {
        return Json.parse(text.substring(kind.getSimpleName().length()), kind);
      }
    }
    throw new UserException("rank 0 sent an order that this version does not know");
  }
}
