package org.nao.training.scores;

import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

/**
 * How little the gradients of a network in its images resemble each other (Mellor et al. 2020, the
 * first version of their paper): with the eigenvalues v of the matrix of correlations, {@code
 * -sum(log(v + k) + 1 / (v + k))}, k = 1e-5.
 */
final class JacobianCovariance {
  private static final double LEAST = 1e-5;

  private JacobianCovariance() {}

  /**
   * The score.
   *
   * @param gradients of images, each a row of all channels and pixels
   */
  static double of(Maps gradients) {
    final int images = gradients.images();
    final int ofImage = gradients.channels() * gradients.pixels();
    final double[][] columns = new double[ofImage][images];
    for (int image = 0; image < images; image++) {
      for (int i = 0; i < ofImage; i++) {
        columns[i][image] = gradients.values()[image * ofImage + i];
      }
    }
    final RealMatrix correlations = new PearsonsCorrelation(columns).getCorrelationMatrix();
    if (Double.isNaN(correlations.getFrobeniusNorm())) {
      return Double.NaN; // the gradients of an image are all alike
    }
    double sum = 0;
    for (final double value : new EigenDecomposition(correlations).getRealEigenvalues()) {
      sum += Math.log(value + LEAST) + 1 / (value + LEAST);
    }
    return -sum;
  }
}
