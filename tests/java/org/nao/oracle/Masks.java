package org.nao.oracle;

import org.nao.engine.Training;

/**
 * The masks of drop-path and dropout at one step, drawn as native/src/program/README.md and Salmon
 * et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011) describe them: Philox4x32-10 of
 * counter (step, sample, site) and key seed.
 *
 * @param step number of the training step
 */
record Masks(Training training, long step) {

  private static final int FIRST_SITE = 16;
  private static final int ROUNDS = 10;
  private static final long WORD = 0xFFFFFFFFL;
  private static final long[] MULTIPLIERS = {0xD2511F53L, 0xCD9E8D57L};
  private static final long[] WEYL = {0x9E3779B9L, 0xBB67AE85L};
  private static final double UNIT = 0x1p-24;

  /** One number an image: 0, or one over the probability of keeping. */
  double[] dropPath(int images, int site, float layerFraction) {
    final double progress = Math.min(1, (step + 1) / (double) training.totalSteps());
    return draw(images, site, 1 - progress * layerFraction * (1 - training.dropPathKeep()));
  }

  /** One number an image and feature, [N,features]. */
  double[] dropout(int images, int features, int site) {
    return draw(images * features, site, training.dropoutKeep());
  }

  private double[] draw(int count, int site, double keep) {
    final double[] mask = new double[count];
    for (int i = 0; i < count; i++) {
      mask[i] = (philox(i, FIRST_SITE + site) >>> 8) * UNIT < keep ? 1 / keep : 0;
    }
    return mask;
  }

  /** The first word. */
  private long philox(long sample, long site) {
    final long[] counter = {step & WORD, step >>> Integer.SIZE, sample, site};
    final long[] key = {training.seed() & WORD, training.seed() >>> Integer.SIZE};
    for (int round = 0; round < ROUNDS; round++) {
      final long first = MULTIPLIERS[0] * counter[0];
      final long second = MULTIPLIERS[1] * counter[2];
      counter[0] = second >>> Integer.SIZE ^ counter[1] ^ key[0];
      counter[1] = second & WORD;
      counter[2] = first >>> Integer.SIZE ^ counter[3] ^ key[1];
      counter[3] = first & WORD;
      key[0] = key[0] + WEYL[0] & WORD;
      key[1] = key[1] + WEYL[1] & WORD;
    }
    return counter[0];
  }
}
