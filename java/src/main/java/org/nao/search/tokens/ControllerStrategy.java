package org.nao.search.tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.nao.controller.Controller;
import org.nao.controller.Proposer;
import org.nao.engine.Device;
import org.nao.training.Seeds;

/**
 * Neural Architecture Optimization (Luo et al. 2018): after random candidates, every round trains
 * the controller on all scores and lets it change the best candidates along the gradient of the
 * predicted score, by growing steps, until enough new ones are found; of these, those with the best
 * predictions are proposed. Where it finds too few, random candidates fill up.
 */
public final class ControllerStrategy implements TokenStrategy {
  private static final long RANDOM = 0;
  private static final long WEIGHTS = 1;
  private static final long TRAINING = 2;

  private final TokenSpace space;
  private final ControllerStrategyConfig config;
  private final long seed;
  private final BooleanSupplier stop;
  private final SeenKeys seen;
  private final List<Candidate> history = new ArrayList<>();
  private final Device device = Device.open("cpu", 1);
  private Optional<Controller> controller = Optional.empty();

  /**
   * A search that knows nothing yet. The controller computes on one thread: of these searches there
   * are usually many at once.
   *
   * @param stop asked while the controller is trained; what is proposed after it is of no use
   */
  public ControllerStrategy(
      TokenSpace space, ControllerStrategyConfig config, long seed, BooleanSupplier stop) {
    this.space = space;
    this.config = config;
    this.seed = seed;
    this.stop = stop;
    seen = new SeenKeys(space);
  }

  @Override
  public List<int[]> ask(int most) {
    final int randomLeft = config.initial() - history.size();
    final List<int[]> asked = new ArrayList<>();
    if (randomLeft > 0) {
      fill(asked, Math.min(most, randomLeft));
      return asked;
    }
    final int wanted = Math.min(most, config.perRound());
    generate(trained(), asked, wanted);
    fill(asked, wanted);
    return asked;
  }

  @Override
  public void tell(List<Candidate> scored) {
    scored.forEach(each -> seen.add(each.tokens()));
    history.addAll(scored);
  }

  @Override
  public void close() {
    device.close();
  }

  private Controller trained() {
    if (!config.keepWeights()) {
      controller.ifPresent(Controller::close);
      controller = Optional.empty();
    }
    if (controller.isEmpty()) {
      controller =
          Optional.of(
              new Controller(
                  space.layout(),
                  config.controller(),
                  Seeds.derive(seed, WEIGHTS, history.size()),
                  device));
    }
    controller
        .get()
        .train(
            history.stream().map(Candidate::tokens).toList(),
            config.targets().of(history),
            Seeds.derive(seed, TRAINING, history.size()),
            epoch -> {},
            stop);
    return controller.get();
  }

  private void generate(Controller trained, List<int[]> asked, int wanted) {
    final List<int[]> seeds =
        history.stream()
            .sorted(Comparator.comparingDouble(Candidate::score).reversed())
            .limit(config.seeds())
            .map(Candidate::tokens)
            .toList();
    final SeenKeys unseen = new SeenKeys(space);
    asked.addAll(
        new Proposer(config.stepSize(), config.steps(), config.overgeneration())
            .propose(
                trained,
                seeds,
                wanted,
                each -> space.allows(each) && !seen.contains(each) && unseen.add(each),
                () -> false));
    asked.forEach(seen::add);
  }

  private void fill(List<int[]> asked, int wanted) {
    while (asked.size() < wanted) {
      final SplittableRandom random =
          new SplittableRandom(Seeds.derive(seed, RANDOM, history.size() + asked.size()));
      asked.add(seen.draw(() -> space.random(random)));
    }
  }
}
