// A library that computes convolutions: what it is asked for, and what cudnn.h and cublas_lt.h answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "kernels/tensor.h"
#include "nao/nao.h"

namespace nao::model {

/// A dense convolution or one of its two gradients. Which of the three arrays is written says the kind. Maps are
/// tensors of five dimensions for a library: blocks, channels, rows, columns and, as a last one that no window spans,
/// the 16 images of a pixel. So nothing is copied into another layout.
struct Product {
  enum class Kind { forward, sourceGradient, weightGradient };
  Kind kind = Kind::forward;
  int blocks = 0;
  kernels::Tensor src;  // z, or its gradient
  kernels::Tensor dst;  // y, or its gradient
  int kernel = 1, stride = 1, padding = 0;
  void* weight = nullptr;      // [Cout][Cin][k][k], of the maps' type; or its gradient: cuDNN of the maps' type,
                               // cuBLASLt float and one of each block, one after another
  std::int64_t rowStride = 0;  // elements from one output's weights to the next; of a gradient Cin * k * k
  int weightAlignment = 4;     // bytes of which every row of weights begins at a multiple
  bool accumulate = false;     // adds to dst; forward
};
/// Its shape as text without spaces: the same for products that differ in nothing but their memory, or, without
/// `strides`, in how their maps lie in it.
std::string shapeOf(const Product& product, bool strides);

/// How a library computes a product; what the numbers mean is its own business.
struct Algorithm {
  int number = 0, math = 0;
  std::size_t workspaceBytes = 0;
};

/// Memory of the device that a library may use while it computes.
struct Workspace {
  void* memory = nullptr;
  std::size_t bytes = 0;
};

/// One library on one device, for one thread.
class ProductLibrary {
 public:
  virtual ~ProductLibrary() = default;

  virtual const char* name() const = 0;
  virtual const std::string& version() const = 0;
  /// The fastest way with the same result every time that `workspace` suffices for; none: it cannot. Computes it,
  /// perhaps several times and waiting for the device.
  virtual std::optional<Algorithm> find(const Product& product, const Workspace& workspace) = 0;
  /// Puts it into the stream. Throws Error(NAO_INTERNAL).
  virtual void run(const Product& product, const Algorithm& algorithm, const Workspace& workspace) = 0;
};

/// The libraries as they compute in `precision` in a stream of CUDA; null where there is none, or, as `problem` then
/// says, where it is of no use. The environment's NAO_CUDNN and NAO_CUBLASLT may name the files.
std::unique_ptr<ProductLibrary> openCudnn(nao_precision precision, void* stream, std::string& problem);
std::unique_ptr<ProductLibrary> openCublasLt(nao_precision precision, void* stream, std::string& problem);

}  // namespace nao::model
