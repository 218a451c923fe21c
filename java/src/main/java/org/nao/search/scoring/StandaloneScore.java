package org.nao.search.scoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.nao.estimate.Estimation;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.ranks.Ranks;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.session.Constraints;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState.Running;
import org.nao.space.Architecture;
import org.nao.training.NetworkTensors;
import org.nao.training.StandaloneTraining;

/**
 * Trains architectures alone, some in each rank at the same time; the state's {@code running} says
 * how far they are. After every epoch all report to rank 0, which writes a checkpoint.
 */
public final class StandaloneScore {
  private static final int SAMPLE = 60;
  private static final int THIRDS = 3;

  private final SearchSession session;
  private final String phase;
  private final AuxiliaryHead auxiliaryHead;
  private final int epochs;
  private final int rampEpochs;

  /** What those in the state's {@code running} hold, after the last epoch or stop. */
  private final List<Map<String, Tensor>> held = new ArrayList<>();

  /**
   * A way to train.
   *
   * @param phase as in events and in the summary
   * @param rampEpochs after so many epochs drop-path would have its full strength
   */
  public StandaloneScore(
      SearchSession session,
      String phase,
      int epochs,
      int rampEpochs,
      AuxiliaryHead auxiliaryHead) {
    this.session = session;
    this.phase = phase;
    this.epochs = epochs;
    this.rampEpochs = rampEpochs;
    this.auxiliaryHead = auxiliaryHead;
  }

  private StandaloneTraining training(Architecture architecture, long seed) {
    return new StandaloneTraining(
        session.device(),
        session.space(),
        shape(),
        architecture,
        session.images(),
        session.config().reranking().recipe(),
        epochs,
        rampEpochs,
        session.config().batch(),
        seed);
  }

  private NetworkShape shape() {
    return session.shape().withAuxiliary(auxiliaryHead);
  }

  /**
   * Adds {@code count} such trainings to an estimate, as long as those of three random
   * architectures: of many, the ones in the middle of the smallest, the middle and the largest
   * third.
   *
   * @param name of this part of the run
   * @param keeps whether each leaves a model file
   */
  public void estimate(Estimation estimation, String name, long count, boolean keeps) {
    final StandaloneNetworks networks =
        NetworkFamilies.standalone(session.space(), session.shape());
    final Constraints constraints = session.constraints();
    final SplittableRandom random = new SplittableRandom(session.seed(Purpose.POOL, 1));
    final List<Architecture> bySize =
        Stream.generate(() -> constraints.random(random))
            .limit(SAMPLE)
            .sorted(Comparator.comparingLong(each -> networks.size(each).macs()))
            .toList();
    final int images = session.images().split().validation().length;
    double step = 0;
    double image = 0;
    double save = 0;
    long steps = 0;
    long elements = 0;
    for (int third = 0; third < THIRDS; third++) {
      final int index = (2 * third + 1) * SAMPLE / (2 * THIRDS);
      try (StandaloneTraining training = training(bySize.get(index), third)) {
        steps = training.totalSteps();
        step +=
            estimation.stepSeconds((stop, observer) -> training.run(0, stop, observer)) / THIRDS;
        image +=
            estimation.secondsEach(images, session.config().batch(), training::validationAccuracy)
                / THIRDS;
        save +=
            Estimation.seconds(
                    () -> session.save(phase, session.networkTensors(training.network())))
                / THIRDS;
        estimation.checkpoint(session.folder().checkpoint().bytes());
        elements = Math.max(elements, training.table().elements());
      }
    }
    estimation.add(name, count * steps, "step", step);
    estimation.add(name + ", scores", count * images, "image", image);
    estimation.add(name + ", saves", count * epochs, "checkpoint", save);
    estimation.keep(keeps ? count * elements * Float.BYTES : 0);
    estimation.note(
        "%s: as long as random architectures take; those found may be larger.".formatted(name));
  }

  /**
   * A training to do.
   *
   * @param index of the architecture among {@code count}, for the user
   * @param subject which architecture it is, for events
   * @param trained is given the network at the end
   */
  public record Task(
      Architecture architecture,
      int index,
      int count,
      long seed,
      Map<String, Object> subject,
      Consumer<StandaloneTraining> trained) {}

  /** How many trainings go on at the same time. */
  public int atOnce() {
    return session.crew().trainings();
  }

  /**
   * The validation accuracies, fractions, of the first of some architectures, {@link #atOnce} of
   * them; none after a stop, a checkpoint is then written.
   *
   * @param tasks all trainings that have begun, in their order, and those to begin now
   */
  public List<Double> of(List<Task> tasks) {
    final List<Running> running = session.state().running;
    if (held.isEmpty()) {
      for (int i = 0; i < running.size(); i++) {
        held.add(session.takeTensors(prefix(i)));
      }
    }
    final List<Task> wave = tasks.subList(0, Math.min(atOnce(), tasks.size()));
    while (running.size() < wave.size()) {
      running.add(Running.NEW);
      held.add(Map.of());
    }
    final List<Double> accuracies = together(wave);
    for (int i = 0; i < accuracies.size(); i++) {
      final Task task = wave.get(i);
      try (StandaloneTraining training = training(task.architecture(), task.seed())) {
        NetworkTensors.restore(training.network(), held.get(i));
        task.trained().accept(training);
      }
    }
    running.subList(0, accuracies.size()).clear();
    held.subList(0, accuracies.size()).clear();
    return accuracies;
  }

  /** Trains in all ranks until all are trained, or until a stop. */
  private List<Double> together(List<Task> wave) {
    final List<Running> running = session.state().running;
    final Ranks ranks = session.crew().ranks();
    final int longest = longest(wave);
    ranks.broadcast(order(wave, longest).bytes(), Order.LONGEST);
    for (int i = 0; i < wave.size(); i++) {
      if (i % ranks.size() != 0 && running.get(i).step() > 0) {
        ranks.broadcast(StandaloneReport.bytes(held.get(i)), longest);
      }
    }
    final List<Double> accuracies = new ArrayList<>();
    try (StandaloneGroup group = new StandaloneGroup(ranks, session.stop(), wave.size())) {
      for (final int i : group.own()) {
        final StandaloneTraining training =
            training(wave.get(i).architecture(), wave.get(i).seed());
        group.add(training, running.get(i), () -> restore(training, running.get(i), held.get(i)));
      }
      final long total = group.totalSteps();
      try (Progress progress = progress(wave, running.get(0).step(), total)) {
        group.run(
            longest,
            (step, loss) ->
                progress.update(
                    step, String.format(Locale.ROOT, "loss %.3f%s", loss, session.gpuBrief())),
            reports -> goesOn(wave, reports, total, accuracies));
      }
    }
    return accuracies;
  }

  private void restore(StandaloneTraining training, Running begun, Map<String, Tensor> tensors) {
    if (begun.step() > 0) {
      session.fitting(() -> NetworkTensors.restore(training.network(), tensors));
    }
  }

  private Order.Alone order(List<Task> wave, int longest) {
    final List<Order.Alone.Share> shares = new ArrayList<>();
    for (int i = 0; i < wave.size(); i++) {
      final Running begun = session.state().running.get(i);
      shares.add(
          new Order.Alone.Share(
              session.format().write(wave.get(i).architecture()),
              wave.get(i).seed(),
              begun.step(),
              begun.sums()));
    }
    return new Order.Alone(auxiliaryHead, epochs, rampEpochs, longest, shares);
  }

  /** Bytes of the longest report; 0 where nobody sends one. */
  private int longest(List<Task> wave) {
    if (session.crew().ranks().size() == 1) {
      return 0;
    }
    final StandaloneNetworks networks = NetworkFamilies.standalone(session.space(), shape());
    return wave.stream()
        .mapToInt(
            task ->
                StandaloneReport.bytes(networks.program(task.architecture()).table().elements()))
        .max()
        .orElseThrow();
  }

  private Progress progress(List<Task> wave, long step, long total) {
    final int first = wave.get(0).index() + 1;
    final int last = wave.get(wave.size() - 1).index() + 1;
    return Progress.start(
        "stand-alone %s of %d"
            .formatted(first == last ? first : first + " to " + last, wave.get(0).count()),
        step,
        total,
        "steps");
  }

  /** Hears the reports of all; fills {@code accuracies} once all are trained. */
  private boolean goesOn(
      List<Task> wave, List<StandaloneReport> reports, long total, List<Double> accuracies) {
    boolean stopped = false;
    for (int i = 0; i < wave.size(); i++) {
      final StandaloneReport report = reports.get(i);
      session.state().running.set(i, new Running(report.step(), report.sums()));
      held.set(
          i,
          NetworkTensors.of(
              report.value(),
              report.momentum(),
              "step %d of a training alone".formatted(report.step())));
      if (report.hasEpoch()) {
        final Map<String, Object> values = new LinkedHashMap<>(wave.get(i).subject());
        values.put("epoch", report.epoch());
        values.put("step", report.step());
        values.put("loss", report.loss());
        values.put("accuracy", report.accuracy());
        session.event(phase, values);
      }
      stopped |= report.isStopped();
    }
    if (reports.stream().allMatch(each -> each.step() == total)) {
      reports.forEach(each -> accuracies.add(each.validationAccuracy()));
      return false;
    }
    session.save(phase, tensors());
    return !stopped && !session.stop().isRequested();
  }

  /** What the trainings that have begun hold, for checkpoints. */
  public Map<String, Tensor> tensors() {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < held.size(); i++) {
      final String prefix = prefix(i);
      held.get(i).forEach((name, tensor) -> tensors.put(prefix + name, tensor));
    }
    return tensors;
  }

  private static String prefix(int index) {
    return "running.%d.".formatted(index);
  }
}
