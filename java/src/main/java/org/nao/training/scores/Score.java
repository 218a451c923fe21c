package org.nao.training.scores;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.nao.error.UserException;

/** What says something of a network before it is trained; higher is taken for better. */
public enum Score {
  /** Trainable values. */
  PARAMETERS("params"),
  /** Multiply-adds for one image. */
  MACS("macs"),
  /** Weights of convolutions that no {@code none} cuts off; in the space nasbench201. */
  LIVE_WEIGHTS("live_weights"),
  /** Sum of the Euclidean norms of the gradients of all convolutions and of the classifier. */
  GRADIENT_NORM("grad_norm"),
  /** Sum of |w dL/dw| over their weights (Lee et al. 2019). */
  SNIP("snip"),
  /**
   * Sum of w dR/dw over their weights, all of them made positive, R the sum of the logits of an
   * image of ones, without normalisations (Tanaka et al. 2020).
   */
  SYNFLOW("synflow"),
  /**
   * Logarithm of the determinant of the matrix that counts for each two images of a batch the ReLUs
   * that they pass, or do not pass, both (Mellor et al. 2021).
   */
  NASWOT("naswot"),
  /** See {@link JacobianCovariance}. */
  JACOB_COV("jacob_cov"),
  /** See {@link Zico}; the batches are the halves of the batch. */
  ZICO("zico"),
  /** Entropy of the features of all cells, see {@link AzNas}. */
  EXPRESSIVITY("az_expressivity"),
  /** Least growth of that entropy from cell to cell. */
  PROGRESSIVITY("az_progressivity"),
  /** How near to 1 cells leave the length of gradients, mean over the cells. */
  TRAINABILITY("az_trainability"),
  /** These three and the multiply-adds by their ranks among the architectures that are scored. */
  AZ_NAS("az_nas");

  /** What {@link #AZ_NAS} is made of. */
  static final Set<Score> AZ_PARTS =
      Collections.unmodifiableSet(EnumSet.of(EXPRESSIVITY, PROGRESSIVITY, TRAINABILITY, MACS));

  private final String title;

  Score(String title) {
    this.title = title;
  }

  /** Its name for users. */
  public String title() {
    return title;
  }

  /**
   * The scores of those names.
   *
   * @throws UserException naming those that there are
   */
  public static List<Score> of(List<String> titles) {
    return titles.stream().map(Score::named).toList();
  }

  /**
   * The score of that name.
   *
   * @throws UserException naming those that there are
   */
  public static Score named(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "unknown score '%s', allowed: %s".formatted(title.strip(), titles())));
  }

  /** Those that networks are looked at for: parts in place of what is made of them. */
  public static Set<Score> parts(Collection<Score> scores) {
    final Set<Score> parts = EnumSet.noneOf(Score.class);
    scores.forEach(score -> parts.addAll(score == AZ_NAS ? AZ_PARTS : Set.of(score)));
    return parts;
  }

  /** Whether it is a count, which needs neither weights nor images. */
  public boolean isCount() {
    return this == PARAMETERS || this == MACS || this == LIVE_WEIGHTS;
  }

  /** The names of all, with commas. */
  public static String titles() {
    return Arrays.stream(values()).map(Score::title).collect(Collectors.joining(", "));
  }
}
