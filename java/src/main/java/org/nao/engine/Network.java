package org.nao.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.nao.binding.global.Nao;
import org.nao.binding.nao_network;
import org.nao.binding.nao_program;
import org.nao.binding.nao_training;

/**
 * Parameters, their gradients and momentum, buffers and working memory. Used by one thread at a
 * time, while another may make programs of it and close those that do not run.
 *
 * <p>Legend: T tensors, S steps of a run, N images of a batch, C, H, W channels, height and width.
 */
public final class Network implements AutoCloseable {

  private static final ObjectReader PROFILE = new ObjectMapper().readerForListOf(KernelTime.class);
  private static final int ALL_TENSORS = -1;

  private final Handle<nao_network> handle;
  private final long[] sizes;
  private final int totalSize;
  private boolean average;

  private Network(Device device, nao_network network, long[] sizes, int totalSize) {
    this.sizes = sizes;
    this.totalSize = totalSize;
    handle = new Handle<>("network", device.handle(), network, Nao::nao_network_destroy);
    handle.reportIfForgottenBy(this);
  }

  /**
   * Makes a network whose values are all 0. It computes as its device was opened to.
   *
   * @param sizes elements of each of the T tensors
   * @param trainable for each tensor whether it is a parameter; otherwise a buffer
   */
  public static Network create(Device device, long[] sizes, boolean[] trainable) {
    Lengths.require("trainable", trainable.length, sizes.length);
    final byte[] flags = new byte[trainable.length];
    long total = 0;
    for (int i = 0; i < flags.length; ++i) {
      flags[i] = (byte) (trainable[i] ? 1 : 0);
      total = Math.addExact(total, sizes[i]);
    }
    if (total > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A network of " + total + " elements is larger than " + Integer.MAX_VALUE + ".");
    }
    final nao_network network = new nao_network();
    NativeLibrary.check(
        Nao.nao_network_create(device.handle().get(), sizes, flags, sizes.length, network));
    final Network made = new Network(device, network, sizes.clone(), (int) total);
    try {
      NativeLibrary.check(Nao.nao_network_set_precision(network, device.precision().code()));
      final int libraries = device.libraries() == Libraries.AUTO ? 1 : 0;
      NativeLibrary.check(Nao.nao_network_set_libraries(network, libraries));
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** Kernels that its steps have launched on a GPU so far; 0 on a CPU. */
  public long kernelLaunches() {
    final long[] kernels = new long[1];
    NativeLibrary.check(Nao.nao_network_device_calls(handle.get(), kernels, new long[1]));
    return kernels[0];
  }

  public int tensorCount() {
    return sizes.length;
  }

  /** Returns a copy of one tensor. */
  public float[] read(TensorArray array, int tensor) {
    return readInto(array, tensor, new float[Math.toIntExact(sizes[tensor])]);
  }

  /** A copy of all tensors, one after another. */
  public float[] readAll(TensorArray array) {
    return readInto(array, ALL_TENSORS, new float[totalSize]);
  }

  private float[] readInto(TensorArray array, int tensor, float[] data) {
    NativeLibrary.check(
        Nao.nao_network_read(handle.get(), array.code(), tensor, data, data.length));
    return data;
  }

  /** Sets the elements of one tensor. */
  public void write(TensorArray array, int tensor, float[] data) {
    Lengths.require("data of tensor " + tensor, data.length, sizes[tensor]);
    NativeLibrary.check(
        Nao.nao_network_write(handle.get(), array.code(), tensor, data, data.length));
  }

  /** Sets all tensors from their concatenation. */
  public void writeAll(TensorArray array, float[] data) {
    Lengths.require("data of all tensors", data.length, totalSize);
    NativeLibrary.check(
        Nao.nao_network_write(handle.get(), array.code(), ALL_TENSORS, data, data.length));
  }

  /** Elements of all tensors. */
  public int totalSize() {
    return totalSize;
  }

  /**
   * Begins a moving average of all tensors with their values now. Steps whose {@link
   * Training#averageDecay} is above 0 go on with it: after the update of step s
   *
   * <pre>
   *   average = d average + (1 - d) value     d = min(averageDecay, (1 + s) / (10 + s))
   * </pre>
   */
  public void beginAverage() {
    NativeLibrary.check(Nao.nao_network_begin_average(handle.get()));
    average = true;
  }

  /** Whether {@link #beginAverage} was called. */
  public boolean hasAverage() {
    return average;
  }

  /**
   * Does something while the average is in the values' place, to evaluate, read or write it.
   * Nothing is copied for that.
   *
   * @throws EngineException if no average was begun
   */
  public <T> T withAverage(Supplier<T> body) {
    NativeLibrary.check(Nao.nao_network_swap_average(handle.get()));
    try {
      return body.get();
    } finally {
      NativeLibrary.check(Nao.nao_network_swap_average(handle.get()));
    }
  }

  /**
   * Trains a run of S steps in one native call.
   *
   * @param perStep the programs of each step, S x {@link Training#stepPrograms()}
   * @param batch N
   * @param indices images of the data set, S x N
   * @param learningRates S
   * @param firstStep number of the first step, for random draws and drop-path
   * @throws NotFiniteException if a loss became NaN or infinite; the weights are those before that
   *     step
   */
  public TrainResult train(
      Dataset dataset,
      Training training,
      Program[] perStep,
      int batch,
      int[] indices,
      float[] learningRates,
      long firstStep) {
    final int steps = perStep.length / training.stepPrograms();
    Lengths.require("perStep", perStep.length, (long) steps * training.stepPrograms());
    Lengths.requirePositive("batch", batch);
    Lengths.require("indices", indices.length, (long) steps * batch);
    Lengths.require("learningRates", learningRates.length, steps);
    final float[] losses = new float[steps];
    final float[] gradientNorms = new float[steps];
    final int[] correct = new int[steps];
    final int[] done = new int[1];
    try (nao_training nativeTraining = training.toNative();
        PointerPointer<nao_program> programs = pointers(perStep)) {
      final int status =
          Nao.nao_train(
              handle.get(),
              dataset.handle().get(),
              nativeTraining,
              programs,
              steps,
              batch,
              indices,
              learningRates,
              firstStep,
              losses,
              gradientNorms,
              correct,
              done);
      if (status == Nao.NAO_NOT_FINITE) {
        throw new NotFiniteException(NativeLibrary.lastError(), done[0]);
      }
      NativeLibrary.check(status);
    }
    return new TrainResult(losses, gradientNorms, correct, done[0]);
  }

  /**
   * Trains one of the K programs of a step on its images and leaves what it gives to the step: its
   * gradients and the statistics of its batch. With the contributions of all programs {@link
   * #trainParts} does the step; both together have the bits of {@link #train}.
   *
   * @param position of the program among those of the step
   * @param batch N, images of the whole step, of which the program has {@link Training#microBatch}
   * @param indices images of the data set, N
   * @param contribution direct, {@link Program#contributionSize} floats from its start on
   * @throws NotFiniteException if the loss or a gradient is NaN or infinite
   */
  public PartResult trainPart(
      Dataset dataset,
      Training training,
      Program program,
      int position,
      int batch,
      int[] indices,
      long step,
      FloatBuffer contribution) {
    Lengths.requirePositive("batch", batch);
    Lengths.require("indices", indices.length, batch);
    requireDirect(contribution);
    final double[] loss = new double[1];
    final int[] correct = new int[1];
    try (nao_training nativeTraining = training.toNative()) {
      checkFinite(
          Nao.nao_train_part(
              handle.get(),
              dataset.handle().get(),
              nativeTraining,
              ownPointer(program),
              position,
              batch,
              indices,
              step,
              contribution,
              contribution.capacity(),
              loss,
              correct));
    }
    return new PartResult(loss[0], correct[0]);
  }

  /**
   * Does a step of which all parts are known.
   *
   * @param programs those that have images in the step, in order
   * @param contributions direct, theirs one after another
   * @return the global L2 norm of the gradients before clipping
   * @throws NotFiniteException if it is not finite; nothing has changed then
   */
  public double trainParts(
      Training training,
      Program[] programs,
      FloatBuffer contributions,
      float learningRate,
      long step) {
    requireDirect(contributions);
    final double[] norm = new double[1];
    try (nao_training nativeTraining = training.toNative();
        PointerPointer<nao_program> pointers = pointers(programs)) {
      checkFinite(
          Nao.nao_train_parts(
              handle.get(),
              nativeTraining,
              pointers,
              programs.length,
              contributions,
              contributions.capacity(),
              learningRate,
              step,
              norm));
    }
    return norm[0];
  }

  /**
   * Does a step together with the other ranks of an exchange, which all call this: each trains some
   * of the programs. It has the bits of {@link #trainPart} and {@link #trainParts}.
   *
   * @param programs those that have images in the step, in order
   * @param indices images of the data set, of the whole step
   * @throws NotFiniteException in all ranks if the loss or a gradient is NaN or infinite
   */
  public SharedResult trainShared(
      Dataset dataset,
      Training training,
      DeviceExchange exchange,
      Program[] programs,
      int[] indices,
      float learningRate,
      long step) {
    final double[] loss = new double[1];
    final double[] norm = new double[1];
    final int[] correct = new int[1];
    try (nao_training nativeTraining = training.toNative();
        PointerPointer<nao_program> pointers = pointers(programs)) {
      checkFinite(
          Nao.nao_train_shared(
              handle.get(),
              dataset.handle().get(),
              nativeTraining,
              exchange.handle().get(),
              pointers,
              programs.length,
              indices.length,
              indices,
              learningRate,
              step,
              loss,
              norm,
              correct));
    }
    return new SharedResult(loss[0], norm[0], correct[0]);
  }

  private static void requireDirect(FloatBuffer floats) {
    if (!floats.isDirect() || floats.position() != 0) {
      throw new IllegalArgumentException("A direct buffer is expected, with nothing before it.");
    }
  }

  /**
   * Evaluates programs on the same images.
   *
   * @param batch images at a time; the last batch may be smaller
   * @param indices images of the data set
   */
  public EvaluationResult evaluate(
      Dataset dataset, Statistics statistics, Program[] programs, int batch, int[] indices) {
    Lengths.requirePositive("batch", batch);
    final long[] correct = new long[programs.length];
    final double[] losses = new double[programs.length];
    try (PointerPointer<nao_program> pointers = pointers(programs)) {
      NativeLibrary.check(
          Nao.nao_evaluate(
              handle.get(),
              dataset.handle().get(),
              statistics.code(),
              pointers,
              programs.length,
              batch,
              indices,
              indices.length,
              correct,
              losses));
    }
    return new EvaluationResult(correct, losses);
  }

  /**
   * One training step on explicit images, without augmentation. Gradients stay readable as {@link
   * TensorArray#GRADIENT}.
   *
   * @param images N,C,H,W
   * @param labels N
   * @param step number of the step, for random draws and drop-path
   * @throws NotFiniteException if the loss became NaN or infinite
   */
  public StepResult step(
      Program program,
      float[] images,
      int[] labels,
      Training training,
      float learningRate,
      long step) {
    try (nao_training nativeTraining = training.toNative()) {
      return step(program, images, labels, nativeTraining, Statistics.BATCH, learningRate, step);
    }
  }

  /**
   * One forward pass over explicit images.
   *
   * @param images N,C,H,W
   * @param labels N
   */
  public StepResult forward(Program program, float[] images, int[] labels, Statistics statistics) {
    return step(program, images, labels, null, statistics, 0, 0);
  }

  /**
   * The gradients of DARTS' architecture step of the second order (Liu et al. 2019, section 2.3):
   * of the loss of a validation batch with respect to the logits of the program's weighted sums,
   * with the weights one step down the loss of a training batch. They are left as {@link
   * TensorArray#GRADIENT} of the logits' tensors, those of other tensors are of no use then.
   * Weights, momentum and running statistics are afterwards what they were.
   *
   * @param training changes the training images and has the momentum and the weight decay
   * @param trainingIndices images of the data set, N
   * @param validation changes the validation images
   * @param validationIndices images of the data set, N
   * @param learningRate how far the weights go ahead
   * @param step number of the step, for random draws and drop-path
   * @throws NotFiniteException if one of the losses became NaN or infinite
   */
  public void unroll(
      Program program,
      Dataset dataset,
      Training training,
      int[] trainingIndices,
      Training validation,
      int[] validationIndices,
      float learningRate,
      long step) {
    try (nao_training onTraining = training.toNative();
        nao_training onValidation = validation.toNative()) {
      checkFinite(
          Nao.nao_unroll(
              handle.get(),
              ownPointer(program),
              dataset.handle().get(),
              onTraining,
              trainingIndices,
              trainingIndices.length,
              onValidation,
              validationIndices,
              validationIndices.length,
              learningRate,
              step));
    }
  }

  /**
   * As {@link #unroll}, on explicit images without augmentation.
   *
   * @param images N,C,H,W of the training batch
   * @param labels N
   * @param validationImages M,C,H,W
   * @param validationLabels M
   */
  public void unrollStep(
      Program program,
      Training training,
      float[] images,
      int[] labels,
      float[] validationImages,
      int[] validationLabels,
      float learningRate,
      long step) {
    Lengths.require("images", images.length, labels.length * program.imageSize());
    Lengths.require(
        "validationImages", validationImages.length, validationLabels.length * program.imageSize());
    try (nao_training nativeTraining = training.toNative()) {
      checkFinite(
          Nao.nao_unroll_step(
              handle.get(),
              ownPointer(program),
              nativeTraining,
              images,
              labels,
              labels.length,
              validationImages,
              validationLabels,
              validationLabels.length,
              learningRate,
              step));
    }
  }

  /** Throws the thread's last error unless there was none. */
  private static void checkFinite(int status) {
    if (status == Nao.NAO_NOT_FINITE) {
      throw new NotFiniteException(NativeLibrary.lastError(), 0);
    }
    NativeLibrary.check(status);
  }

  private StepResult step(
      Program program,
      float[] images,
      int[] labels,
      nao_training training,
      Statistics statistics,
      float learningRate,
      long step) {
    final int batch = labels.length;
    Lengths.require("images", images.length, batch * program.imageSize());
    final float[] logits = new float[Math.multiplyExact(batch, program.classes())];
    final double[] loss = new double[1];
    final double[] gradientNorm = new double[1];
    final int[] correct = new int[1];
    final int status =
        Nao.nao_step(
            handle.get(),
            ownPointer(program),
            images,
            labels,
            batch,
            training,
            statistics.code(),
            learningRate,
            step,
            logits,
            loss,
            gradientNorm,
            correct);
    checkFinite(status);
    return new StepResult(logits, loss[0], gradientNorm[0], correct[0]);
  }

  /** Most bytes of activations, gradients and scratch held at once; parameters not counted. */
  public long peakBytes() {
    return Nao.nao_network_peak_bytes(handle.get());
  }

  /**
   * Switches profiling on or off.
   *
   * @return what was measured since profiling was last switched on
   */
  public List<KernelTime> profile(boolean on) {
    try (BytePointer json = new BytePointer()) {
      NativeLibrary.check(Nao.nao_network_profile(handle.get(), on ? 1 : 0, json));
      return PROFILE.readValue(NativeLibrary.text(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The engine's profile is no JSON array of kernels.", e);
    }
  }

  /** Closes the programs of this network, then the network. */
  @Override
  public void close() {
    handle.close();
  }

  Handle<nao_network> handle() {
    return handle;
  }

  private PointerPointer<nao_program> pointers(Program[] programs) {
    final PointerPointer<nao_program> pointers = new PointerPointer<>(programs.length);
    for (int i = 0; i < programs.length; ++i) {
      pointers.put(i, ownPointer(programs[i]));
    }
    return pointers;
  }

  private nao_program ownPointer(Program program) {
    if (program.network() != this) {
      throw new IllegalArgumentException("The program was made for another network.");
    }
    return program.handle().get();
  }
}
