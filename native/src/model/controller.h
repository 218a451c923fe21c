// The controller's networks (kernels/families/controller.h) on a device: weights, Adam's moments, and whole epochs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/kernels.h"
#include "model/device.h"
#include "model/parameters.h"
#include "model/runner.h"

namespace nao::model {

class Controller {
 public:
  Controller(Device& device, const kernels::ControllerShape& shape);

  const kernels::ControllerShape& shape() const { return shape_; }
  std::int64_t weights() const { return shape_.count(); }
  Device& device() const { return device_; }
  /// Memory of the device, [weights]. NAO_GRADIENT is that of the last step, before clipping. Throws Error(NAO_INVALID)
  /// for an array that it does not have.
  float* data(nao_array array) const;

  /// A pass over sequences, some of them once or more, in steps.
  struct Epoch {
    const std::int32_t* tokens = nullptr;  // [rows][tokens]
    const float* targets = nullptr;        // [rows]
    std::int64_t rows = 0;
    const std::int32_t* order = nullptr;  // [count]
    std::int64_t count = 0;
    int batch = 0;
    nao_adam adam = {};
    float tradeoff = 0;
  };
  /// The sums of the losses over sequences, of the steps up to the first that failed.
  struct Losses {
    double squaredError = 0, negativeLogLikelihood = 0;
    std::vector<double> gradientNorms;  // of each step, before clipping
    bool failed = false;                // the last of them; it has changed nothing
  };
  Losses train(const Epoch& epoch);

  /// Losses without a step, and what they come from; outputs may be null.
  Losses evaluate(const std::int32_t* tokens, const float* targets, std::int64_t rows, float* predictions,
                  float* logProbabilities);
  /// predictions [rows], embeddings [rows][hidden] or null.
  void encode(const std::int32_t* tokens, std::int64_t rows, float* predictions, float* embeddings);
  /// generated [stepSizes][rows][tokens], predictions [stepSizes][rows] or null; legal [tokens][2].
  void generate(const std::int32_t* tokens, std::int64_t rows, const float* stepSize, int stepSizes,
                const std::int32_t* legal, std::int32_t* generated, float* predictions);

  /// What the steps have asked a GPU for.
  DeviceCalls deviceCalls() const { return runner_->deviceCalls(); }

 private:
  template <class T>
  struct Growing {
    Memory<T> memory;
    std::int64_t count = 0;
  };

  template <class T>
  T* grown(Growing<T>& growing, std::int64_t count, const char* purpose);
  template <class T>
  T* sent(Growing<T>& growing, const T* host, std::int64_t count, const char* purpose);
  template <class T>
  void received(T* host, const T* memory, std::int64_t count);
  int groupsOf(std::int64_t sequences) const;
  kernels::ControllerInput input(const std::int32_t* tokens, int sequences);
  void addStep(std::vector<BoundCall>& calls, const kernels::ControllerTrain& train, const nao_adam& adam,
               std::int64_t step, kernels::Clip* clip, const kernels::Clip* before);
  /// Calls body(first, count) for parts of the rows that the memory of a device holds at once.
  template <class Body>
  void inParts(std::int64_t rows, const Body& body);

  Device& device_;
  const kernels::ControllerShape shape_;
  Parameters parameters_;
  Memory<float> second_;
  std::unique_ptr<Runner> runner_;
  Growing<float> slots_, targets_, work_, floats_, moreFloats_;
  Growing<double> losses_, squares_;
  Growing<kernels::Clip> clips_;
  Growing<std::int32_t> tokens_, order_, generated_;
};

}  // namespace nao::model
