package org.nao.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nao.binding.nao_training;

class TrainingTest {
  /** No two values alike, so that two that are swapped show. */
  private static final Training ALL_DIFFERENT =
      new Training(
          .1f,
          .2f,
          .3f,
          true,
          .4f,
          .5f,
          .6f,
          7L << 40,
          false,
          8,
          true,
          9,
          -10,
          .12f,
          .11f,
          13,
          14,
          true,
          true,
          new Training.Jitter(.14f, .15f, .16f, .17f),
          true);

  @Test
  void everyValueReachesItsNativeField() {
    NativeLibrary.load();
    try (nao_training copy = ALL_DIFFERENT.toNative()) {
      assertThat(copy.momentum()).isEqualTo(.1f);
      assertThat(copy.weight_decay()).isEqualTo(.2f);
      assertThat(copy.clip_norm()).isEqualTo(.3f);
      assertThat(copy.nesterov()).isEqualTo(1);
      assertThat(copy.label_smoothing()).isEqualTo(.4f);
      assertThat(copy.drop_path_keep()).isEqualTo(.5f);
      assertThat(copy.dropout_keep()).isEqualTo(.6f);
      assertThat(copy.total_steps()).isEqualTo(7L << 40);
      assertThat(copy.idle_update()).isZero();
      assertThat(copy.crop_padding()).isEqualTo(8);
      assertThat(copy.flip()).isEqualTo(1);
      assertThat(copy.cutout()).isEqualTo(9);
      assertThat(copy.seed()).isEqualTo(-10);
      assertThat(copy.mixup_alpha()).isEqualTo(.12f);
      assertThat(copy.average_decay()).isEqualTo(.11f);
      assertThat(copy.micro_batch()).isEqualTo(13);
      assertThat(copy.step_programs()).isEqualTo(14);
      assertThat(copy.auto_augment()).isEqualTo(1);
      assertThat(copy.resized_crop()).isEqualTo(1);
      assertThat(copy.jitter_brightness()).isEqualTo(.14f);
      assertThat(copy.jitter_contrast()).isEqualTo(.15f);
      assertThat(copy.jitter_saturation()).isEqualTo(.16f);
      assertThat(copy.jitter_hue()).isEqualTo(.17f);
      assertThat(copy.gradients_only()).isEqualTo(1);
    }
  }

  @Test
  void aBuilderStartsFromTheRecordsValues() {
    assertThat(ALL_DIFFERENT.toBuilder().build()).isEqualTo(ALL_DIFFERENT);
    final Training flipped = ALL_DIFFERENT.toBuilder().flip(false).idleUpdate(true).build();
    assertThat(flipped.flip()).isFalse();
    assertThat(flipped.idleUpdate()).isTrue();
    try (nao_training plain = ALL_DIFFERENT.toBuilder().autoAugment(false).build().toNative()) {
      assertThat(plain.auto_augment()).isZero();
      assertThat(plain.resized_crop()).isEqualTo(1);
    }
  }
}
