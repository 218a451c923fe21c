// Program -> Plan. Two ideas:
//
// Lazy views. relu, batch_norm, drop_path, concat, shift_subsample and depthwise compute nothing where they stand: a
// value is a view, a list of buffers with what is still to be done to them, and the kernel that finally reads the view
// does it while it loads. So [relu, depthwise, pointwise, batch_norm] becomes one sep_conv launch and a small
// batch_norm launch.
//
// Pulled gradients. Each buffer's gradient has one owner. A buffer that only an add reads has no gradient memory of its
// own: its producer's backward reads the sum's gradient, with the drop-path mask. Where several launches read a buffer,
// the first backward to reach it overwrites the gradient and later ones accumulate, in program order.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "error.h"
#include "kernels/tensor.h"
#include "program/plan.h"

namespace nao::program {
namespace {

/// A part of a view: what a read will do, and a depthwise convolution that has not run yet (its operation, or -1).
struct Piece {
  Read read;
  int depthwise = -1;
};
using View = std::vector<Piece>;

/// Where the gradient of a buffer lies.
struct Gradient {
  int buffer = -1;
  int mask = -1;
};

std::int64_t roundUp(std::int64_t floats) { return (floats + kernels::kLanes - 1) / kernels::kLanes * kernels::kLanes; }

class Lowering {
 public:
  Lowering(const Program& program, bool training, PieceRule pieces)
      : program_(program), training_(training), pieces_(pieces) {}

  Plan run() {
    plan_.classes = program_.classes;
    findLive();
    findSharedDestinations();
    views_.resize(program_.shapes.size());
    const Shape& image = program_.shapes[0];
    plan_.input = newMap(image.channels, image.height, image.width);
    Launch input;
    input.kind = Kind::Input;
    input.dst = plan_.input;
    input.pieces = pieces_(image.height);
    emit(input, {{}, {plan_.input}, {}});
    views_[0] = {whole(plan_.input)};
    for (std::size_t i = 0; i < program_.operations.size(); ++i)
      if (live_[i]) forward(i);
    if (training_) backward();
    mergePools();

    const int buffers = static_cast<int>(plan_.buffers.size());
    for (Access& access : accesses_)
      for (std::vector<int>* list : {&access.reads, &access.writes, &access.slices})
        for (int& resource : *list)
          if (resource < 0) resource = buffers - 1 - resource;  // ~k -> buffers + k
    schedule(plan_, accesses_, buffers + others_);
    plan_.buffers[static_cast<std::size_t>(plan_.logits)].last = plan_.waves - 1;  // read by the caller afterwards
    placeBuffers(plan_);
    return std::move(plan_);
  }

 private:
  // ---- what is computed at all ----

  void findLive() {
    live_.assign(program_.operations.size(), false);
    for (std::size_t i = program_.operations.size(); i-- > 0;) {
      const Operation& op = program_.operations[i];
      if (op.op == NAO_SOFTMAX_CROSS_ENTROPY && (training_ || !op.auxiliary)) live_[i] = true;
      if (!live_[i]) continue;
      for (const int src : op.sources)
        if (src > 0) live_[static_cast<std::size_t>(src) - 1] = true;
    }
  }

  /// Convolutions that only one concat reads write straight into its buffer, if all of the concat's sources are such.
  void findSharedDestinations() {
    std::vector<int> readers(program_.shapes.size(), 0);
    for (std::size_t i = 0; i < program_.operations.size(); ++i)
      if (live_[i])
        for (const int src : program_.operations[i].sources) ++readers[static_cast<std::size_t>(src)];
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
      const Operation& concat = program_.operations[i];
      if (!live_[i] || concat.op != NAO_CONCAT || concat.sources.size() < 2) continue;
      bool all = true;
      for (const int src : concat.sources) {
        const bool convolution = src > 0 && (operationOf(src).op == NAO_POINTWISE || operationOf(src).op == NAO_CONV2D);
        all = all && convolution && readers[static_cast<std::size_t>(src)] == 1;
      }
      if (!all) continue;
      int first = 0;
      for (const int src : concat.sources) {
        shared_[src] = {static_cast<int>(i) + 1, first};
        first += program_.shapes[static_cast<std::size_t>(src)].channels;
      }
    }
  }

  const Operation& operationOf(int value) const { return program_.operations[static_cast<std::size_t>(value) - 1]; }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(NAO_INVALID, text("program operation %zu: ", operation_ + 1) + what);
  }

  // ---- buffers and launches ----

  int newBuffer(Buffer::Kind kind, int channels, int height, int width, std::int64_t floats) {
    Buffer buffer;
    buffer.kind = kind;
    buffer.channels = channels;
    buffer.height = height;
    buffer.width = width;
    buffer.floats = roundUp(floats);
    plan_.buffers.push_back(buffer);
    return static_cast<int>(plan_.buffers.size()) - 1;
  }
  int newMap(int channels, int height, int width) {
    return newBuffer(Buffer::Kind::Map, channels, height, width, channels * kernels::planeStride(height, width));
  }
  int newRows(int width) {
    return newBuffer(Buffer::Kind::Rows, width, 0, 0, static_cast<std::int64_t>(width) * kernels::kLanes);
  }
  int newRaw(std::int64_t floats) { return newBuffer(Buffer::Kind::Raw, 0, 0, 0, floats); }
  int newSums(const Norm& n) { return newRaw(static_cast<std::int64_t>(n.channels) * n.pieces * 2 * 2); }  // doubles

  /// Pieces of a launch over the rows of a buffer; rows of features are not cut.
  int piecesOf(int index) const { return buffer(index).kind == Buffer::Kind::Map ? pieces_(buffer(index).height) : 1; }

  const Buffer& buffer(int index) const { return plan_.buffers[static_cast<std::size_t>(index)]; }
  Norm& norm(int index) { return plan_.norms[static_cast<std::size_t>(index)]; }

  Piece whole(int index) const {
    Piece piece;
    piece.read.buffer = index;
    piece.read.channels = buffer(index).channels;
    return piece;
  }

  /// A resource that is no buffer; numbered behind the buffers once all of those are known.
  int resource(int& slot) {
    if (slot == 0) slot = ~others_++;
    return slot;
  }
  int forwardResource(int index) { return resource(normForward_[index]); }
  int backwardResource(int index) { return resource(normBackward_[index]); }
  int tensorResource(int index) { return resource(tensorGradient_[index]); }

  int emit(Launch launch, Access access) {
    plan_.launches.push_back(std::move(launch));
    accesses_.push_back(std::move(access));
    return static_cast<int>(plan_.launches.size()) - 1;
  }

  /// Access of a forward launch: its reads with their norms and masks, its destination and sums.
  Access forwardAccess(const Launch& launch) {
    Access access;
    readAll(launch, access);
    const bool slice = launch.dstChannels != buffer(launch.dst).channels;
    (slice ? access.slices : access.writes).push_back(launch.dst);
    if (launch.norm >= 0) (slice ? access.slices : access.writes).push_back(norm(launch.norm).sums);
    return access;
  }
  void readAll(const Launch& launch, Access& access) {
    for (const Read& read : launch.reads) {
      access.reads.push_back(read.buffer);
      if (read.norm >= 0) access.reads.push_back(forwardResource(read.norm));
      if (read.mask >= 0) access.reads.push_back(plan_.masks[static_cast<std::size_t>(read.mask)].buffer);
    }
  }

  void launchForward(Launch launch) {
    Access access = forwardAccess(launch);
    launch.pieces = piecesOf(launch.dst);
    for (const Read& read : launch.reads) ++readers_[read.buffer];
    producers_[launch.dst].push_back(emit(std::move(launch), std::move(access)));
  }

  // ---- forward ----

  /// A view as one piece: a concatenation is written out once, with its BN applied; a ReLU stays to be done by the
  /// reader.
  Piece single(const View& view, const char* reader) {
    if (view.size() == 1) return view[0];
    const int height = buffer(view[0].read.buffer).height, width = buffer(view[0].read.buffer).width;
    std::vector<int> key;
    int channels = 0;
    for (const Piece& piece : view) {
      const Read& read = piece.read;
      if (read.offset >= 0 || read.mask >= 0 || piece.depthwise >= 0 || read.relu != view[0].read.relu)
        fail(std::string(reader) + " of this concatenation is not supported");
      key.push_back(read.buffer);
      channels += read.channels;
    }
    const auto known = writtenOut_.find(key);
    int made = known != writtenOut_.end() ? known->second : -1;
    if (made < 0) {
      made = newMap(channels, height, width);
      writtenOut_[key] = made;
      int first = 0;
      for (const Piece& piece : view) {
        Launch launch;
        launch.kind = Kind::Add;
        launch.reads = {piece.read};
        launch.reads[0].relu = false;
        launch.dst = made;
        launch.dstFirst = first;
        launch.dstChannels = piece.read.channels;
        first += piece.read.channels;
        launchForward(std::move(launch));
      }
    }
    Piece piece = whole(made);
    piece.read.relu = view[0].read.relu;
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
        if (training_) result[0].read.mask = newMask(op, true, shape.channels);
        break;
      case NAO_DEPTHWISE:
        result = {single(view(op.sources[0]), "depthwise")};
        result[0].depthwise = static_cast<int>(index);
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
        add(op, shape, result);
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
    mask.buffer = newRaw(static_cast<std::int64_t>(width) * kernels::kLanes);
    plan_.masks.push_back(mask);
    Launch launch;
    launch.kind = Kind::Mask;
    launch.mask = static_cast<int>(plan_.masks.size()) - 1;
    emit(launch, {{}, {mask.buffer}, {}});
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
    const auto& producers = producers_[piece.read.buffer];
    const bool raw = piece.read.norm < 0 && !piece.read.relu && piece.read.mask < 0 && piece.read.offset < 0;
    bool convolutions = !producers.empty();
    for (const int launch : producers) {
      const Kind kind = plan_.launches[static_cast<std::size_t>(launch)].kind;
      convolutions = convolutions && (kind == Kind::SepConv || kind == Kind::Pointwise || kind == Kind::Conv);
    }
    if (!raw || !convolutions || normOf_.count(piece.read.buffer) != 0)
      fail("batch_norm is supported directly after conv2d, pointwise or a concat of them, once");
    const Buffer y = buffer(piece.read.buffer);
    Norm made;
    made.channels = y.channels;
    made.height = y.height;
    made.width = y.width;
    made.gamma = op.gamma;
    made.beta = op.beta;
    made.runningMean = op.runningMean;
    made.runningVariance = op.runningVariance;
    made.keepsRunning = op.keepsRunning;
    made.pieces = pieces_(y.height);
    made.sums = newSums(made);
    made.vectors = plan_.fixedFloats;
    plan_.fixedFloats += roundUp(static_cast<std::int64_t>(y.channels) * 7);
    const int index = static_cast<int>(plan_.norms.size());
    plan_.norms.push_back(made);
    normOf_[piece.read.buffer] = index;
    for (const int launch : producers) {
      plan_.launches[static_cast<std::size_t>(launch)].norm = index;
      Access& access = accesses_[static_cast<std::size_t>(launch)];
      (access.writes.empty() ? access.slices : access.writes).push_back(made.sums);
    }
    Launch launch;
    launch.kind = Kind::BatchNorm;
    launch.norm = index;
    emit(launch, {{made.sums}, {forwardResource(index)}, {}});
    piece.read.norm = index;
    result = {piece};
  }

  /// The buffer a convolution writes: its own, or its part of a concatenation's.
  void setDestination(Launch& launch, int value, const Shape& shape) {
    launch.dstChannels = shape.channels;
    const auto found = shared_.find(value);
    if (found == shared_.end()) {
      launch.dst = newMap(shape.channels, shape.height, shape.width);
      return;
    }
    const auto [concatValue, first] = found->second;
    const auto known = sharedBuffers_.find(concatValue);
    if (known == sharedBuffers_.end()) {
      const Shape& all = program_.shapes[static_cast<std::size_t>(concatValue)];
      launch.dst = newMap(all.channels, all.height, all.width);
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

  void pointwise(const Operation& op, int value, const Shape& shape, View& result) {
    const View& src = view(op.sources[0]);
    Launch launch;
    setDestination(launch, value, shape);
    if (src[0].depthwise >= 0) {
      const Operation& depthwise = program_.operations[static_cast<std::size_t>(src[0].depthwise)];
      if (src[0].read.offset >= 0) fail("a depthwise convolution of a subsampled value is not supported");
      if (op.blocks.size() != 1) fail("a pointwise after depthwise has one weight");
      launch.kind = Kind::SepConv;
      launch.kernel = depthwise.kernel;
      launch.stride = depthwise.stride;
      launch.padding = depthwise.padding;
      launch.dilation = depthwise.dilation;
      launch.reads = {src[0].read};
      const int taps = depthwise.kernel * depthwise.kernel;
      const int inputs = src[0].read.channels;
      launch.weights = {{depthwise.weight, 0, taps, inputs, taps},
                        {op.blocks[0].tensor, 0, inputs, shape.channels, inputs}};
    } else {
      launch.kind = Kind::Pointwise;
      launch.stride = src[0].read.offset >= 0 ? 2 : 1;
      splitByWeights(op, src, shape, launch);
    }
    result = written(launch);
    launchForward(std::move(launch));
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
    launch.kernel = op.kernel;
    launch.stride = op.stride;
    launch.padding = op.padding;
    launch.reads = {plain(single(view(op.sources[0]), "conv2d"), "conv2d")};
    const int columns = launch.reads[0].channels * op.kernel * op.kernel;
    launch.weights = {{op.weight, 0, columns, shape.channels, columns}};
    result = written(launch);
    launchForward(std::move(launch));
  }

  Read plain(const Piece& piece, const char* reader) const {
    if (piece.read.offset >= 0) fail(std::string(reader) + " of a subsampled value is not supported");
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
      launch.dst = newMap(piece.read.channels, shape.height, shape.width);
      launch.dstChannels = piece.read.channels;
      result.push_back(whole(launch.dst));
      launchForward(std::move(launch));
    }
  }

  void add(const Operation& op, const Shape& shape, View& result) {
    Launch launch;
    launch.kind = Kind::Add;
    for (const int src : op.sources) launch.reads.push_back(plain(single(view(src), "add"), "add"));
    launch.dst = newMap(shape.channels, shape.height, shape.width);
    launch.dstChannels = shape.channels;
    result = {whole(launch.dst)};
    launchForward(std::move(launch));
  }

  void globalPool(const Operation& op, const Shape& shape, View& result) {
    const int features = newRows(shape.channels);
    int first = 0;
    for (const Piece& piece : view(op.sources[0])) {
      Launch launch;
      launch.kind = Kind::GlobalPool;
      launch.reads = {plain(piece, "global_avg_pool")};
      launch.dst = features;
      launch.dstFirst = first;
      launch.dstChannels = piece.read.channels;
      first += piece.read.channels;
      launchForward(std::move(launch));
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
    launch.dst = newRows(shape.channels);
    launch.dstChannels = shape.channels;
    result = {whole(launch.dst)};
    launchForward(std::move(launch));
  }

  void loss(const Operation& op) {
    Launch launch;
    launch.kind = Kind::Loss;
    launch.reads = {view(op.sources[0])[0].read};
    const int logits = launch.reads[0].buffer;
    ++readers_[logits];
    ++plan_.losses;
    if (readers_[logits] > 1) fail("logits are read twice");
    launch.factor = op.factor;
    launch.auxiliary = op.auxiliary;
    if (!op.auxiliary) plan_.logits = logits;
    Access access{{logits}, {}, {}};
    if (training_) {
      launch.gradient = newRows(buffer(logits).channels);
      gradients_[logits] = {launch.gradient, -1};
      started_[launch.gradient] = true;
      access.writes.push_back(launch.gradient);
    }
    emit(std::move(launch), std::move(access));
  }

  /// Pools that only one add reads become part of it: their outputs are never stored. Their backward needs the sources
  /// alone.
  void mergePools() {
    std::vector<bool> merged(plan_.launches.size(), false);
    for (std::size_t i = 0; i < plan_.launches.size(); ++i) {
      if (plan_.launches[i].kind != Kind::Add) continue;
      for (Read& read : plan_.launches[i].reads) {
        const auto producer = producers_.find(read.buffer);
        if (producer == producers_.end() || readers_[read.buffer] != 1 || read.relu) continue;
        const auto at = static_cast<std::size_t>(producer->second.front());
        const Launch& pool = plan_.launches[at];
        if (pool.kind != Kind::Pool) continue;
        std::vector<int>& reads = accesses_[i].reads;
        reads.erase(std::find(reads.begin(), reads.end(), read.buffer));
        reads.insert(reads.end(), accesses_[at].reads.begin(), accesses_[at].reads.end());
        const Buffer& out = buffer(pool.dst);
        const int mask = read.mask;
        read = pool.reads[0];
        read.mask = mask;
        read.pool = static_cast<int>(plan_.pools.size());
        plan_.pools.push_back({pool.maximum, pool.kernel, pool.stride, pool.padding, out.height, out.width});
        merged[at] = true;
      }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < merged.size(); ++i) {
      if (merged[i]) continue;
      if (kept != i) {
        plan_.launches[kept] = std::move(plan_.launches[i]);
        accesses_[kept] = std::move(accesses_[i]);
      }
      ++kept;
    }
    plan_.launches.resize(kept);
    accesses_.resize(kept);
  }

  // ---- backward ----

  void backward() {
    const std::size_t forwardCount = plan_.launches.size();
    findGradients(forwardCount);
    for (std::size_t i = forwardCount; i-- > 0;) {
      Launch launch = plan_.launches[i];                                            // a copy: emitting moves the list
      if (!launch.reads.empty()) launch.pieces = piecesOf(launch.reads[0].buffer);  // a backward goes by its source
      switch (launch.kind) {
        case Kind::SepConv:
          normBackward(launch.norm, launch.dst);
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
          readersBackward(launch, Kind::PoolBackward);
          break;
        case Kind::GlobalPool:
          readersBackward(launch, Kind::GlobalPoolBackward);
          break;
        case Kind::Add:
          addBackward(launch);
          break;
        case Kind::Linear:
          linearBackward(launch);
          break;
        default:
          break;
      }
    }
  }

  /// Who owns the gradient of each buffer (see the head of this file).
  void findGradients(std::size_t forwardCount) {
    for (std::size_t i = forwardCount; i-- > 0;) {
      const Launch& launch = plan_.launches[i];
      for (const Read& read : launch.reads) {
        if (read.buffer == plan_.input || gradients_.count(read.buffer) != 0) continue;
        const Buffer like = buffer(read.buffer);
        const bool pulled = launch.kind == Kind::Add && !read.relu && readers_[read.buffer] == 1 &&
                            launch.dstChannels == buffer(launch.dst).channels && pullsThroughMask(read.buffer);
        if (pulled)
          gradients_[read.buffer] = {gradients_.at(launch.dst).buffer, read.mask};
        else
          gradients_[read.buffer] = {newBuffer(like.kind, like.channels, like.height, like.width, like.floats), -1};
      }
    }
  }
  bool pullsThroughMask(int index) const {
    for (const int producer : producers_.at(index)) {
      const Kind kind = plan_.launches[static_cast<std::size_t>(producer)].kind;
      if (kind == Kind::Add) return false;
    }
    return true;
  }

  void readGradient(const Launch& launch, Access& access) {
    access.reads.push_back(launch.gradient);
    if (launch.gradientMask >= 0)
      access.reads.push_back(plan_.masks[static_cast<std::size_t>(launch.gradientMask)].buffer);
  }

  /// Targets of all reads; the first launch to reach a gradient overwrites it.
  void setTargets(Launch& launch, Access& access) {
    std::map<int, int> covered;
    for (const Read& read : launch.reads) {
      Target target;
      if (read.buffer != plan_.input) {
        target.buffer = gradients_.at(read.buffer).buffer;
        target.first = read.first;
        target.accumulate = started_[target.buffer];
        covered[read.buffer] += read.channels;
        access.writes.push_back(target.buffer);
      }
      launch.targets.push_back(target);
    }
    for (const auto& [index, channels] : covered) {
      const int gradient = gradients_.at(index).buffer;
      if (!started_[gradient] && channels != buffer(index).channels) fail("a part of a value is read alone");
      started_[gradient] = true;
    }
  }

  void setIncoming(Launch& launch, Access& access) {
    const Gradient& gradient = gradients_.at(launch.dst);
    launch.gradient = gradient.buffer;
    launch.gradientMask = gradient.mask;
    readGradient(launch, access);
  }

  void normBackward(int index, int y) {
    if (index < 0 || normDone_[index]) return;
    normDone_[index] = true;
    if (norm(index).gradientSums < 0) {
      const Gradient gradient = gradients_.at(y);
      Launch sums;
      sums.kind = Kind::GradientSums;
      sums.gradient = gradient.buffer;
      Read read = whole(y).read;
      read.norm = index;
      read.mask = gradient.mask;
      sums.reads = {read};
      emitSums(std::move(sums));
    }
    Launch launch;
    launch.kind = Kind::BatchNormBackward;
    launch.norm = index;
    const int gradientSums = norm(index).gradientSums;
    Access access{{gradientSums, forwardResource(index)}, {backwardResource(index)}, {}};
    for (const int tensor : {norm(index).gamma, norm(index).beta})
      if (tensor >= 0) access.writes.push_back(tensorResource(tensor));
    emit(launch, std::move(access));
  }

  void emitSums(Launch sums) {
    Access access;
    access.reads.push_back(sums.gradient);
    sums.pieces = piecesOf(sums.gradient);
    for (const Read& read : sums.reads) {
      const int made = newSums(norm(read.norm));
      norm(read.norm).gradientSums = made;
      access.reads.push_back(read.buffer);
      if (read.mask >= 0) access.reads.push_back(plan_.masks[static_cast<std::size_t>(read.mask)].buffer);
      access.writes.push_back(made);
    }
    emit(std::move(sums), std::move(access));
  }

  void convolutionBackward(Launch launch, Kind kind) {
    launch.kind = kind;
    Access access;
    readAll(launch, access);
    setIncoming(launch, access);
    if (launch.norm >= 0) {
      access.reads.push_back(launch.dst);
      access.reads.push_back(backwardResource(launch.norm));
    }
    setTargets(launch, access);
    const Read& read = launch.reads[0];
    if (kind == Kind::SepConvBackward && read.norm >= 0 && readers_[read.buffer] == 1 &&
        !launch.targets[0].accumulate) {
      launch.sourceSums = newSums(norm(read.norm));
      norm(read.norm).gradientSums = launch.sourceSums;
      access.writes.push_back(launch.sourceSums);
    }
    emitWithReductions(std::move(launch), std::move(access));
  }

  /// Emits a launch that makes one weight gradient a block, and the sums of those over blocks.
  void emitWithReductions(Launch launch, Access access) {
    for (const Weight& weight : launch.weights) {
      launch.partials.push_back(newRaw(static_cast<std::int64_t>(weight.rows) * weight.columns * launch.pieces));
      access.writes.push_back(launch.partials.back());
    }
    const std::vector<Weight> weights = launch.weights;
    const std::vector<int> partials = launch.partials;
    const int pieces = launch.pieces;
    emit(std::move(launch), std::move(access));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      Launch reduce;
      reduce.kind = Kind::ReduceGradient;
      reduce.weights = {weights[i]};
      reduce.partials = {partials[i]};
      reduce.pieces = pieces;
      emit(std::move(reduce), {{partials[i]}, {tensorResource(weights[i].tensor)}, {}});
    }
  }

  void readersBackward(Launch launch, Kind kind) {
    launch.kind = kind;
    Access access;
    readAll(launch, access);
    setIncoming(launch, access);
    setTargets(launch, access);
    emit(std::move(launch), std::move(access));
  }

  void linearBackward(Launch launch) {
    launch.kind = Kind::LinearBackward;
    Access access;
    readAll(launch, access);
    setIncoming(launch, access);
    setTargets(launch, access);
    emitWithReductions(std::move(launch), std::move(access));
  }

  void addBackward(Launch launch) {
    const int g = gradients_.at(launch.dst).buffer;
    Launch sums;
    sums.kind = Kind::GradientSums;
    sums.gradient = g;
    std::vector<Read> pushed;
    for (const Read& read : launch.reads) {
      if (read.buffer == plan_.input) continue;
      if (gradients_.at(read.buffer).buffer != g)
        pushed.push_back(read);
      else if (read.norm >= 0)
        sums.reads.push_back(read);
    }
    if (!sums.reads.empty()) emitSums(std::move(sums));
    if (pushed.empty()) return;
    // One launch per operand: an operand that is there twice accumulates onto itself.
    for (const Read& read : pushed) {
      Launch one = launch;
      one.kind = Kind::AddBackward;
      one.reads = {read};
      one.gradient = g;
      Access access;
      readAll(one, access);
      readGradient(one, access);
      setTargets(one, access);
      emit(std::move(one), std::move(access));
    }
  }

  const Program& program_;
  const bool training_;
  const PieceRule pieces_;
  Plan plan_;
  std::vector<Access> accesses_;
  std::vector<bool> live_;
  std::vector<View> views_;
  std::size_t operation_ = 0;
  int others_ = 0;

  std::map<int, std::pair<int, int>> shared_;   // convolution's value -> (concat's value, first channel)
  std::map<int, int> sharedBuffers_;            // concat's value -> buffer
  std::map<int, int> readers_;                  // buffer -> reads
  std::map<int, std::vector<int>> producers_;   // buffer -> forward launches that write it
  std::map<std::vector<int>, int> writtenOut_;  // buffers of a concatenation -> the buffer that holds it
  std::map<int, int> normOf_;                   // buffer -> norm
  std::map<int, int> normForward_, normBackward_, tensorGradient_;
  std::map<int, Gradient> gradients_;  // buffer -> its gradient
  std::map<int, bool> started_;        // gradient buffer -> already written
  std::map<int, bool> normDone_;
};

}  // namespace

Plan lower(const Program& program, bool training, PieceRule pieces) {
  return Lowering(program, training, pieces).run();
}

}  // namespace nao::program
