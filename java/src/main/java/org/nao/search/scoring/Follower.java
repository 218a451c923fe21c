package org.nao.search.scoring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Device;
import org.nao.engine.NotFiniteException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.ranks.Placement;
import org.nao.ranks.Ranks;
import org.nao.run.Tensor;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.Identity;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchState;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.supernet.GradientExchange;
import org.nao.supernet.Supernet;
import org.nao.training.Images;
import org.nao.training.NetworkTensors;
import org.nao.training.Seeds;
import org.nao.training.StandaloneTraining;

/**
 * A rank above 0 of a search: it does what rank 0 orders, with images and a device of its own, and
 * neither reads nor writes the run folder.
 */
public final class Follower implements AutoCloseable {
  private final Ranks ranks;
  private final SearchConfig config;
  private final SearchSpace space;
  private final NetworkShape shape;
  private final Device device;
  private final GradientExchange exchange;
  private final Images images;
  private Optional<AuxiliaryHead> head = Optional.empty();
  private Supernet supernet;
  private Company company;

  /**
   * A rank that is ready.
   *
   * @param version of nao
   * @param choice how gradients are to be exchanged
   * @throws org.nao.ranks.RankException if rank 0 does something else
   */
  public Follower(
      Ranks ranks,
      SearchConfig config,
      ImageData data,
      String version,
      GradientExchange.Choice choice) {
    this.ranks = ranks;
    this.config = config;
    space = config.searchSpace();
    final ImageSet set = data.training();
    shape = config.shape(set);
    device =
        Device.open(
            Placement.device(config.device()),
            ranks.threads(config.threads()),
            config.precision(),
            config.libraries());
    try {
      new Identity(version, device.isa(), data.sha256(), config).requireSame(ranks);
      images =
          Images.load(
              device,
              set,
              Split.stratified(
                  set.labels(),
                  set.classes(),
                  config.validation(),
                  Seeds.derive(config.seed(), Purpose.SPLIT.ordinal(), 0)));
      exchange =
          config.scoring() == Scoring.STANDALONE
              ? GradientExchange.host(ranks)
              : GradientExchange.agree(ranks, device, choice);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** Follows orders until rank 0 ends; returns the exit code. */
  public int run() {
    while (true) {
      final Order order = Order.of(ranks.broadcast(new byte[0], Order.LONGEST));
      if (order instanceof Order.Weights weights) {
        open(weights.auxiliaryHead());
        company.weights();
      } else if (order instanceof Order.Steps steps) {
        try {
          company.steps(steps);
        } catch (NotFiniteException e) {
          continue; // in all ranks; rank 0 says so
        }
      } else if (order instanceof Order.Evaluate evaluate) {
        company.evaluate(evaluate);
      } else if (order instanceof Order.Alone alone) {
        train(alone);
      } else if (order instanceof Order.End end) {
        exchange.end();
        return end.exitCode();
      }
    }
  }

  private void train(Order.Alone order) {
    final List<Order.Alone.Share> shares = order.shares();
    try (StandaloneGroup group = new StandaloneGroup(ranks, ranks.stop(), shares.size())) {
      final Map<Integer, Map<String, Tensor>> begun = new HashMap<>();
      for (int i = 0; i < shares.size(); i++) {
        if (i % ranks.size() != 0 && shares.get(i).step() > 0) {
          final byte[] held = ranks.broadcast(new byte[0], order.longest());
          if (group.own().contains(i)) {
            begun.put(i, StandaloneReport.tensors(held));
          }
        }
      }
      for (final int i : group.own()) {
        final StandaloneTraining training = training(order, shares.get(i));
        group.add(
            training,
            new SearchState.Running(shares.get(i).step(), shares.get(i).sums()),
            () -> NetworkTensors.restore(training.network(), begun.getOrDefault(i, Map.of())));
      }
      group.run(order.longest(), (step, loss) -> {}, reports -> false);
    }
  }

  private StandaloneTraining training(Order.Alone order, Order.Alone.Share share) {
    return new StandaloneTraining(
        device,
        space,
        shape.withAuxiliary(order.auxiliaryHead()),
        ArchitectureFormat.natural(space).parse(share.architecture()),
        images,
        config.reranking().recipe(),
        order.epochs(),
        order.rampEpochs(),
        config.batch(),
        share.seed());
  }

  private void open(AuxiliaryHead wanted) {
    if (head.equals(Optional.of(wanted))) {
      return;
    }
    if (supernet != null) {
      supernet.close();
    }
    supernet = new Supernet(device, space, shape.withAuxiliary(wanted));
    company =
        new Company(ranks, exchange, ArchitectureFormat.natural(space), images.dataset(), supernet);
    head = Optional.of(wanted);
  }

  @Override
  public void close() {
    exchange.close();
    device.close();
  }
}
