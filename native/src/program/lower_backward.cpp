// The backward launches.
//
// Pulled gradients. Each buffer's gradient has one owner. A buffer that only an add reads has no gradient memory of its
// own: its producer's backward reads the sum's gradient, with the drop-path mask. So does the producer of a normalised
// buffer that only a weighted sum reads: its norm's coefficients contain the weight. Where several launches read a
// buffer, the first backward to reach it overwrites the gradient and later ones accumulate, in program order.
#include <utility>
#include <vector>

#include "error.h"
#include "program/plan_builder.h"

namespace nao::program {
namespace {

class BackwardLowering {
 public:
  explicit BackwardLowering(PlanBuilder& build) : build_(build) {}

  void run() {
    const std::size_t forwardCount = build_.plan.launches.size();
    findGradients(forwardCount);
    normDone_.resize(build_.plan.norms.size());
    for (std::size_t i = forwardCount; i-- > 0;) {
      Launch launch = build_.plan.launches[i];  // a copy: emitting moves the list
      if (!launch.reads.empty())
        launch.pieces = build_.piecesOf(launch.reads[0].buffer);  // a backward goes by its source
      switch (launch.kind) {
        case Kind::SepConv:
          normBackward(launch.norm, launch.dst);
          if (launch.kept >= 0)
            sepConvBackwardInTwo(launch);
          else
            convolutionBackward(launch, Kind::SepConvBackward);
          break;
        case Kind::Depthwise:
          normBackward(launch.norm, launch.dst);
          convolutionBackward(launch, Kind::DepthwiseBackward);
          break;
        case Kind::Pointwise:
          normBackward(launch.norm, launch.dst);
          convolutionBackward(launch, Kind::PointwiseBackward);
          break;
        case Kind::Conv:
          normBackward(launch.norm, launch.dst);
          convolutionBackward(launch, Kind::ConvBackward);
          break;
        case Kind::Pool:
          normBackward(launch.norm, launch.dst);
          readersBackward(launch, Kind::PoolBackward);
          break;
        case Kind::GlobalPool:
          if (launch.reads[0].buffer != build_.plan.input)  // nobody wants the image's gradient
            readersBackward(launch, Kind::GlobalPoolBackward);
          break;
        case Kind::Add:
          addBackward(launch);
          break;
        case Kind::WeightedSum:
          weightedSumBackward(launch);
          break;
        case Kind::Linear:
          linearBackward(launch);
          break;
        // Nothing flows back through these, or its way begins elsewhere. No default: a new kind must be named.
        case Kind::Input:
        case Kind::Mask:
        case Kind::SepConvBackward:
        case Kind::DepthwiseBackward:
        case Kind::PointwiseBackward:
        case Kind::ConvBackward:
        case Kind::PoolBackward:
        case Kind::AddBackward:
        case Kind::WeightedSumBackward:
        case Kind::Mixture:
        case Kind::MixtureBackward:
        case Kind::GradientSums:
        case Kind::BatchNorm:
        case Kind::BatchNormBackward:
        case Kind::ReduceGradient:
        case Kind::GlobalPoolBackward:
        case Kind::LinearBackward:
        case Kind::Loss:
          break;
      }
    }
  }

 private:
  /// Who owns the gradient of each buffer.
  void findGradients(std::size_t forwardCount) {
    for (std::size_t i = forwardCount; i-- > 0;) {
      const Launch& launch = build_.plan.launches[i];
      for (const Read& read : launch.reads) {
        if (read.buffer == build_.plan.input || build_.use(read.buffer).gradient.buffer >= 0) continue;
        const Buffer like = build_.buffer(read.buffer);
        const bool pulls = launch.kind == Kind::Add || (launch.kind == Kind::WeightedSum && read.norm >= 0);
        const bool pulled = pulls && !read.relu && build_.use(read.buffer).readers == 1 &&
                            !build_.writesAPart(launch) && pullsThroughMask(read.buffer);
        Gradient made;
        if (pulled)
          made = {gradientOf(launch.dst).buffer, read.mask, launch.mixture, read.element};
        else
          made.buffer = build_.newBuffer(like.kind, like.channels, like.height, like.width, like.floats);
        build_.use(read.buffer).gradient = made;
      }
    }
  }
  bool pullsThroughMask(int index) const {
    for (const int producer : build_.use(index).producers) {
      const Kind kind = build_.plan.launches[static_cast<std::size_t>(producer)].kind;
      if (kind == Kind::Add || kind == Kind::WeightedSum) return false;
    }
    return true;
  }

  const Gradient& gradientOf(int index) { return build_.use(index).gradient; }

  void readGradient(const Launch& launch, Accesses& own) {
    own.push_back(reads(launch.gradient));
    if (launch.gradientMask >= 0) own.push_back(reads(build_.maskBuffer(launch.gradientMask)));
  }

  /// Targets of all reads; the first launch to reach a gradient overwrites it.
  void setTargets(Launch& launch, Accesses& own) {
    for (Read& read : launch.reads) {
      if (read.buffer == build_.plan.input) continue;
      const int gradient = gradientOf(read.buffer).buffer;
      read.target = {gradient, read.first, build_.use(gradient).gradientStarted};
      own.push_back(writes(gradient));
    }
    for (const Read& read : launch.reads) {
      if (read.target.buffer < 0) continue;
      int covered = 0;
      for (const Read& other : launch.reads)
        if (other.buffer == read.buffer) covered += other.channels;
      bool& started = build_.use(read.target.buffer).gradientStarted;
      if (!started && covered != build_.buffer(read.buffer).channels)
        throw Error(NAO_INVALID, "program: a part of a value is read alone");
      started = true;
    }
  }

  void setIncoming(Launch& launch, Accesses& own) {
    const Gradient& gradient = gradientOf(launch.dst);
    launch.gradient = gradient.buffer;
    launch.gradientMask = gradient.mask;
    readGradient(launch, own);
  }

  void normBackward(int index, int y) {
    if (index < 0 || normDone_[static_cast<std::size_t>(index)]) return;
    normDone_[static_cast<std::size_t>(index)] = true;
    const Gradient gradient = gradientOf(y);
    if (build_.norm(index).gradientSums < 0) {
      Launch sums;
      sums.kind = Kind::GradientSums;
      sums.gradient = gradient.buffer;
      Read read = build_.whole(y);
      read.norm = index;
      read.mask = gradient.mask;
      sums.reads = {read};
      emitSums(std::move(sums));
    }
    Launch launch;
    launch.kind = Kind::BatchNormBackward;
    launch.norm = index;
    launch.mixture = gradient.mixture;
    launch.element = gradient.element;
    const int gradientSums = build_.norm(index).gradientSums;
    Accesses own{reads(gradientSums), reads(build_.forwardResource(index)), writes(build_.backwardResource(index))};
    for (const int tensor : {build_.norm(index).gamma, build_.norm(index).beta})
      if (tensor >= 0) own.push_back(writes(build_.tensorResource(tensor)));
    if (launch.mixture >= 0) own.push_back(reads(build_.mixtureResource(launch.mixture)));
    build_.emit(std::move(launch), std::move(own));
  }

  /// Sums of one gradient with several values; those whose own gradient it is need them for their norms. Returns the
  /// launch's index.
  int emitSums(Launch sums) {
    Accesses own{reads(sums.gradient)};
    sums.pieces = build_.piecesOf(sums.gradient);
    for (Read& read : sums.reads) {
      const int made = read.sums = build_.newSums(read.channels, sums.pieces);
      if (read.norm >= 0 && gradientOf(read.buffer).buffer == sums.gradient) build_.norm(read.norm).gradientSums = made;
      own.push_back(reads(read.buffer));
      if (read.mask >= 0) own.push_back(reads(build_.maskBuffer(read.mask)));
      own.push_back(writes(made));
    }
    return build_.emit(std::move(sums), std::move(own));
  }

  /// The way through the norm of a launch's output needs that output.
  void readNorm(const Launch& launch, Accesses& own) {
    if (launch.norm < 0) return;
    own.push_back(reads(launch.dst));
    own.push_back(reads(build_.backwardResource(launch.norm)));
  }

  void convolutionBackward(Launch launch, Kind kind) {
    launch.kind = kind;
    Accesses own;
    build_.readAll(launch, own);
    setIncoming(launch, own);
    readNorm(launch, own);
    setTargets(launch, own);
    if (kind == Kind::SepConvBackward || kind == Kind::DepthwiseBackward) makeSourceSums(launch, own);
    emitWithReductions(std::move(launch), std::move(own));
  }

  /// Where no other launch adds to the source's gradient, the launch that makes it makes its sums too.
  void makeSourceSums(Launch& launch, Accesses& own) {
    const Read& read = launch.reads[0];
    if (read.norm < 0 || build_.use(read.buffer).readers != 1 || read.target.accumulate) return;
    const Norm& norm = build_.norm(read.norm);
    launch.sourceSums = build_.newSums(norm.channels, norm.pieces);
    build_.norm(read.norm).gradientSums = launch.sourceSums;
    own.push_back(writes(launch.sourceSums));
  }

  /// The depthwise output that the forward kept is to the first launch what a source is to a pointwise convolution.
  void sepConvBackwardInTwo(const Launch& forward) {
    const Buffer kept = build_.buffer(forward.kept);
    const int between = build_.newMap(kept.channels, kept.height, kept.width);
    Launch products = forward;
    products.kind = Kind::PointwiseBackward;
    products.reads = {build_.whole(forward.kept)};
    products.weights = {forward.weights[1]};
    products.kernel = products.stride = 1;
    products.pieces = build_.piecesOf(forward.kept);
    products.reads[0].target = {between, 0, false};
    Accesses own;
    build_.readAll(products, own);
    setIncoming(products, own);
    readNorm(products, own);
    own.push_back(writes(between));
    emitWithReductions(std::move(products), std::move(own));

    Launch depthwise = forward;
    depthwise.kind = Kind::DepthwiseBackward;
    depthwise.weights = {forward.weights[0]};
    depthwise.dst = forward.kept;
    depthwise.dstFirst = 0;
    depthwise.dstChannels = kept.channels;
    depthwise.norm = -1;
    depthwise.gradient = between;
    Accesses rest;
    build_.readAll(depthwise, rest);
    rest.push_back(reads(between));
    setTargets(depthwise, rest);
    makeSourceSums(depthwise, rest);
    emitWithReductions(std::move(depthwise), std::move(rest));
  }

  /// Emits a launch that makes one weight gradient a block, and the sums of those over blocks.
  void emitWithReductions(Launch launch, Accesses own) {
    for (Weight& weight : launch.weights) {
      weight.partial = build_.newRaw(static_cast<std::int64_t>(weight.rows) * weight.columns * launch.pieces);
      own.push_back(writes(weight.partial));
    }
    const std::vector<Weight> weights = launch.weights;
    const int pieces = launch.pieces;
    build_.emit(std::move(launch), std::move(own));
    for (const Weight& weight : weights) {
      Launch reduce;
      reduce.kind = Kind::ReduceGradient;
      reduce.weights = {weight};
      reduce.pieces = pieces;
      build_.emit(std::move(reduce), {reads(weight.partial), writes(build_.tensorResource(weight.tensor))});
    }
  }

  void readersBackward(Launch launch, Kind kind) {
    launch.kind = kind;
    Accesses own;
    build_.readAll(launch, own);
    setIncoming(launch, own);
    readNorm(launch, own);
    setTargets(launch, own);
    build_.emit(std::move(launch), std::move(own));
  }

  void linearBackward(Launch launch) {
    launch.kind = Kind::LinearBackward;
    Accesses own;
    build_.readAll(launch, own);
    setIncoming(launch, own);
    setTargets(launch, own);
    emitWithReductions(std::move(launch), std::move(own));
  }

  void addBackward(Launch launch) {
    const int g = gradientOf(launch.dst).buffer;
    Launch sums;
    sums.kind = Kind::GradientSums;
    sums.gradient = g;
    std::vector<Read> pushed;
    for (const Read& read : launch.reads) {
      if (read.buffer == build_.plan.input) continue;
      if (gradientOf(read.buffer).buffer != g)
        pushed.push_back(read);
      else if (read.norm >= 0)
        sums.reads.push_back(read);
    }
    if (!sums.reads.empty()) emitSums(std::move(sums));
    push(launch, pushed, Kind::AddBackward, g);
  }

  /// Sums of the gradient with all terms: for the norms of those that pull it, and for the weights.
  void weightedSumBackward(const Launch& launch) {
    const int g = gradientOf(launch.dst).buffer;
    Launch sums;
    sums.kind = Kind::GradientSums;
    sums.gradient = g;
    sums.reads = launch.reads;
    Launch weights;
    weights.kind = Kind::MixtureBackward;
    weights.mixture = launch.mixture;
    weights.pieces = build_.piecesOf(g);
    weights.reads = build_.plan.launches[static_cast<std::size_t>(emitSums(std::move(sums)))].reads;
    const int logits = build_.plan.mixtures[static_cast<std::size_t>(launch.mixture)].tensor;
    Accesses own{reads(build_.mixtureResource(launch.mixture)), writes(build_.tensorResource(logits))};
    for (const Read& read : weights.reads) {
      own.push_back(reads(read.sums));
      if (read.norm >= 0) own.push_back(reads(build_.forwardResource(read.norm)));
    }
    build_.emit(std::move(weights), std::move(own));
    std::vector<Read> pushed;
    for (const Read& read : launch.reads)
      if (read.buffer != build_.plan.input && gradientOf(read.buffer).buffer != g) pushed.push_back(read);
    push(launch, pushed, Kind::WeightedSumBackward, g);
  }

  /// One launch per operand: an operand that is there twice accumulates onto itself.
  void push(const Launch& launch, const std::vector<Read>& reads, Kind kind, int g) {
    for (const Read& read : reads) {
      Launch one = launch;
      one.kind = kind;
      one.reads = {read};
      one.gradient = g;
      Accesses own;
      build_.readAll(one, own);
      readGradient(one, own);
      setTargets(one, own);
      build_.emit(std::move(one), std::move(own));
    }
  }

  PlanBuilder& build_;
  std::vector<bool> normDone_;
};

}  // namespace

void lowerBackward(PlanBuilder& build) { BackwardLowering(build).run(); }

}  // namespace nao::program
