package org.nao.supernet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nao.engine.Dataset;
import org.nao.engine.DeviceExchange;
import org.nao.engine.EngineException;
import org.nao.engine.Network;
import org.nao.engine.NotFiniteException;
import org.nao.engine.PartResult;
import org.nao.engine.Program;
import org.nao.engine.SharedResult;
import org.nao.engine.TensorArray;
import org.nao.engine.TrainResult;
import org.nao.engine.Training;
import org.nao.ranks.Ranks;

/**
 * A supernet of which every rank has the same. What it does, all ranks do together: each calls the
 * same methods with the same arguments, in the same order.
 *
 * <p>A training step has K programs, dealt to R ranks: rank r has those at positions r, r + R, and
 * so on. Each leaves its contribution (gradients of the tensors it uses, statistics of its batch),
 * all ranks get all, and every rank adds them up in the order of the programs and updates. So
 * results have the bits of one rank that does all K. Contributions go through the host or from GPU
 * to GPU, see {@link GradientExchange}.
 */
public final class SharedSupernet {
  private static final int HEADER_BYTES = Double.BYTES + 2 * Integer.BYTES;
  private static final int FINITE = 1;

  private final Ranks ranks;
  private final GradientExchange exchange;
  private final Network network;
  private final Dataset dataset;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /** Shares a supernet's weights as they are in rank 0 from the next {@link #spread} on. */
  public SharedSupernet(
      Ranks ranks, GradientExchange exchange, Supernet supernet, Dataset dataset) {
    this.ranks = ranks;
    this.exchange = exchange;
    network = supernet.network();
    this.dataset = dataset;
  }

  /** Gives all ranks the weights, statistics and momentum of rank 0. */
  public void spread() {
    for (final TensorArray array : List.of(TensorArray.VALUE, TensorArray.MOMENTUM)) {
      final ByteBuffer bytes = direct(Math.multiplyExact(network.totalSize(), Float.BYTES));
      final float[] values = ranks.rank() == 0 ? network.readAll(array) : new float[0];
      bytes.asFloatBuffer().put(values);
      ranks.broadcast(bytes);
      if (ranks.rank() > 0) {
        final float[] received = new float[network.totalSize()];
        bytes.asFloatBuffer().get(received);
        network.writeAll(array, received);
      }
    }
  }

  /** As {@link Network#train}, of steps of several programs. */
  public TrainResult train(
      Training training,
      Program[] programs,
      int batch,
      int[] indices,
      float[] learningRates,
      long firstStep) {
    final int perStep = training.stepPrograms();
    final int steps = programs.length / perStep;
    final float[] losses = new float[steps];
    final float[] norms = new float[steps];
    final int[] correct = new int[steps];
    for (int s = 0; s < steps; s++) {
      final List<Program> ofStep =
          List.of(programs).subList(s * perStep, s * perStep + used(training, batch));
      final int[] images = Arrays.copyOfRange(indices, s * batch, (s + 1) * batch);
      final SharedResult result;
      try {
        result =
            exchange.devices().isPresent()
                ? betweenDevices(
                    exchange.devices().get(),
                    training,
                    ofStep,
                    images,
                    learningRates[s],
                    firstStep + s)
                : new Step(training, ofStep, images, learningRates[s], firstStep + s).run();
      } catch (NotFiniteException e) {
        throw new NotFiniteException(e.getMessage(), s);
      }
      losses[s] = (float) result.loss();
      norms[s] = (float) result.gradientNorm();
      correct[s] = result.correct();
    }
    return new TrainResult(losses, norms, correct, steps);
  }

  private SharedResult betweenDevices(
      DeviceExchange devices,
      Training training,
      List<Program> programs,
      int[] indices,
      float learningRate,
      long number) {
    try {
      return network.trainShared(
          dataset,
          training,
          devices,
          programs.toArray(Program[]::new),
          indices,
          learningRate,
          number);
    } catch (NotFiniteException e) {
      throw e;
    } catch (EngineException e) {
      throw exchange.explained(e);
    }
  }

  /** Programs that have images in a step. */
  private static int used(Training training, int batch) {
    return (batch - 1) / training.microBatch() + 1;
  }

  /** A buffer of which the first bytes are used; the same memory each time. */
  private ByteBuffer direct(int bytes) {
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes);
    }
    return memory.duplicate().limit(bytes).slice().order(ByteOrder.nativeOrder());
  }

  /** One step through the host. */
  private final class Step {
    private final Training training;
    private final List<Program> programs;
    private final int[] indices;
    private final float learningRate;
    private final long number;
    private final ByteBuffer headers;
    private final ByteBuffer contributions;
    private final int[] ends;
    private double loss;
    private int correct;

    Step(
        Training training, List<Program> programs, int[] indices, float learningRate, long number) {
      this.training = training;
      this.programs = programs;
      this.indices = indices;
      this.learningRate = learningRate;
      this.number = number;
      ends = programs.stream().mapToInt(Program::contributionSize).toArray();
      Arrays.parallelPrefix(ends, Math::addExact);
      final int headerBytes = programs.size() * HEADER_BYTES;
      final int floatBytes = Math.multiplyExact(ends[ends.length - 1], Float.BYTES);
      final ByteBuffer all = direct(Math.addExact(headerBytes, floatBytes));
      headers = part(all, 0, headerBytes);
      contributions = part(all, headerBytes, floatBytes);
    }

    SharedResult run() {
      final Ranks.AllGather exchange = ranks.allGather(shares());
      for (int position = ranks.rank(); position < programs.size(); position += ranks.size()) {
        trainPart(position);
      }
      exchange.finish();
      addUp();
      final double norm =
          network.trainParts(
              training,
              programs.toArray(Program[]::new),
              contributions.asFloatBuffer(),
              learningRate,
              number);
      return new SharedResult(loss, norm, correct);
    }

    private List<Ranks.Share> shares() {
      final List<Ranks.Share> shares = new ArrayList<>();
      IntStream.range(0, programs.size())
          .forEach(
              position -> {
                final int owner = position % ranks.size();
                shares.add(new Ranks.Share(owner, header(position)));
                shares.add(new Ranks.Share(owner, contribution(position)));
              });
      return shares;
    }

    private void trainPart(int position) {
      final FloatBuffer contribution = contribution(position).asFloatBuffer();
      try {
        final PartResult result =
            network.trainPart(
                dataset,
                training,
                programs.get(position),
                position,
                indices.length,
                indices,
                number,
                contribution);
        header(position).putDouble(result.loss()).putInt(result.correct()).putInt(FINITE);
      } catch (NotFiniteException e) {
        header(position).putDouble(Double.NaN).putInt(0).putInt(0);
      }
    }

    /** In the order of the programs, as the engine does where it has them all. */
    private void addUp() {
      for (int position = 0; position < programs.size(); position++) {
        final ByteBuffer header = header(position);
        final int first = position * training.microBatch();
        final int images = Math.min(training.microBatch(), indices.length - first);
        loss += header.getDouble() * images / indices.length;
        correct += header.getInt();
        if (header.getInt() != FINITE) {
          throw new NotFiniteException(
              "step %d: program %d has a loss or a gradient that is not finite"
                  .formatted(number, position),
              0);
        }
      }
    }

    private ByteBuffer header(int position) {
      return part(headers, position * HEADER_BYTES, HEADER_BYTES);
    }

    private ByteBuffer contribution(int position) {
      final int first = position == 0 ? 0 : ends[position - 1];
      return part(contributions, first * Float.BYTES, (ends[position] - first) * Float.BYTES);
    }

    private ByteBuffer part(ByteBuffer whole, int first, int bytes) {
      return whole.slice(first, bytes).order(ByteOrder.nativeOrder());
    }
  }
}
