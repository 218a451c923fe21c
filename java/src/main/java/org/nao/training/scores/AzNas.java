package org.nao.training.scores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * The parts of AZ-NAS (Lee and Ham 2024), of the features that the cells of an untrained network
 * make of noise, and how they are put together.
 */
final class AzNas {
  private static final double EPSILON = 1e-8;
  private static final double LEAST = 1e-6;

  private AzNas() {}

  /**
   * The entropy of the shares that the principal components of features have in their variance.
   *
   * @param features of all images; every pixel is a sample of as many variables as channels
   */
  static double entropy(Maps features) {
    final int channels = features.channels();
    final double[] means =
        IntStream.range(0, channels)
            .mapToDouble(channel -> features.mean(channel, i -> features.values()[i]))
            .toArray();
    final double[][] covariances = new double[channels][channels];
    final double count = (double) features.images() * features.pixels();
    for (int one = 0; one < channels; one++) {
      for (int other = 0; other <= one; other++) {
        double sum = 0;
        for (int image = 0; image < features.images(); image++) {
          final int first = features.at(image, one);
          final int second = features.at(image, other);
          for (int i = 0; i < features.pixels(); i++) {
            sum +=
                (features.values()[first + i] - means[one])
                    * (features.values()[second + i] - means[other]);
          }
        }
        covariances[one][other] = sum / count;
        covariances[other][one] = sum / count;
      }
    }
    final double[] variances =
        new EigenDecomposition(new Array2DRowRealMatrix(covariances, false)).getRealEigenvalues();
    final double all = Arrays.stream(variances).sum();
    return -Arrays.stream(variances)
        .map(value -> Math.max(value, 0) / all)
        .map(share -> share * Math.log(share + EPSILON))
        .sum();
  }

  /** The sum of the entropies of all cells. */
  static double expressivity(double[] entropies) {
    return Arrays.stream(entropies).sum();
  }

  /** The least growth of the entropy from a cell to the next. */
  static double progressivity(double[] entropies) {
    return IntStream.range(1, entropies.length)
        .mapToDouble(i -> entropies[i] - entropies[i - 1])
        .min()
        .orElse(Double.NaN);
  }

  /**
   * How near the spectral norm s of a cell's Jacobian is to 1: {@code 2 - s - 1 / s}. What the
   * Jacobian does to random signs estimates it: the mean over pixels of the product of the
   * gradients in the source and the signs.
   *
   * @param signs factors of what the cell makes, -1 or 1
   * @param gradients of their sum in what it reads, a whole number of times as high and wide
   * @return minus infinity for a cell that passes on what it reads
   */
  static double trainability(Maps signs, Maps gradients) {
    if (Arrays.equals(signs.values(), gradients.values())) {
      return Double.NEGATIVE_INFINITY;
    }
    final int stride = gradients.height() / signs.height();
    final int inputs = gradients.channels() * stride * stride;
    final double[][] products = new double[inputs][signs.channels()];
    final double count = (double) signs.images() * signs.pixels();
    for (int image = 0; image < signs.images(); image++) {
      for (int input = 0; input < inputs; input++) {
        final int offset =
            gradients.at(image, input / (stride * stride))
                + input % (stride * stride) / stride * gradients.width()
                + input % stride;
        for (int output = 0; output < signs.channels(); output++) {
          double sum = 0;
          int sign = signs.at(image, output);
          for (int row = 0; row < signs.height(); row++) {
            for (int column = 0; column < signs.width(); column++) {
              sum +=
                  gradients.values()[offset + stride * (row * gradients.width() + column)]
                      * signs.values()[sign++];
            }
          }
          products[input][output] += sum / count;
        }
      }
    }
    final double norm =
        new SingularValueDecomposition(new Array2DRowRealMatrix(products, false)).getNorm();
    return 2 - norm - 1 / (norm + LEAST);
  }

  /** Random signs of the shape of maps. */
  static Maps signs(Maps maps, SplittableRandom random) {
    final Maps signs = maps.zeros();
    Arrays.setAll(signs.values(), i -> random.nextBoolean() ? 1 : -1);
    return signs;
  }

  /**
   * The scores of some architectures among each other: the sum over parts of log(rank / count), the
   * best rank being the count and equal ones sharing their mean.
   *
   * @param parts of each architecture, all as many; not a number is the lowest
   */
  static double[] total(List<double[]> parts) {
    final int count = parts.size();
    final double[] total = new double[count];
    final List<double[]> known = new ArrayList<>();
    for (final double[] each : parts) {
      known.add(
          Arrays.stream(each)
              .map(value -> Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value)
              .toArray());
    }
    for (int one = 0; one < count; one++) {
      for (int part = 0; part < known.get(one).length; part++) {
        double rank = 0.5;
        for (final double[] other : known) {
          rank +=
              other[part] < known.get(one)[part]
                  ? 1
                  : other[part] == known.get(one)[part] ? 0.5 : 0;
        }
        total[one] += Math.log(rank / count);
      }
    }
    return total;
  }
}
