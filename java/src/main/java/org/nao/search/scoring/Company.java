package org.nao.search.scoring;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nao.engine.Dataset;
import org.nao.engine.Program;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.network.AuxiliaryHead;
import org.nao.ranks.Ranks;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.supernet.GradientExchange;
import org.nao.supernet.PoolEvaluation;
import org.nao.supernet.SharedSupernet;
import org.nao.supernet.Supernet;

/**
 * The supernet of a search on several ranks. Rank 0 searches and gives orders, the others follow;
 * what an order asks for, each does here.
 */
public final class Company {
  private static final int MOST_ACCURACIES = PoolEvaluation.ARCHITECTURES_PER_CALL * Double.BYTES;

  private final Ranks ranks;
  private final ArchitectureFormat format;
  private final Dataset dataset;
  private final Supernet supernet;
  private final SharedSupernet shared;

  Company(
      Ranks ranks,
      GradientExchange exchange,
      ArchitectureFormat format,
      Dataset dataset,
      Supernet supernet) {
    this.ranks = ranks;
    this.format = format;
    this.dataset = dataset;
    this.supernet = supernet;
    shared = new SharedSupernet(ranks, exchange, supernet, dataset);
  }

  private void order(Order order) {
    ranks.broadcast(order.bytes(), Order.LONGEST);
  }

  /** Rank 0: gives all its weights. */
  void orderWeights(AuxiliaryHead auxiliaryHead) {
    order(new Order.Weights(auxiliaryHead));
    weights();
  }

  /** Rank 0: trains. */
  TrainResult orderSteps(
      Training training,
      List<Architecture> architectures,
      Program[] programs,
      int batch,
      int[] indices,
      float[] learningRates,
      long firstStep) {
    order(
        new Order.Steps(training, texts(architectures), batch, indices, learningRates, firstStep));
    return shared.train(training, programs, batch, indices, learningRates, firstStep);
  }

  /** Rank 0: the accuracies of the architectures of all shares, in order. */
  List<Double> orderEvaluation(Order.Evaluate evaluate) {
    order(evaluate);
    return evaluate(evaluate);
  }

  void weights() {
    shared.spread();
  }

  void steps(Order.Steps steps) {
    shared.train(
        steps.training(),
        steps.architectures().stream()
            .map(text -> supernet.program(format.parse(text)))
            .toArray(Program[]::new),
        steps.batch(),
        steps.indices(),
        steps.learningRates(),
        steps.firstStep());
  }

  /** Those of all in rank 0, nothing elsewhere. */
  List<Double> evaluate(Order.Evaluate evaluate) {
    final Order.Evaluate.Share own = evaluate.shares().get(ranks.rank());
    final double[] accuracies =
        own.architectures().isEmpty()
            ? new double[0]
            : new PoolEvaluation(supernet, dataset, evaluate.statistics(), evaluate.batch())
                .accuracies(own.architectures().stream().map(format::parse).toList(), own.images());
    final ByteBuffer bytes = ByteBuffer.allocate(accuracies.length * Double.BYTES);
    bytes.asDoubleBuffer().put(accuracies);
    final List<Double> all = new ArrayList<>();
    for (final byte[] share : ranks.gather(bytes.array(), MOST_ACCURACIES)) {
      final ByteBuffer given = ByteBuffer.wrap(share);
      while (given.remaining() >= Double.BYTES) {
        all.add(given.getDouble());
      }
    }
    return all;
  }

  List<String> texts(List<Architecture> architectures) {
    return architectures.stream().map(format::write).toList();
  }
}
