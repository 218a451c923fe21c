#include "model/unrolled_step.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernels/families.h"

namespace nao::model {
namespace {

/// R of the finite difference, which is divided by the norm of the direction.
constexpr double kDifference = 0.01;

using Calls = std::vector<BoundCall>;

/// Gradients of logits on the host, one tensor after another.
class Logits {
 public:
  Logits(Device& device, const Parameters& parameters, const NetworkProgram& program)
      : device_(device), parameters_(parameters), tensors_(program.logits()) {}

  std::vector<float> read() const {
    std::vector<float> all;
    for (const int tensor : tensors_) {
      const auto first = all.size();
      all.resize(first + static_cast<std::size_t>(parameters_.size(tensor)));
      device_.read(all.data() + first, parameters_.data(NAO_GRADIENT, tensor), bytes(tensor));
    }
    return all;
  }
  void write(const std::vector<float>& all) const {
    const float* from = all.data();
    for (const int tensor : tensors_) {
      device_.write(parameters_.data(NAO_GRADIENT, tensor), from, bytes(tensor));
      from += parameters_.size(tensor);
    }
  }

 private:
  std::int64_t bytes(int tensor) const { return parameters_.size(tensor) * static_cast<std::int64_t>(sizeof(float)); }

  Device& device_;
  const Parameters& parameters_;
  const std::vector<int>& tensors_;
};

/// Calls over all weights of a program, of arrays with the offsets of its parameters.
class Weights {
 public:
  explicit Weights(const std::vector<Range>& ranges) : ranges_(ranges) {}

  /// dst = base + step * direction.
  void displace(Calls& calls, const float* base, const float* direction, double step, float* dst) const {
    kernels::Displace k;
    k.base = base;
    k.direction = direction;
    k.step = step;
    k.dst = dst;
    add(calls, k);
  }
  void copy(Calls& calls, const float* src, float* dst) const { displace(calls, src, nullptr, 0, dst); }
  /// One step of gradient descent.
  void descend(Calls& calls, float* values, float* momentum, const float* gradient, const StepInput& input) const {
    kernels::Sgd sgd;
    sgd.value = values;
    sgd.momentumBuffer = momentum;
    sgd.gradient = gradient;
    sgd.learningRate = input.learningRate;
    sgd.momentum = input.training->momentum;
    sgd.weightDecay = input.training->weight_decay;
    add(calls, sgd);
  }

 private:
  template <class Call>
  void add(Calls& calls, Call call) const {
    call.ranges = ranges_.data();
    call.rangeCount = static_cast<int>(ranges_.size());
    calls.push_back({call, call.rangeCount, 0});
  }

  const std::vector<Range>& ranges_;
};

/// Steps that leave their gradients and change nothing else.
class Passes {
 public:
  Passes(Runner& runner, const NetworkProgram& program) : runner_(runner), program_(program) {}

  void start(const StepInput& input) const {
    nao_training training = *input.training;
    training.gradients_only = 1;
    StepInput own = input;
    own.training = &training;
    runner_.start(program_, own);
  }
  /// The result of the last one, or of the first that failed.
  StepResult finish() const { return runner_.finish().back(); }

 private:
  Runner& runner_;
  const NetworkProgram& program_;
};

/// The parts of the step, each on the device.
class Unrolling {
 public:
  struct Arrays {
    float* values;
    const float* gradients;
    const float* momentum;
    float *weights, *other;  // other: the momentum of w', then d
  };

  Unrolling(Runner& runner, const NetworkProgram& program, const Logits& logits, const Arrays& arrays)
      : runner_(runner), passes_(runner, program), all_(program.tensors().ranges), logits_(logits), a_(arrays) {}

  void keep() const {
    Calls calls;
    all_.copy(calls, a_.values, a_.weights);
    all_.copy(calls, a_.momentum, a_.other);
    runner_.run(std::move(calls));
  }
  /// Waits for it, too: what the device has been given up to here is done then.
  void restore() const {
    Calls calls;
    all_.copy(calls, a_.weights, a_.values);
    runner_.run(std::move(calls));
    runner_.finish();
  }
  /// Moves the weights to w', and leaves the gradients of the validation loss there.
  StepResult goAhead(const StepInput& training, const StepInput& validation) const {
    passes_.start(training);
    Calls calls;
    all_.descend(calls, a_.values, a_.other, a_.gradients, training);
    runner_.run(std::move(calls));
    passes_.start(validation);
    return passes_.finish();
  }
  void keepDirection() const {
    Calls calls;
    all_.copy(calls, a_.gradients, a_.other);
    runner_.run(std::move(calls));
  }
  /// Moves the weights to w + step * d; `found` becomes the logits' gradients of the training loss there.
  StepResult at(double step, const StepInput& training, std::vector<float>& found) const {
    Calls calls;
    all_.displace(calls, a_.weights, a_.other, step, a_.values);
    runner_.run(std::move(calls));
    passes_.start(training);
    const StepResult result = passes_.finish();
    found = logits_.read();
    return result;
  }

 private:
  Runner& runner_;
  Passes passes_;
  Weights all_;
  const Logits& logits_;
  const Arrays a_;
};

/// Becomes the gradients of the second order from those at w' and at w +- step * d.
void combine(std::vector<float>& gradient, const std::vector<float>& above, const std::vector<float>& below,
             double step, float learningRate) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double mixed = (static_cast<double>(above[i]) - below[i]) / (2 * step);
    gradient[i] = static_cast<float>(gradient[i] - static_cast<double>(learningRate) * mixed);
  }
}

StepResult gradientOf(const Unrolling& unrolling, const Logits& logits, const StepInput& training,
                      const StepInput& validation, std::vector<float>& gradient) {
  const StepResult ahead = unrolling.goAhead(training, validation);
  gradient = logits.read();
  if (ahead.failed || ahead.gradientNorm == 0) return ahead;  // no direction to differentiate along
  unrolling.keepDirection();
  const double step = kDifference / ahead.gradientNorm;
  std::vector<float> above, below;
  if (const StepResult result = unrolling.at(step, training, above); result.failed) return result;
  if (const StepResult result = unrolling.at(-step, training, below); result.failed) return result;
  combine(gradient, above, below, step, training.learningRate);
  return ahead;
}

}  // namespace

StepResult UnrolledStep::run(Runner& runner, const NetworkProgram& program, const StepInput& training,
                             const StepInput& validation) {
  if (bytes_ == 0) {
    weights_ = device_.allocate<float>(parameters_.elements(), "the weights of an unrolled step");
    other_ = device_.allocate<float>(parameters_.elements(), "the direction of an unrolled step");
    bytes_ = 2 * parameters_.elements() * static_cast<std::int64_t>(sizeof(float));
  }
  runner.reserve(program, true, std::max(training.images, validation.images));
  const Logits logits(device_, parameters_, program);
  const Unrolling unrolling(runner, program, logits,
                            {parameters_.data(NAO_VALUE, -1), parameters_.data(NAO_GRADIENT, -1),
                             parameters_.data(NAO_MOMENTUM, -1), weights_.get(), other_.get()});
  std::vector<float> gradient;
  StepResult result;
  unrolling.keep();
  try {
    result = gradientOf(unrolling, logits, training, validation, gradient);
  } catch (...) {
    unrolling.restore();
    throw;
  }
  unrolling.restore();
  if (!result.failed) logits.write(gradient);
  return result;
}

}  // namespace nao::model
