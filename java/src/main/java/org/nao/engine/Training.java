package org.nao.engine;

import org.nao.binding.nao_training;

/**
 * How a step trains. {@link #builder()} starts from SGD with momentum 0.9, weight decay 3e-4 and
 * clipping at 5, without regularisation or augmentation.
 *
 * @param momentum of SGD
 * @param weightDecay added to the gradient, times the weight
 * @param clipNorm gradients are scaled down to this global L2 norm; 0: never
 * @param nesterov whether momentum looks ahead
 * @param labelSmoothing 0..1
 * @param dropPathKeep probability that a path survives at the end of training; 1: off
 * @param dropoutKeep probability that a feature survives; 1: off
 * @param totalSteps drop-path reaches {@code dropPathKeep} at this many steps
 * @param idleUpdate whether weight decay and momentum go on for parameters a step does not use, but
 *     for those that no step has used yet
 * @param cropPadding random crop after zero padding by so many pixels; 0: none
 * @param flip whether every second image, at random, is flipped horizontally
 * @param cutout side in pixels of the square erased from each image; 0: none
 * @param seed of augmentation, drop-path and dropout
 * @param mixup alpha of the Beta distribution that a step's mixture of each image with another is
 *     drawn from; 0: images are not mixed
 * @param averageDecay of the moving average of weights and running statistics, see {@link
 *     Network#beginAverage}; 0: none
 * @param microBatch images that go through the network at a time in {@link Network#train}; a step
 *     adds up the gradients of its batches; 0: all of a step
 * @param stepPrograms programs of a step in {@link Network#train}; of more than one, each has a
 *     {@code microBatch} of the step's images, and their gradients are added up
 * @param autoAugment whether AutoAugment's policy for CIFAR-10 changes images
 * @param resizedCrop whether random parts of images are resized to what the program takes
 * @param jitter how far colours change
 * @param gradientsOnly whether a step leaves gradients and nothing else
 */
public record Training(
    float momentum,
    float weightDecay,
    float clipNorm,
    boolean nesterov,
    float labelSmoothing,
    float dropPathKeep,
    float dropoutKeep,
    long totalSteps,
    boolean idleUpdate,
    int cropPadding,
    boolean flip,
    int cutout,
    long seed,
    float mixup,
    float averageDecay,
    int microBatch,
    int stepPrograms,
    boolean autoAugment,
    boolean resizedCrop,
    Jitter jitter,
    boolean gradientsOnly) {

  /**
   * How far the colours of images change at random.
   *
   * @param brightness factors from 1 - this to 1 + this, at most 1
   * @param contrast the same
   * @param saturation the same
   * @param hue parts of the circle, to both sides, at most 1/2
   */
  public record Jitter(float brightness, float contrast, float saturation, float hue) {
    /** Colours stay. */
    public static final Jitter NONE = new Jitter(0, 0, 0, 0);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these values. */
  public Builder toBuilder() {
    return new Builder()
        .momentum(momentum)
        .weightDecay(weightDecay)
        .clipNorm(clipNorm)
        .nesterov(nesterov)
        .labelSmoothing(labelSmoothing)
        .dropPathKeep(dropPathKeep)
        .dropoutKeep(dropoutKeep)
        .totalSteps(totalSteps)
        .idleUpdate(idleUpdate)
        .cropPadding(cropPadding)
        .flip(flip)
        .cutout(cutout)
        .seed(seed)
        .mixup(mixup)
        .averageDecay(averageDecay)
        .microBatch(microBatch)
        .stepPrograms(stepPrograms)
        .autoAugment(autoAugment)
        .resizedCrop(resizedCrop)
        .jitter(jitter)
        .gradientsOnly(gradientsOnly);
  }

  /** A copy in native memory, which the caller closes. */
  nao_training toNative() {
    return new nao_training()
        .momentum(momentum)
        .weight_decay(weightDecay)
        .clip_norm(clipNorm)
        .nesterov(nesterov ? 1 : 0)
        .label_smoothing(labelSmoothing)
        .drop_path_keep(dropPathKeep)
        .dropout_keep(dropoutKeep)
        .total_steps(totalSteps)
        .idle_update(idleUpdate ? 1 : 0)
        .crop_padding(cropPadding)
        .flip(flip ? 1 : 0)
        .cutout(cutout)
        .seed(seed)
        .mixup_alpha(mixup)
        .average_decay(averageDecay)
        .micro_batch(microBatch)
        .step_programs(stepPrograms)
        .auto_augment(autoAugment ? 1 : 0)
        .resized_crop(resizedCrop ? 1 : 0)
        .jitter_brightness(jitter.brightness)
        .jitter_contrast(jitter.contrast)
        .jitter_saturation(jitter.saturation)
        .jitter_hue(jitter.hue)
        .gradients_only(gradientsOnly ? 1 : 0);
  }

  /** See the record's components for what each value means. */
  public static final class Builder {
    private float momentum = 0.9f;
    private float weightDecay = 3e-4f;
    private float clipNorm = 5;
    private boolean nesterov;
    private float labelSmoothing;
    private float dropPathKeep = 1;
    private float dropoutKeep = 1;
    private long totalSteps = 1;
    private boolean idleUpdate;
    private int cropPadding;
    private boolean flip;
    private int cutout;
    private long seed;
    private float mixup;
    private float averageDecay;
    private int microBatch;
    private int stepPrograms = 1;
    private boolean autoAugment;
    private boolean resizedCrop;
    private Jitter jitter = Jitter.NONE;
    private boolean gradientsOnly;

    private Builder() {}

    public Builder momentum(float value) {
      momentum = value;
      return this;
    }

    public Builder weightDecay(float value) {
      weightDecay = value;
      return this;
    }

    public Builder clipNorm(float value) {
      clipNorm = value;
      return this;
    }

    public Builder nesterov(boolean value) {
      nesterov = value;
      return this;
    }

    public Builder labelSmoothing(float value) {
      labelSmoothing = value;
      return this;
    }

    public Builder dropPathKeep(float value) {
      dropPathKeep = value;
      return this;
    }

    public Builder dropoutKeep(float value) {
      dropoutKeep = value;
      return this;
    }

    public Builder totalSteps(long value) {
      totalSteps = value;
      return this;
    }

    public Builder idleUpdate(boolean value) {
      idleUpdate = value;
      return this;
    }

    public Builder cropPadding(int value) {
      cropPadding = value;
      return this;
    }

    public Builder flip(boolean value) {
      flip = value;
      return this;
    }

    public Builder cutout(int value) {
      cutout = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder mixup(float value) {
      mixup = value;
      return this;
    }

    public Builder averageDecay(float value) {
      averageDecay = value;
      return this;
    }

    public Builder microBatch(int value) {
      microBatch = value;
      return this;
    }

    public Builder stepPrograms(int value) {
      stepPrograms = value;
      return this;
    }

    public Builder autoAugment(boolean value) {
      autoAugment = value;
      return this;
    }

    public Builder resizedCrop(boolean value) {
      resizedCrop = value;
      return this;
    }

    public Builder jitter(Jitter value) {
      jitter = value;
      return this;
    }

    public Builder gradientsOnly(boolean value) {
      gradientsOnly = value;
      return this;
    }

    public Training build() {
      return new Training(
          momentum,
          weightDecay,
          clipNorm,
          nesterov,
          labelSmoothing,
          dropPathKeep,
          dropoutKeep,
          totalSteps,
          idleUpdate,
          cropPadding,
          flip,
          cutout,
          seed,
          mixup,
          averageDecay,
          microBatch,
          stepPrograms,
          autoAugment,
          resizedCrop,
          jitter,
          gradientsOnly);
    }
  }
}
