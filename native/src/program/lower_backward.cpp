// The backward launches.
//
// Pulled gradients. Each buffer's gradient has one owner. A buffer that only an add reads has no gradient memory of its
// own: its producer's backward reads the sum's gradient, with the drop-path mask. So does the producer of a normalised
// buffer that only a weighted sum reads: its norm's coefficients contain the weight. Where several launches read a
// buffer, the first backward to reach it overwrites the gradient and later ones accumulate, in program order.
#include <map>
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
        default:
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
        if (read.buffer == build_.plan.input || build_.gradients.count(read.buffer) != 0) continue;
        const Buffer like = build_.buffer(read.buffer);
        const bool pulls = launch.kind == Kind::Add || (launch.kind == Kind::WeightedSum && read.norm >= 0);
        const bool pulled = pulls && !read.relu && build_.readers[read.buffer] == 1 &&
                            launch.dstChannels == build_.buffer(launch.dst).channels && pullsThroughMask(read.buffer);
        if (pulled)
          build_.gradients[read.buffer] = {build_.gradients.at(launch.dst).buffer, read.mask, launch.mixture,
                                           read.element};
        else
          build_.gradients[read.buffer] = {
              build_.newBuffer(like.kind, like.channels, like.height, like.width, like.floats)};
      }
    }
  }
  bool pullsThroughMask(int index) const {
    for (const int producer : build_.producers.at(index)) {
      const Kind kind = build_.plan.launches[static_cast<std::size_t>(producer)].kind;
      if (kind == Kind::Add || kind == Kind::WeightedSum) return false;
    }
    return true;
  }

  void readGradient(const Launch& launch, Access& access) {
    access.reads.push_back(launch.gradient);
    if (launch.gradientMask >= 0) access.reads.push_back(build_.maskBuffer(launch.gradientMask));
  }

  /// Targets of all reads; the first launch to reach a gradient overwrites it.
  void setTargets(Launch& launch, Access& access) {
    std::map<int, int> covered;
    for (const Read& read : launch.reads) {
      Target target;
      if (read.buffer != build_.plan.input) {
        target.buffer = build_.gradients.at(read.buffer).buffer;
        target.first = read.first;
        target.accumulate = build_.started[target.buffer];
        covered[read.buffer] += read.channels;
        access.writes.push_back(target.buffer);
      }
      launch.targets.push_back(target);
    }
    for (const auto& [index, channels] : covered) {
      const int gradient = build_.gradients.at(index).buffer;
      if (!build_.started[gradient] && channels != build_.buffer(index).channels)
        throw Error(NAO_INVALID, "program: a part of a value is read alone");
      build_.started[gradient] = true;
    }
  }

  void setIncoming(Launch& launch, Access& access) {
    const Gradient& gradient = build_.gradients.at(launch.dst);
    launch.gradient = gradient.buffer;
    launch.gradientMask = gradient.mask;
    readGradient(launch, access);
  }

  void normBackward(int index, int y) {
    if (index < 0 || normDone_[index]) return;
    normDone_[index] = true;
    const Gradient gradient = build_.gradients.at(y);
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
    Access access{{gradientSums, build_.forwardResource(index)}, {build_.backwardResource(index)}, {}};
    for (const int tensor : {build_.norm(index).gamma, build_.norm(index).beta})
      if (tensor >= 0) access.writes.push_back(build_.tensorResource(tensor));
    if (launch.mixture >= 0) access.reads.push_back(build_.mixtureResource(launch.mixture));
    build_.emit(launch, std::move(access));
  }

  /// Sums of one gradient with several values; those whose own gradient it is need them for their norms.
  std::vector<int> emitSums(Launch sums) {
    Access access;
    access.reads.push_back(sums.gradient);
    sums.pieces = build_.piecesOf(sums.gradient);
    for (const Read& read : sums.reads) {
      const int made = build_.newSums(read.channels, sums.pieces);
      sums.sums.push_back(made);
      const auto own = build_.gradients.find(read.buffer);
      if (read.norm >= 0 && own != build_.gradients.end() && own->second.buffer == sums.gradient)
        build_.norm(read.norm).gradientSums = made;
      access.reads.push_back(read.buffer);
      if (read.mask >= 0) access.reads.push_back(build_.maskBuffer(read.mask));
      access.writes.push_back(made);
    }
    const std::vector<int> made = sums.sums;
    build_.emit(std::move(sums), std::move(access));
    return made;
  }

  /// The way through the norm of a launch's output needs that output.
  void readNorm(const Launch& launch, Access& access) {
    if (launch.norm < 0) return;
    access.reads.push_back(launch.dst);
    access.reads.push_back(build_.backwardResource(launch.norm));
  }

  void convolutionBackward(Launch launch, Kind kind) {
    launch.kind = kind;
    Access access;
    build_.readAll(launch, access);
    setIncoming(launch, access);
    readNorm(launch, access);
    setTargets(launch, access);
    if (kind == Kind::SepConvBackward) makeSourceSums(launch, access);
    emitWithReductions(std::move(launch), std::move(access));
  }

  /// Where no other launch adds to the source's gradient, the launch that makes it makes its sums too.
  void makeSourceSums(Launch& launch, Access& access) {
    const Read& read = launch.reads[0];
    if (read.norm < 0 || build_.readers[read.buffer] != 1 || launch.targets[0].accumulate) return;
    const Norm& norm = build_.norm(read.norm);
    launch.sourceSums = build_.newSums(norm.channels, norm.pieces);
    build_.norm(read.norm).gradientSums = launch.sourceSums;
    access.writes.push_back(launch.sourceSums);
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
    products.targets = {{between, 0, false}};
    Access access;
    build_.readAll(products, access);
    setIncoming(products, access);
    readNorm(products, access);
    access.writes.push_back(between);
    emitWithReductions(std::move(products), std::move(access));

    Launch depthwise = forward;
    depthwise.kind = Kind::DepthwiseBackward;
    depthwise.weights = {forward.weights[0]};
    depthwise.gradient = between;
    Access rest;
    build_.readAll(depthwise, rest);
    rest.reads.push_back(between);
    setTargets(depthwise, rest);
    makeSourceSums(depthwise, rest);
    emitWithReductions(std::move(depthwise), std::move(rest));
  }

  /// Emits a launch that makes one weight gradient a block, and the sums of those over blocks.
  void emitWithReductions(Launch launch, Access access) {
    for (const Weight& weight : launch.weights) {
      launch.partials.push_back(build_.newRaw(static_cast<std::int64_t>(weight.rows) * weight.columns * launch.pieces));
      access.writes.push_back(launch.partials.back());
    }
    const std::vector<Weight> weights = launch.weights;
    const std::vector<int> partials = launch.partials;
    const int pieces = launch.pieces;
    build_.emit(std::move(launch), std::move(access));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      Launch reduce;
      reduce.kind = Kind::ReduceGradient;
      reduce.weights = {weights[i]};
      reduce.partials = {partials[i]};
      reduce.pieces = pieces;
      build_.emit(std::move(reduce), {{partials[i]}, {build_.tensorResource(weights[i].tensor)}, {}});
    }
  }

  void readersBackward(Launch launch, Kind kind) {
    launch.kind = kind;
    Access access;
    build_.readAll(launch, access);
    setIncoming(launch, access);
    readNorm(launch, access);
    setTargets(launch, access);
    build_.emit(std::move(launch), std::move(access));
  }

  void linearBackward(Launch launch) {
    launch.kind = Kind::LinearBackward;
    Access access;
    build_.readAll(launch, access);
    setIncoming(launch, access);
    setTargets(launch, access);
    emitWithReductions(std::move(launch), std::move(access));
  }

  void addBackward(Launch launch) {
    const int g = build_.gradients.at(launch.dst).buffer;
    Launch sums;
    sums.kind = Kind::GradientSums;
    sums.gradient = g;
    std::vector<Read> pushed;
    for (const Read& read : launch.reads) {
      if (read.buffer == build_.plan.input) continue;
      if (build_.gradients.at(read.buffer).buffer != g)
        pushed.push_back(read);
      else if (read.norm >= 0)
        sums.reads.push_back(read);
    }
    if (!sums.reads.empty()) emitSums(std::move(sums));
    push(launch, pushed, Kind::AddBackward, g);
  }

  /// Sums of the gradient with all terms: for the norms of those that pull it, and for the weights.
  void weightedSumBackward(const Launch& launch) {
    const int g = build_.gradients.at(launch.dst).buffer;
    Launch sums;
    sums.kind = Kind::GradientSums;
    sums.gradient = g;
    sums.reads = launch.reads;
    Launch weights;
    weights.kind = Kind::MixtureBackward;
    weights.reads = launch.reads;
    weights.mixture = launch.mixture;
    weights.pieces = build_.piecesOf(g);
    weights.sums = emitSums(std::move(sums));
    Access access{weights.sums,
                  {build_.tensorResource(build_.plan.mixtures[static_cast<std::size_t>(launch.mixture)].tensor)},
                  {}};
    access.reads.push_back(build_.mixtureResource(launch.mixture));
    for (const Read& read : launch.reads)
      if (read.norm >= 0) access.reads.push_back(build_.forwardResource(read.norm));
    build_.emit(std::move(weights), std::move(access));
    std::vector<Read> pushed;
    for (const Read& read : launch.reads)
      if (read.buffer != build_.plan.input && build_.gradients.at(read.buffer).buffer != g) pushed.push_back(read);
    push(launch, pushed, Kind::WeightedSumBackward, g);
  }

  /// One launch per operand: an operand that is there twice accumulates onto itself.
  void push(const Launch& launch, const std::vector<Read>& reads, Kind kind, int g) {
    for (const Read& read : reads) {
      Launch one = launch;
      one.kind = kind;
      one.reads = {read};
      one.gradient = g;
      Access access;
      build_.readAll(one, access);
      readGradient(one, access);
      setTargets(one, access);
      build_.emit(std::move(one), std::move(access));
    }
  }

  PlanBuilder& build_;
  std::map<int, bool> normDone_;
};

}  // namespace

void lowerBackward(PlanBuilder& build) { BackwardLowering(build).run(); }

}  // namespace nao::program
