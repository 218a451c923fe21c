package org.nao.train;

import java.util.List;

/**
 * What a training gave, as in {@code summary.json}.
 *
 * @param network name of a network without cells; empty: one of the architecture
 * @param parameters of the network, auxiliary head left out
 * @param macs multiply-adds for an image
 * @param bestEpoch the epoch, from 1, whose weights are in the model file
 * @param validationAccuracy of these weights, a fraction; null without validation images
 * @param testAccuracy fraction of the test images, which are looked at once, at the end
 * @param testTop5 fraction whose label is among the five most likely classes
 * @param testLoss mean cross-entropy
 * @param perClass fraction of each class's test images; null of a class without any
 * @param seconds of the training
 * @param imagesPerSecond trained on
 * @param model name of the model file
 */
public record TrainSummary(
    String architecture,
    String space,
    String network,
    int layers,
    int channels,
    long parameters,
    long macs,
    int epochs,
    int bestEpoch,
    Double validationAccuracy,
    double testAccuracy,
    double testTop5,
    double testLoss,
    List<String> classNames,
    List<Double> perClass,
    double seconds,
    double imagesPerSecond,
    String model) {}
