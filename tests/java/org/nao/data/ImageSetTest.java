package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSetTest {
  private static final List<String> NAMES = List.of("a", "b");

  @Test
  void aConstantChannelHasDeviationOne() {
    final ImageSet set = ImageSet.training("s", 1, 1, 2, NAMES, new byte[] {7, 7}, new int[] {1});
    assertThat(set.statistics().mean()).containsExactly(7f / 255);
    assertThat(set.statistics().deviation()).containsExactly(1f);
  }

  @Test
  void keepsGivenStatistics() {
    final ChannelStatistics given = new ChannelStatistics(new float[] {0.5f}, new float[] {0.25f});
    final ImageSet set = ImageSet.training("s", 1, 1, 2, NAMES, new byte[] {1, 2}, new int[] {1});
    assertThat(set.withStatistics(given).statistics()).isSameAs(given);
    assertThatThrownBy(() -> new ChannelStatistics(new float[] {0}, new float[] {Float.NaN}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("above 0");
  }

  @Test
  void refusesWrongPixelsLabelsAndNoImages() {
    assertThatThrownBy(
            () -> ImageSet.training("s", 1, 1, 2, NAMES, new byte[] {1, 2}, new int[] {2}))
        .isInstanceOf(DataException.class)
        .hasMessage("s: image 0 has label 2, expected 0 to 1.");
    assertThatThrownBy(
            () -> ImageSet.training("s", 1, 1, 2, NAMES, new byte[] {1, 2, 3, 4}, new int[] {0}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 1 image of 1 x 1 x 2")
        .hasMessageContaining("found 4 bytes");
    assertThatThrownBy(() -> ImageSet.training("s", 1, 1, 2, NAMES, new byte[0], new int[0]))
        .isInstanceOf(DataException.class)
        .hasMessage("s: holds no image.");
  }
}
