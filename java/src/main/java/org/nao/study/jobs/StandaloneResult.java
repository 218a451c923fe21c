package org.nao.study.jobs;

/**
 * Accuracies of an architecture trained alone, fractions.
 *
 * @param validationAccuracy on the images kept for validation
 * @param testAccuracy on the test images
 */
public record StandaloneResult(double validationAccuracy, double testAccuracy) {}
