package org.nao.search.algorithm;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.TensorArray;
import org.nao.estimate.Estimation;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.config.DartsConfig;
import org.nao.search.config.SearchConfig;
import org.nao.search.scoring.EpochObserver;
import org.nao.search.session.OptimizerTensors;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.search.session.SearchState.Phase;
import org.nao.search.session.SearchStrategy;
import org.nao.space.Architecture;
import org.nao.space.GenotypeDerivation;
import org.nao.supernet.MixedTraining;
import org.nao.training.Adam;
import org.nao.training.Networks;

/**
 * DARTS (Liu et al. 2019): architecture weights and weights are trained in turns; the architecture
 * that the former mean at the end is the only one of the pool.
 */
final class DartsStrategy implements SearchStrategy {
  private static final String ADAM = "darts.adam.";
  private static final String FIRST = "first";
  private static final String SECOND = "second";

  private final SearchSession session;
  private final SearchConfig config;
  private final SearchState state;
  private final DartsSearchNetwork search;
  private final Adam adam;
  private Optional<Network> network = Optional.empty();

  DartsStrategy(SearchSession session) {
    this.session = session;
    config = session.config();
    state = session.state();
    search = new DartsSearchNetwork(session.space(), session.shape());
    final DartsConfig settings = config.darts();
    final Map<String, float[]> moments = session.take(ADAM);
    final int logits = 2 * session.space().edges() * session.space().operations().size();
    adam =
        new Adam(
            settings.learningRate(),
            settings.beta1(),
            settings.beta2(),
            settings.weightDecay(),
            moment(moments, FIRST, logits),
            moment(moments, SECOND, logits));
  }

  /** What the checkpoint had of it, or zeros without a checkpoint. */
  private float[] moment(Map<String, float[]> saved, String name, int size) {
    return saved.isEmpty()
        ? new float[size]
        : session.fitting(() -> OptimizerTensors.values(ADAM, saved, name, size));
  }

  @Override
  public void begin() {
    state.phase = Phase.TRAIN;
  }

  @Override
  public void advance() {
    final Network net = network();
    try (Program program = Program.create(net, search.words())) {
      if (state.phase == Phase.TRAIN) {
        train(net, program);
      } else {
        choose(net, program);
      }
    }
  }

  private void train(Network net, Program program) {
    final MixedTraining training = training(net, program);
    final long steps = training.totalSteps();
    try (Progress progress = session.progress("training", state.step, steps, "steps")) {
      final EpochObserver observer =
          new EpochObserver(session, SearchState.TRAIN, progress, 0, steps, net, Map.of());
      state.step = training.run(state.step, session.stop(), observer);
    }
    if (state.step == steps) {
      state.phase = Phase.EVALUATE;
      state.step = 0;
    }
    session.save(SearchState.TRAIN, session.networkTensors(net));
  }

  /** The training, with new weights if no step is done. */
  private MixedTraining training(Network net, Program program) {
    if (state.step == 0) {
      Networks.initialize(net, search.table(), session.seed(Purpose.WEIGHTS, 0));
    }
    return new MixedTraining(
        search,
        net,
        program,
        session.images(),
        config.supernet().recipe(),
        adam,
        config.darts().order(),
        config.epochs(),
        config.batch(),
        config.darts().partialBatches(),
        config.darts().validationOrder(),
        session.seed(Purpose.TRAINING, 0));
  }

  @Override
  public long estimate(Estimation estimation) {
    final Network net = network();
    try (Program program = Program.create(net, search.words())) {
      final MixedTraining training = training(net, program);
      estimation.add(
          "training",
          training.totalSteps(),
          "step",
          estimation.stepSeconds((stop, observer) -> training.run(0, stop, observer)));
      final int images = session.images().split().validation().length;
      estimation.add(
          "evaluation",
          images,
          "image",
          estimation.secondsEach(
              images, config.supernet().evaluationBatch(), count -> correct(net, program, count)));
    }
    estimation.checkpoints(
        config.epochs(),
        session.folder(),
        () -> session.save(SearchState.TRAIN, session.networkTensors(net)));
    return 1;
  }

  /** How many of the first {@code count} validation images are classified correctly. */
  private long correct(Network net, Program program, int count) {
    return net.evaluate(
            session.images().dataset(),
            config.supernet().bn(),
            new Program[] {program},
            config.supernet().evaluationBatch(),
            Arrays.copyOf(session.images().split().validation(), count))
        .correct()[0];
  }

  /** The accuracy of the pool's architecture is that of the search network it comes from. */
  private void choose(Network net, Program program) {
    final Architecture found =
        new GenotypeDerivation(session.space())
            .derive(
                net.read(TensorArray.VALUE, search.normalLogits()),
                net.read(TensorArray.VALUE, search.reductionLogits()));
    final int images = session.images().split().validation().length;
    state.pool.add(found);
    state.accuracies.add((double) correct(net, program, images) / images);
    session.writePool();
    session.event("genotype", Map.of("architecture", session.format().write(found)));
    state.phase = Phase.RERANK;
    session.save(SearchState.EVALUATE, Map.of());
  }

  /** Adam's state while the network is trained. */
  @Override
  public Map<String, Tensor> tensors() {
    if (state.phase != Phase.TRAIN) {
      return Map.of();
    }
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(ADAM + FIRST, Tensor.of(adam.first(), adam.first().length));
    tensors.put(ADAM + SECOND, Tensor.of(adam.second(), adam.second().length));
    return tensors;
  }

  /** Made when first needed; closed with the device. */
  private Network network() {
    if (network.isEmpty()) {
      network = Optional.of(Networks.create(session.device(), search.table()));
      session.restoreNetwork(network.get());
    }
    return network.get();
  }
}
