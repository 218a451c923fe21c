// The forward launches of a program.
//
// Lazy views. relu, batch_norm, drop_path, concat, shift_subsample and depthwise compute nothing where they stand: a
// value is a view, a list of buffers with what is still to be done to them, and the kernel that finally reads the view
// does it while it loads. So [relu, depthwise, pointwise, batch_norm] becomes one sep_conv launch and a small
// batch_norm launch. A depthwise that not just one pointwise reads, or that reads a relu6, is a launch of its own.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "error.h"
#include "kernels/tensor.h"
#include "program/plan_builder.h"

namespace nao::program {
namespace {

/// A part of a view: what a read will do, and a depthwise convolution that has not run yet (its operation, or -1).
struct Piece {
  Read read;
  int depthwise = -1;
};
using View = std::vector<Piece>;

class ForwardLowering {
 public:
  ForwardLowering(const Program& program, bool training, PlanBuilder& build)
      : program_(program), training_(training), build_(build), live_(neededOperations(program, training)) {}

  void run() {
    build_.plan.classes = program_.classes;
    countReaders();
    findSharedDestinations();
    views_.resize(program_.shapes.size());
    input();
    for (std::size_t i = 0; i < program_.operations.size(); ++i)
      if (live_[i]) forward(i);
  }

 private:
  void input() {
    const Shape& image = program_.shapes[0];
    build_.plan.input = build_.newMap(image.channels, image.height, image.width);
    Launch launch;
    launch.kind = Kind::Input;
    launch.dst = build_.plan.input;
    launch.pieces = build_.rules.pieces(image.height);
    build_.emit(launch, {writes(launch.dst)});
    views_[0] = {whole(launch.dst)};
  }

  Piece whole(int index) const { return {build_.whole(index), -1}; }
  const Operation& operationOf(int value) const { return program_.operations[static_cast<std::size_t>(value) - 1]; }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(NAO_INVALID, text("program operation %zu: ", operation_ + 1) + what);
  }

  void countReaders() {
    readers_.resize(program_.shapes.size());
    for (std::size_t i = 0; i < program_.operations.size(); ++i)
      if (live_[i])
        for (const int src : program_.operations[i].sources) {
          Readers& of = readers_[static_cast<std::size_t>(src)];
          ++of.count;
          of.last = &program_.operations[i];
        }
  }

  /// Convolutions that only one concat reads write straight into its buffer, if all of the concat's sources are such.
  void findSharedDestinations() {
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
      const Operation& concat = program_.operations[i];
      if (!live_[i] || concat.op != NAO_CONCAT || concat.sources.size() < 2) continue;
      bool all = true;
      for (const int src : concat.sources) {
        const bool convolution = src > 0 && (operationOf(src).op == NAO_POINTWISE || operationOf(src).op == NAO_CONV2D);
        all = all && convolution && readers_[static_cast<std::size_t>(src)].count == 1;
      }
      if (!all) continue;
      int first = 0;
      for (const int src : concat.sources) {
        shared_[src] = {static_cast<int>(i) + 1, first};
        first += program_.shapes[static_cast<std::size_t>(src)].channels;
      }
    }
  }

  /// A view as one piece: a concatenation is written out once, with its BN applied; a ReLU or ReLU6 stays to be done by
  /// the reader.
  Piece single(const View& view, const char* reader) {
    if (view.size() == 1) return view[0];
    const int height = build_.buffer(view[0].read.buffer).height, width = build_.buffer(view[0].read.buffer).width;
    std::vector<int> key;
    int channels = 0;
    for (const Piece& piece : view) {
      const Read& read = piece.read;
      if (read.offset >= 0 || read.mask >= 0 || piece.depthwise >= 0 || read.relu != view[0].read.relu ||
          read.relu6 != view[0].read.relu6)
        fail(std::string(reader) + " of this concatenation is not supported");
      key.push_back(read.buffer);
      channels += read.channels;
    }
    const auto known = writtenOut_.find(key);
    int made = known != writtenOut_.end() ? known->second : -1;
    if (made < 0) {
      made = build_.newMap(channels, height, width);
      writtenOut_[key] = made;
      int first = 0;
      for (const Piece& piece : view) {
        Launch launch;
        launch.kind = Kind::Add;
        launch.reads = {piece.read};
        launch.reads[0].relu = launch.reads[0].relu6 = false;
        launch.dst = made;
        launch.dstFirst = first;
        launch.dstChannels = piece.read.channels;
        first += piece.read.channels;
        build_.launchForward(std::move(launch));
      }
    }
    Piece piece = whole(made);
    piece.read.relu = view[0].read.relu;
    piece.read.relu6 = view[0].read.relu6;
    return piece;
  }

  const View& view(int value) const { return views_[static_cast<std::size_t>(value)]; }

  void forward(std::size_t index) {
    operation_ = index;
    const Operation& op = program_.operations[index];
    const int value = static_cast<int>(index) + 1;
    const Shape& shape = program_.shapes[index + 1];
    View& result = views_[index + 1];
    switch (op.op) {
      case NAO_RELU:
        result = view(op.sources[0]);
        for (Piece& piece : result) piece.read.relu = true;
        break;
      case NAO_RELU6:
        result = view(op.sources[0]);
        for (Piece& piece : result) piece.read.relu = piece.read.relu6 = true;
        break;
      case NAO_CONCAT:
        concat(op, value, result);
        break;
      case NAO_BATCH_NORM:
        batchNorm(op, result);
        break;
      case NAO_SHIFT_SUBSAMPLE:
        result = view(op.sources[0]);
        for (Piece& piece : result) {
          if (piece.read.offset >= 0) fail("shift_subsample of a subsampled value is not supported");
          piece.read.offset = op.offset;
        }
        break;
      case NAO_DROP_PATH:
        result = {single(view(op.sources[0]), "drop_path")};
        if (training_) result[0].read.mask = newMask(op, false, 1);
        break;
      case NAO_DROPOUT:
        result = view(op.sources[0]);
        if (result[0].read.mask >= 0) fail("dropout of a dropout is not supported");
        if (training_) result[0].read.mask = newMask(op, true, shape.channels);
        break;
      case NAO_DEPTHWISE:
        depthwise(op, value, shape, result);
        break;
      case NAO_POINTWISE:
        pointwise(op, value, shape, result);
        break;
      case NAO_CONV2D:
        conv(op, value, shape, result);
        break;
      case NAO_AVG_POOL:
      case NAO_MAX_POOL:
        pool(op, shape, result);
        break;
      case NAO_ADD:
      case NAO_ZERO:  // the sum of nothing
        add(op, shape, result);
        break;
      case NAO_WEIGHTED_SUM:
        weightedSum(op, shape, result);
        break;
      case NAO_GLOBAL_AVG_POOL:
        globalPool(op, shape, result);
        break;
      case NAO_LINEAR:
        linear(op, shape, result);
        break;
      case NAO_SOFTMAX_CROSS_ENTROPY:
        loss(op);
        break;
    }
  }

  int newMask(const Operation& op, bool dropout, int width) {
    Mask mask;
    mask.dropout = dropout;
    mask.site = op.site;
    mask.layerFraction = op.factor;
    mask.width = width;
    mask.buffer = build_.newRaw(static_cast<std::int64_t>(width) * kernels::kLanes);
    build_.plan.masks.push_back(mask);
    Launch launch;
    launch.kind = Kind::Mask;
    launch.mask = static_cast<int>(build_.plan.masks.size()) - 1;
    build_.emit(launch, {writes(mask.buffer)});
    return launch.mask;
  }

  void concat(const Operation& op, int value, View& result) {
    const auto merged = sharedBuffers_.find(value);
    if (merged != sharedBuffers_.end()) {
      result = {whole(merged->second)};
      return;
    }
    for (const int src : op.sources)
      for (const Piece& piece : view(src)) result.push_back(piece);
  }

  void batchNorm(const Operation& op, View& result) {
    Piece piece = single(view(op.sources[0]), "batch_norm");
    const BufferUse& use = build_.use(piece.read.buffer);  // until another buffer is made
    const bool raw = piece.read.norm < 0 && !piece.read.relu && piece.read.mask < 0 && piece.read.offset < 0;
    bool kernelsSum = !use.producers.empty();
    for (const int launch : use.producers) {
      const Kind kind = build_.plan.launches[static_cast<std::size_t>(launch)].kind;
      kernelsSum = kernelsSum && (kind == Kind::SepConv || kind == Kind::Depthwise || kind == Kind::Pointwise ||
                                  kind == Kind::Conv || kind == Kind::Pool);
    }
    if (!raw || !kernelsSum || use.norm >= 0)
      fail("batch_norm is supported directly after conv2d, depthwise, pointwise, a concat of the last or a pool, once");
    const Buffer y = build_.buffer(piece.read.buffer);
    Norm made;
    made.channels = y.channels;
    made.height = y.height;
    made.width = y.width;
    made.gamma = op.gamma;
    made.beta = op.beta;
    made.runningMean = op.runningMean;
    made.runningVariance = op.runningVariance;
    made.keepsRunning = op.keepsRunning;
    made.pieces = build_.rules.pieces(y.height);
    made.sums = build_.newSums(made.channels, made.pieces);
    made.vectors = build_.newFixed(static_cast<std::int64_t>(y.channels) * 7);
    const int index = static_cast<int>(build_.plan.norms.size());
    build_.plan.norms.push_back(made);
    build_.use(piece.read.buffer).norm = index;
    for (const int number : build_.use(piece.read.buffer).producers) {
      Launch& producer = build_.plan.launches[static_cast<std::size_t>(number)];
      producer.norm = index;
      build_.accesses[static_cast<std::size_t>(number)].push_back(
          {build_.writesAPart(producer) ? Access::Kind::Slice : Access::Kind::Write, made.sums});
    }
    Launch launch;
    launch.kind = Kind::BatchNorm;
    launch.norm = index;
    build_.emit(launch, {reads(made.sums), writes(build_.forwardResource(index))});
    piece.read.norm = index;
    result = {piece};
  }

  /// The buffer a convolution writes: its own, or its part of a concatenation's.
  void setDestination(Launch& launch, int value, const Shape& shape) {
    launch.dstChannels = shape.channels;
    const auto found = shared_.find(value);
    if (found == shared_.end()) {
      launch.dst = build_.newMap(shape.channels, shape.height, shape.width);
      return;
    }
    const auto [concatValue, first] = found->second;
    const auto known = sharedBuffers_.find(concatValue);
    if (known == sharedBuffers_.end()) {
      const Shape& all = program_.shapes[static_cast<std::size_t>(concatValue)];
      launch.dst = build_.newMap(all.channels, all.height, all.width);
      sharedBuffers_[concatValue] = launch.dst;
    } else {
      launch.dst = known->second;
    }
    launch.dstFirst = first;
  }

  View written(const Launch& launch) const {
    Piece piece = whole(launch.dst);
    piece.read.first = launch.dstFirst;
    piece.read.channels = launch.dstChannels;
    return {piece};
  }

  /// Left to the one pointwise that reads it, or a launch.
  void depthwise(const Operation& op, int value, const Shape& shape, View& result) {
    const Piece src = single(view(op.sources[0]), "depthwise");
    if (src.read.offset >= 0) fail("a depthwise convolution of a subsampled value is not supported");
    const Readers& readers = readers_[static_cast<std::size_t>(value)];
    const bool ofPointwise =
        readers.count == 1 && readers.last->op == NAO_POINTWISE && readers.last->blocks.size() == 1;
    if (ofPointwise && !src.read.relu6) {
      result = {src};
      result[0].depthwise = value - 1;
      return;
    }
    Launch launch;
    launch.kind = Kind::Depthwise;
    setDepthwise(launch, op, src.read);
    launch.dst = build_.newMap(shape.channels, shape.height, shape.width);
    launch.dstChannels = shape.channels;
    result = {whole(launch.dst)};
    build_.launchForward(std::move(launch));
  }
  void setDepthwise(Launch& launch, const Operation& op, const Read& src) const {
    launch.kernel = op.kernel;
    launch.stride = op.stride;
    launch.padding = op.padding;
    launch.dilation = op.dilation;
    launch.reads = {src};
    const int taps = op.kernel * op.kernel;
    launch.weights = {{op.weight, 0, taps, src.channels, taps}};
  }

  void pointwise(const Operation& op, int value, const Shape& shape, View& result) {
    const View& src = view(op.sources[0]);
    Launch launch;
    setDestination(launch, value, shape);
    if (src[0].depthwise >= 0) {
      const int inputs = src[0].read.channels;
      launch.kind = Kind::SepConv;
      setDepthwise(launch, program_.operations[static_cast<std::size_t>(src[0].depthwise)], src[0].read);
      launch.weights.push_back({op.blocks[0].tensor, 0, inputs, shape.channels, inputs});
      if (training_ && build_.rules.keepsDepthwise) launch.kept = build_.newMap(inputs, shape.height, shape.width);
    } else {
      launch.kind = Kind::Pointwise;
      launch.stride = src[0].read.offset >= 0 ? 2 : 1;
      splitByWeights(op, src, shape, launch);
    }
    result = written(launch);
    build_.launchForward(std::move(launch));
  }

  /// One read for each run of channels that lies in one piece of the source and in one weight.
  void splitByWeights(const Operation& op, const View& src, const Shape& shape, Launch& launch) {
    std::size_t block = 0;
    int used = 0;  // channels of op.blocks[block]
    for (const Piece& piece : src) {
      if ((piece.read.offset >= 0) != (launch.stride == 2)) fail("subsampled and full values are concatenated");
      for (const Read& other : launch.reads)
        if (other.buffer == piece.read.buffer) fail("a concatenation names a value twice");
      for (int done = 0; done < piece.read.channels;) {
        const WeightBlock& weight = op.blocks[block];
        Read read = piece.read;
        read.first += done;
        read.channels = std::min(piece.read.channels - done, weight.channels - used);
        launch.reads.push_back(read);
        launch.weights.push_back({weight.tensor, used, weight.channels, shape.channels, read.channels});
        done += read.channels;
        used += read.channels;
        if (used == weight.channels) ++block, used = 0;
      }
    }
  }

  void conv(const Operation& op, int value, const Shape& shape, View& result) {
    Launch launch;
    setDestination(launch, value, shape);
    launch.kind = Kind::Conv;
    launch.window = op.window;
    launch.reads = {plain(single(view(op.sources[0]), "conv2d"), "conv2d")};
    const int columns = launch.reads[0].channels * op.window.kernel.cells();
    launch.weights = {{op.weight, 0, columns, shape.channels, columns}};
    result = written(launch);
    build_.launchForward(std::move(launch));
  }

  Read plain(const Piece& piece, const char* reader) const {
    if (piece.read.offset >= 0) fail(std::string(reader) + " of a subsampled value is not supported");
    if (piece.read.relu6)
      fail(std::string(reader) + " of a relu6 is not supported, but depthwise, pointwise and global_avg_pool are");
    return piece.read;
  }

  void pool(const Operation& op, const Shape& shape, View& result) {
    for (const Piece& piece : view(op.sources[0])) {
      Launch launch;
      launch.kind = Kind::Pool;
      launch.maximum = op.op == NAO_MAX_POOL;
      launch.kernel = op.kernel;
      launch.stride = op.stride;
      launch.padding = op.padding;
      launch.reads = {plain(piece, "a pool")};
      launch.dst = build_.newMap(piece.read.channels, shape.height, shape.width);
      launch.dstChannels = piece.read.channels;
      result.push_back(whole(launch.dst));
      build_.launchForward(std::move(launch));
    }
  }

  void add(const Operation& op, const Shape& shape, View& result) {
    Launch launch;
    launch.kind = Kind::Add;
    for (const int src : op.sources) launch.reads.push_back(plain(single(view(src), "add"), "add"));
    launch.dst = build_.newMap(shape.channels, shape.height, shape.width);
    launch.dstChannels = shape.channels;
    result = {whole(launch.dst)};
    build_.launchForward(std::move(launch));
  }

  /// The mixture of an operation's logits; its weights are computed at the first use.
  int mixture(const Operation& op) {
    for (std::size_t i = 0; i < build_.plan.mixtures.size(); ++i)
      if (build_.plan.mixtures[i].tensor == op.weight) {
        if (build_.plan.mixtures[i].columns != op.columns) fail("its weights had other columns before");
        return static_cast<int>(i);
      }
    Mixture made;
    made.tensor = op.weight;
    made.rows = program_.mixtureRows.at(op.weight);
    made.columns = op.columns;
    made.weights = build_.newFixed(static_cast<std::int64_t>(made.rows) * made.columns);
    build_.plan.mixtures.push_back(made);
    Launch launch;
    launch.kind = Kind::Mixture;
    launch.mixture = static_cast<int>(build_.plan.mixtures.size()) - 1;
    build_.emit(launch, {writes(build_.mixtureResource(launch.mixture))});
    return launch.mixture;
  }

  void weightedSum(const Operation& op, const Shape& shape, View& result) {
    Launch launch;
    launch.kind = Kind::WeightedSum;
    launch.mixture = mixture(op);
    for (std::size_t i = 0; i < op.sources.size(); ++i) {
      Read read = plain(single(view(op.sources[i]), "weighted_sum"), "weighted_sum");
      if (read.relu || read.mask >= 0) fail("weighted_sum of a ReLU or a drop_path is not supported");
      read.element = op.elements[i];
      launch.reads.push_back(read);
    }
    launch.dst = build_.newMap(shape.channels, shape.height, shape.width);
    launch.dstChannels = shape.channels;
    result = {whole(launch.dst)};
    build_.launchForward(std::move(launch));
  }

  void globalPool(const Operation& op, const Shape& shape, View& result) {
    const int features = build_.newRows(shape.channels);
    int first = 0;
    for (const Piece& piece : view(op.sources[0])) {
      Launch launch;
      launch.kind = Kind::GlobalPool;
      if (piece.read.offset >= 0) fail("global_avg_pool of a subsampled value is not supported");
      launch.reads = {piece.read};
      launch.dst = features;
      launch.dstFirst = first;
      launch.dstChannels = piece.read.channels;
      first += piece.read.channels;
      build_.launchForward(std::move(launch));
    }
    result = {whole(features)};
  }

  void linear(const Operation& op, const Shape& shape, View& result) {
    Launch launch;
    launch.kind = Kind::Linear;
    launch.reads = {view(op.sources[0])[0].read};
    const int inputs = launch.reads[0].channels;
    launch.weights.push_back({op.weight, 0, inputs, shape.channels, inputs});
    if (op.bias >= 0) launch.weights.push_back({op.bias, 0, shape.channels, 1, shape.channels});
    launch.dst = build_.newRows(shape.channels);
    launch.dstChannels = shape.channels;
    result = {whole(launch.dst)};
    build_.launchForward(std::move(launch));
  }

  void loss(const Operation& op) {
    Launch launch;
    launch.kind = Kind::Loss;
    launch.reads = {view(op.sources[0])[0].read};
    const int logits = launch.reads[0].buffer;
    ++build_.plan.losses;
    if (++build_.use(logits).readers > 1) fail("logits are read twice");
    launch.factor = op.factor;
    launch.auxiliary = op.auxiliary;
    if (!op.auxiliary) build_.plan.logits = logits;
    Accesses own{reads(logits)};
    if (training_) {
      launch.gradient = build_.newRows(build_.buffer(logits).channels);
      build_.use(logits).gradient = {launch.gradient};
      build_.use(launch.gradient).gradientStarted = true;
      own.push_back(writes(launch.gradient));
    }
    build_.emit(std::move(launch), std::move(own));
  }

  const Program& program_;
  const bool training_;
  PlanBuilder& build_;
  const std::vector<bool> live_;  // computed at all
  struct Readers {
    int count = 0;
    const Operation* last = nullptr;
  };
  std::vector<Readers> readers_;  // of every value
  std::vector<View> views_;
  std::size_t operation_ = 0;

  std::map<int, std::pair<int, int>> shared_;   // convolution's value -> (concat's value, first channel)
  std::map<int, int> sharedBuffers_;            // concat's value -> buffer
  std::map<std::vector<int>, int> writtenOut_;  // buffers of a concatenation -> the buffer that holds it
};

}  // namespace

void lowerForward(const Program& program, bool training, PlanBuilder& build) {
  ForwardLowering(program, training, build).run();
}

}  // namespace nao::program
