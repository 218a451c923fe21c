package org.nao.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nao.data.ImageSet;
import org.nao.run.AtomicFiles;
import org.nao.run.Progress;
import org.nao.run.StopRequest;
import org.nao.text.Csv;

/**
 * How well a network classifies images.
 *
 * @param images how many there were
 * @param top1 fraction whose largest logit is that of the label
 * @param top5 fraction whose label is among the five largest logits
 * @param loss mean cross-entropy
 * @param confusion images of class row that were taken for class column
 */
public record Evaluation(
    int images, double top1, double top5, double loss, List<List<Integer>> confusion) {
  private static final int FIVE = 5;

  /**
   * Classifies images of a set and shows how far it is.
   *
   * @param indices which ones
   * @param batch at a time
   * @param title of the progress line
   */
  public static Evaluation of(
      OpenModel model,
      ModelInfo info,
      ImageSet set,
      int[] indices,
      int batch,
      String title,
      StopRequest stop) {
    try (Progress progress = Progress.start(title, 0, indices.length, "images")) {
      return of(model, info, set, indices, batch, done -> progress.update(done, ""), stop);
    }
  }

  /**
   * Classifies images of a set.
   *
   * @param indices which ones
   * @param batch at a time
   * @param observer hears how many are done, after every batch
   */
  public static Evaluation of(
      OpenModel model,
      ModelInfo info,
      ImageSet set,
      int[] indices,
      int batch,
      IntConsumer observer,
      StopRequest stop) {
    final int classes = info.classNames().size();
    final int[][] confusion = new int[classes][classes];
    double loss = 0;
    int amongFive = 0;
    int done = 0;
    while (done < indices.length && !stop.isRequested()) {
      final int end = Math.min(done + batch, indices.length);
      final float[] logits =
          model.logits(Pixels.normalised(set, info, indices, done, end), end - done);
      for (int i = done; i < end; i++) {
        final float[] own =
            Arrays.copyOfRange(logits, (i - done) * classes, (i - done + 1) * classes);
        final int label = set.labels()[indices[i]];
        confusion[label][largest(own)]++;
        loss += crossEntropy(own, label);
        amongFive += rank(own, label) < FIVE ? 1 : 0;
      }
      done = end;
      observer.accept(done);
    }
    int correct = 0;
    for (int c = 0; c < classes; c++) {
      correct += confusion[c][c];
    }
    return new Evaluation(
        done,
        (double) correct / done,
        (double) amongFive / done,
        loss / done,
        Arrays.stream(confusion).map(row -> Arrays.stream(row).boxed().toList()).toList());
  }

  /** The fraction of each class's images that were recognised; NaN of a class without images. */
  public List<Double> perClass() {
    return IntStream.range(0, confusion.size())
        .mapToObj(
            c ->
                (double) confusion.get(c).get(c)
                    / confusion.get(c).stream().mapToInt(Integer::intValue).sum())
        .toList();
  }

  /** Writes the confusion matrix as CSV: a row per class, a column per answer. */
  public void writeCsv(Path file, List<String> classNames) {
    AtomicFiles.write(file, csv(classNames));
  }

  private String csv(List<String> classNames) {
    final StringBuilder text = new StringBuilder("class");
    classNames.forEach(name -> text.append(',').append(Csv.field(name)));
    text.append('\n');
    for (int row = 0; row < confusion.size(); row++) {
      text.append(Csv.field(classNames.get(row)));
      confusion.get(row).forEach(count -> text.append(',').append(count));
      text.append('\n');
    }
    return text.toString();
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** How many logits are before the label's; of equal ones the lower class is first. */
  private static int rank(float[] logits, int label) {
    int before = 0;
    for (int i = 0; i < logits.length; i++) {
      before += logits[i] > logits[label] || logits[i] == logits[label] && i < label ? 1 : 0;
    }
    return before;
  }

  private static double crossEntropy(float[] logits, int label) {
    final double most = logits[largest(logits)];
    double sum = 0;
    for (final float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return Math.log(sum) + most - logits[label];
  }
}
