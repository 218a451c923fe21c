package org.nao.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nao.data.ChannelStatistics;
import org.nao.data.ImageSet;
import org.nao.data.PictureReader;
import org.nao.error.UserException;

/**
 * What a network takes a picture for.
 *
 * @param classes the most probable ones, the first first
 */
public record Prediction(List<Candidate> classes) {
  private static final int COLOURS = 3;
  private static final int EIGHT = 8;
  private static final int CROP_EIGHTHS = 7;

  /**
   * A class.
   *
   * @param probability 0 to 1, softmax of the logits
   */
  public record Candidate(String name, double probability) {}

  /**
   * Reads pictures as images of a model.
   *
   * @throws UserException if its images are neither grey nor coloured
   */
  public static PictureReader reader(ModelInfo info) {
    if (info.imageChannels() != 1 && info.imageChannels() != COLOURS) {
      throw new UserException(
          "the model takes images of %d channels, pictures have 1 or 3"
              .formatted(info.imageChannels()));
    }
    return info.cropped()
        ? new PictureReader(larger(info.height()), larger(info.width()))
        : new PictureReader(info.height(), info.width());
  }

  private static int larger(int side) {
    return side * EIGHT / CROP_EIGHTHS;
  }

  /**
   * Classifies pictures.
   *
   * @param images as the {@link #reader} makes them, at least one
   * @param top how many classes of each are wanted
   */
  public static List<Prediction> of(OpenModel model, ModelInfo info, List<byte[]> images, int top) {
    final int[] all = IntStream.range(0, images.size()).toArray();
    final ImageSet set = set(info, images);
    final ImageSet fitting = info.cropped() ? CroppedImages.of(set, all, info.height()) : set;
    final float[] logits =
        model.logits(Pixels.normalised(fitting, info, all, 0, all.length), all.length);
    final int classes = info.classNames().size();
    final List<Prediction> predictions = new ArrayList<>();
    for (final int i : all) {
      predictions.add(of(logits, i * classes, info.classNames(), top));
    }
    return predictions;
  }

  private static ImageSet set(ModelInfo info, List<byte[]> images) {
    final int height = info.cropped() ? larger(info.height()) : info.height();
    final int width = info.cropped() ? larger(info.width()) : info.width();
    final int bytes = images.get(0).length;
    final byte[] pixels = new byte[Math.multiplyExact(images.size(), bytes)];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, pixels, i * bytes, bytes);
    }
    final float[] mean = new float[info.imageChannels()];
    final float[] deviation = new float[info.imageChannels()];
    for (int channel = 0; channel < mean.length; channel++) {
      mean[channel] = info.mean().get(channel);
      deviation[channel] = info.deviation().get(channel);
    }
    return new ImageSet(
        "pictures",
        info.imageChannels(),
        height,
        width,
        info.classNames(),
        pixels,
        new int[images.size()],
        new ChannelStatistics(mean, deviation));
  }

  private static Prediction of(float[] logits, int start, List<String> names, int top) {
    double most = logits[start];
    for (int c = 0; c < names.size(); c++) {
      most = Math.max(most, logits[start + c]);
    }
    double sum = 0;
    for (int c = 0; c < names.size(); c++) {
      sum += Math.exp(logits[start + c] - most);
    }
    final double largest = most;
    final double all = sum;
    return new Prediction(
        IntStream.range(0, names.size())
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -logits[start + c])) // equal ones stay in order
            .limit(top)
            .map(c -> new Candidate(names.get(c), Math.exp(logits[start + c] - largest) / all))
            .toList());
  }
}
