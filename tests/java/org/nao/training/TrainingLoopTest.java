package org.nao.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.TensorArray;
import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.StopRequest;
import org.nao.space.SearchSpace;

class TrainingLoopTest {
  private static final SearchSpace SPACE = SearchSpace.naoSmall();
  private static final NetworkShape SHAPE = new NetworkShape(1, 4, 1, 8, 8, 4, false);
  private static final CosineSchedule SCHEDULE = new CosineSchedule(0.1, 0, 2);
  private static final int PATIENCE_SECONDS = 30;

  /** All images are the same one, so that their order is none. */
  @ParameterizedTest(name = "ramp of {0} epochs")
  @ValueSource(ints = {2, 5})
  void trainsTheImagesThatDoNotFillABatch(int rampEpochs) {
    final SupernetProgram maker = NetworkFamilies.supernet(SPACE, SHAPE);
    final int[] words = maker.words(SPACE.random(new SplittableRandom(1)));
    final Training training = Training.builder().dropPathKeep(0.5f).build();
    try (Device device = Device.open("cpu", 1);
        Network network = Networks.create(device, maker.table());
        Program program = Program.create(network, words)) {
      final Dataset dataset = oneImage(device);
      Networks.initialize(network, maker.table(), 3);
      final TrainingLoop loop =
          new TrainingLoop(network, dataset, training, SCHEDULE, rampEpochs, new int[7], 3, 4);
      assertThat(loop.stepsPerEpoch()).isEqualTo(3);
      assertThat(loop.totalSteps()).isEqualTo(6);
      final List<Double> accuracies = new ArrayList<>();
      loop.run(
          0,
          6,
          steps(step -> program),
          new StopRequest(),
          new TrainingLoop.Observer() {
            @Override
            public void stepsDone(long step, double loss) {}

            @Override
            public void epochDone(int epoch, long step, double loss, double accuracy) {
              assertThat(step).isEqualTo(3 * (epoch + 1L));
              accuracies.add(accuracy);
            }
          });
      final float[] looped = network.readAll(TensorArray.VALUE);

      Networks.initialize(network, maker.table(), 3);
      final Training whole = training.toBuilder().totalSteps(3L * rampEpochs).build();
      final List<Double> expected = new ArrayList<>();
      for (int epoch = 0; epoch < 2; epoch++) {
        long correct = 0;
        for (int step = 0; step < 3; step++) {
          final int size = step < 2 ? 3 : 1;
          correct +=
              network.train(
                      dataset,
                      whole,
                      new Program[] {program},
                      size,
                      new int[size],
                      new float[] {(float) SCHEDULE.rate(epoch)},
                      3L * epoch + step)
                  .correct()[0];
        }
        expected.add(correct / 7.0);
      }
      assertThat(looped).isEqualTo(network.readAll(TensorArray.VALUE));
      assertThat(accuracies).isEqualTo(expected);
    }
  }

  /** A call's report waits for a program of the next call: without it, it would not come. */
  @Test
  void makesTheProgramsOfACallDuringTheCallBefore() {
    final int steps = 3 * TrainingLoop.STEPS_PER_CALL;
    final SupernetProgram maker = NetworkFamilies.supernet(SPACE, SHAPE);
    final int[] words = maker.words(SPACE.random(new SplittableRandom(1)));
    try (Device device = Device.open("cpu", 1);
        Network network = Networks.create(device, maker.table());
        Program program = Program.create(network, words)) {
      Networks.initialize(network, maker.table(), 3);
      final TrainingLoop loop =
          new TrainingLoop(
              network,
              oneImage(device),
              Training.builder().build(),
              SCHEDULE,
              new int[steps],
              1,
              4);
      final List<CountDownLatch> asked =
          Stream.generate(() -> new CountDownLatch(1)).limit(2L * steps).toList();
      final AtomicInteger epochs = new AtomicInteger();
      final List<Long> calls = new ArrayList<>();
      loop.run(
          0,
          2L * steps,
          steps(
              step -> {
                assertThat(asked.get((int) step).getCount()).isEqualTo(1);
                // Those of an epoch are not asked for before the epoch before was reported.
                assertThat(epochs).hasValue((int) (step / steps));
                asked.get((int) step).countDown();
                return program;
              }),
          new StopRequest(),
          new TrainingLoop.Observer() {
            @Override
            public void stepsDone(long step, double loss) {
              calls.add(step % steps);
              if (step % steps != 0) {
                await(asked.get((int) step));
              }
            }

            @Override
            public void epochDone(int epoch, long step, double loss, double accuracy) {
              epochs.incrementAndGet();
            }
          });
      assertThat(asked).allMatch(latch -> latch.getCount() == 0);
      assertThat(calls).containsExactly(2L, 6L, 14L, 30L, 50L, 0L, 2L, 6L, 14L, 30L, 50L, 0L);
    }
  }

  @Test
  void failsAsTheMakerOfAProgramDoes() {
    final SupernetProgram maker = NetworkFamilies.supernet(SPACE, SHAPE);
    try (Device device = Device.open("cpu", 1);
        Network network = Networks.create(device, maker.table())) {
      final TrainingLoop loop =
          new TrainingLoop(
              network, oneImage(device), Training.builder().build(), SCHEDULE, new int[1], 1, 4);
      final TrainingLoop.Steps none =
          steps(
              step -> {
                throw new IllegalStateException("none for step " + step);
              });
      assertThatThrownBy(() -> loop.run(0, 1, none, new StopRequest(), null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("none for step 0");
    }
  }

  private static TrainingLoop.Steps steps(LongFunction<Program> programs) {
    return new TrainingLoop.Steps() {
      @Override
      public Program program(long step, int position) {
        return programs.apply(step);
      }

      @Override
      public String describe(long step) {
        return "";
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Dataset oneImage(Device device) {
    final byte[] pixels = new byte[64];
    new Random(2).nextBytes(pixels);
    return Dataset.create(
        device, pixels, new int[] {3}, 1, 8, 8, 4, new float[] {0}, new float[] {1});
  }
}
