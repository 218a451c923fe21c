package org.nao.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nao.data.Split;

/** 10 training images, 0 to 9, and 7 validation images, 10 to 16. */
class MixedBatchesTest {
  private static final Split SPLIT =
      new Split(IntStream.range(0, 10).toArray(), IntStream.range(10, 17).toArray());

  private static MixedBatches batches(boolean partial, ValidationOrder order) {
    return new MixedBatches(SPLIT, 4, partial, order, 1, 2);
  }

  private static List<Integer> trained(MixedBatches batches, int first, int end) {
    final List<Integer> all = new ArrayList<>();
    for (int step = first; step < end; step++) {
      IntStream.of(batches.trained(step)).forEach(all::add);
    }
    return all;
  }

  @Test
  void anEpochEndsWithASmallerBatchOrWithoutIt() {
    final MixedBatches whole = batches(false, ValidationOrder.EPOCH);
    assertThat(whole.stepsPerEpoch()).isEqualTo(2);
    assertThat(trained(whole, 0, 2)).hasSize(8).doesNotHaveDuplicates();
    final MixedBatches partial = batches(true, ValidationOrder.EPOCH);
    assertThat(partial.stepsPerEpoch()).isEqualTo(3);
    assertThat(partial.trained(2)).hasSize(2);
    assertThat(trained(partial, 0, 3)).hasSize(10).doesNotHaveDuplicates();
    assertThat(trained(partial, 3, 6)).hasSize(10).doesNotHaveDuplicates();
    assertThat(trained(partial, 0, 3)).isNotEqualTo(trained(partial, 3, 6));
  }

  @Test
  void validationGoesThroughItsImagesOrDrawsThemAnew() {
    // One batch of 4 of the 7 fits: all steps of an epoch have the same.
    final MixedBatches epoch = batches(true, ValidationOrder.EPOCH);
    assertThat(epoch.validated(1)).isEqualTo(epoch.validated(0)).isEqualTo(epoch.validated(2));
    final MixedBatches step = batches(true, ValidationOrder.STEP);
    final List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      final int[] images = step.validated(i);
      assertThat(images).hasSize(4).doesNotHaveDuplicates();
      IntStream.of(images).forEach(drawn::add);
    }
    assertThat(step.validated(1)).isNotEqualTo(step.validated(0));
    assertThat(drawn).contains(10, 11, 12, 13, 14, 15, 16).allMatch(image -> image >= 10);
  }

  @Test
  void refusesBatchesThatAreTooLarge() {
    assertThatThrownBy(() -> new MixedBatches(SPLIT, 8, true, ValidationOrder.STEP, 1, 2))
        .hasMessageContaining("is 8, must be at most the 7 images");
  }
}
