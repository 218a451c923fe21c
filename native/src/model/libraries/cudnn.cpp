// Convolutions by cuDNN 9.
#include <array>
#include <limits>
#include <map>

#include "error.h"
#include "model/libraries/descriptor.h"
#include "model/libraries/entries.h"
#include "model/libraries/library.h"
#include "model/libraries/product_library.h"

namespace nao::model {
namespace {

/// A kind of product: its three functions.
struct Operation {
  cudnn::Find find;
  cudnn::WorkspaceSize workspaceSize;
  cudnn::Run run;
};
struct Entries {
  cudnn::Create create, createTensor, createFilter, createConvolution;
  cudnn::Destroy destroy, destroyTensor, destroyFilter, destroyConvolution;
  cudnn::SetStream setStream;
  cudnn::ErrorString errorString;
  cudnn::SetTensor setTensor;
  cudnn::SetFilter setFilter;
  cudnn::SetConvolution setConvolution;
  cudnn::SetMath setMath;
  std::array<Operation, 3> operations;  // by Product::Kind

  /// The first that is missing; null: none is.
  const char* load(void* library) {
    const char* missing = nullptr;
    lookUp(library, "cudnnCreate", create, missing);
    lookUp(library, "cudnnCreateTensorDescriptor", createTensor, missing);
    lookUp(library, "cudnnCreateFilterDescriptor", createFilter, missing);
    lookUp(library, "cudnnCreateConvolutionDescriptor", createConvolution, missing);
    lookUp(library, "cudnnDestroy", destroy, missing);
    lookUp(library, "cudnnDestroyTensorDescriptor", destroyTensor, missing);
    lookUp(library, "cudnnDestroyFilterDescriptor", destroyFilter, missing);
    lookUp(library, "cudnnDestroyConvolutionDescriptor", destroyConvolution, missing);
    lookUp(library, "cudnnSetStream", setStream, missing);
    lookUp(library, "cudnnGetErrorString", errorString, missing);
    lookUp(library, "cudnnSetTensorNdDescriptor", setTensor, missing);
    lookUp(library, "cudnnSetFilterNdDescriptor", setFilter, missing);
    lookUp(library, "cudnnSetConvolutionNdDescriptor", setConvolution, missing);
    lookUp(library, "cudnnSetConvolutionMathType", setMath, missing);
    const char* const kinds[] = {"Forward", "BackwardData", "BackwardFilter"};
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const std::string kind = kinds[i];
      const char* absent = nullptr;
      lookUp(library, ("cudnnFindConvolution" + kind + "AlgorithmEx").c_str(), operations[i].find, absent);
      lookUp(library, ("cudnnGetConvolution" + kind + "WorkspaceSize").c_str(), operations[i].workspaceSize, absent);
      lookUp(library, ("cudnnConvolution" + kind).c_str(), operations[i].run, absent);
      if (absent != nullptr && missing == nullptr) missing = "cudnnConvolution functions";
    }
    return missing;
  }
};

constexpr int kDimensions = 5;  // Product

class Cudnn final : public ProductLibrary {
 public:
  Cudnn(const Entries& entries, std::string version, nao_precision precision, void* stream)
      : entries_(entries), version_(std::move(version)), precision_(precision), handle_(nullptr, entries.destroy) {
    handle_ = made(entries_.create, entries_.destroy, "cudnnCreate");
    check(entries_.setStream(handle_.get(), stream), "cudnnSetStream");
  }

  const char* name() const override { return "cuDNN"; }
  const std::string& version() const override { return version_; }

  std::optional<Algorithm> find(const Product& product, const Workspace& workspace) override {
    constexpr int kMost = 16;
    Shape& shape = shapeOfProduct(product);
    cudnn::Performance found[kMost];
    int count = 0;
    if (entries_.setMath(shape.convolution.get(), widestMath()) != 0) return std::nullopt;
    const Arrays arrays = arraysOf(product, shape);
    if (operation(product).find(handle_.get(), arrays.a.descriptor, arrays.a.data, arrays.b.descriptor, arrays.b.data,
                                shape.convolution.get(), arrays.result.descriptor, arrays.result.data, kMost, &count,
                                found, workspace.memory, workspace.bytes) != 0)
      return std::nullopt;
    for (int i = 0; i < count; ++i) {  // the fastest first
      const cudnn::Performance& each = found[i];
      if (each.status != 0 || each.determinism != cudnn::kDeterministic || !allowed(each.math)) continue;
      std::size_t bytes = 0;
      if (entries_.setMath(shape.convolution.get(), each.math) != 0) continue;
      if (operation(product).workspaceSize(handle_.get(), arrays.a.descriptor, arrays.b.descriptor,
                                           shape.convolution.get(), arrays.result.descriptor, each.algorithm,
                                           &bytes) != 0)
        continue;
      if (bytes <= workspace.bytes) return Algorithm{each.algorithm, each.math, bytes};
    }
    return std::nullopt;
  }

  void run(const Product& product, const Algorithm& algorithm, const Workspace& workspace) override {
    Shape& shape = shapeOfProduct(product);
    check(entries_.setMath(shape.convolution.get(), algorithm.math), "cudnnSetConvolutionMathType");
    const Arrays arrays = arraysOf(product, shape);
    const float one = 1, beta = product.accumulate ? 1.0f : 0.0f;
    check(operation(product).run(handle_.get(), &one, arrays.a.descriptor, arrays.a.data, arrays.b.descriptor,
                                 arrays.b.data, shape.convolution.get(), algorithm.number, workspace.memory,
                                 workspace.bytes, &beta, arrays.result.descriptor, arrays.result.data),
          "a convolution");
  }

 private:
  struct Shape {
    Descriptor src, dst, weight, convolution;
  };
  struct Array {
    void* descriptor;
    void* data;
  };
  /// In the order of cuDNN's arguments.
  struct Arrays {
    Array a, b, result;
  };

  void check(int status, const char* what) const {
    if (status != 0) throw Error(NAO_INTERNAL, text("cuDNN: %s failed: %s", what, entries_.errorString(status)));
  }
  Descriptor made(cudnn::Create create, cudnn::Destroy destroy, const char* what) const {
    void* descriptor = nullptr;
    check(create(&descriptor), what);
    return {descriptor, destroy};
  }

  const Operation& operation(const Product& product) const {
    return entries_.operations[static_cast<std::size_t>(product.kind)];
  }
  /// Default math may round operands to tf32.
  int widestMath() const { return precision_ == NAO_FP32 ? cudnn::kFmaMath : cudnn::kDefaultMath; }
  bool allowed(int math) const { return precision_ != NAO_FP32 || math == cudnn::kFmaMath; }
  int type() const { return precision_ == NAO_BF16 ? cudnn::kBfloat16 : cudnn::kFloat; }

  Descriptor map(const kernels::Tensor& t, int blocks) const {
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    if (t.blockStride > kMost) throw Error(NAO_INVALID, "cuDNN: a map of more than 2,147,483,647 values");
    Descriptor descriptor = made(entries_.createTensor, entries_.destroyTensor, "cudnnCreateTensorDescriptor");
    const int sizes[kDimensions] = {blocks, t.channels, t.height, t.width, kernels::kLanes};
    const int strides[kDimensions] = {static_cast<int>(t.blockStride), static_cast<int>(t.channelStride),
                                      t.width * kernels::kLanes, kernels::kLanes, 1};
    check(entries_.setTensor(descriptor.get(), type(), kDimensions, sizes, strides), "cudnnSetTensorNdDescriptor");
    return descriptor;
  }

  Shape& shapeOfProduct(const Product& p) {
    const std::string key = shapeOf(p, true);
    const auto found = shapes_.find(key);
    if (found != shapes_.end()) return found->second;
    Shape shape{map(p.src, p.blocks), map(p.dst, p.blocks),
                made(entries_.createFilter, entries_.destroyFilter, "cudnnCreateFilterDescriptor"),
                made(entries_.createConvolution, entries_.destroyConvolution, "cudnnCreateConvolutionDescriptor")};
    const int sizes[kDimensions] = {p.dst.channels, p.src.channels, p.kernel, p.kernel, 1};
    check(entries_.setFilter(shape.weight.get(), type(), cudnn::kNchw, kDimensions, sizes),
          "cudnnSetFilterNdDescriptor");
    const int padding[] = {p.padding, p.padding, 0}, stride[] = {p.stride, p.stride, 1}, dilation[] = {1, 1, 1};
    check(entries_.setConvolution(shape.convolution.get(), kDimensions - 2, padding, stride, dilation,
                                  cudnn::kCrossCorrelation, cudnn::kFloat),
          "cudnnSetConvolutionNdDescriptor");
    return shapes_.emplace(key, std::move(shape)).first->second;
  }

  static Arrays arraysOf(const Product& p, const Shape& shape) {
    const Array src{shape.src.get(), p.src.data}, dst{shape.dst.get(), p.dst.data},
        weight{shape.weight.get(), p.weight};
    switch (p.kind) {
      case Product::Kind::forward:
        return {src, weight, dst};
      case Product::Kind::sourceGradient:
        return {weight, dst, src};
      case Product::Kind::weightGradient:
        break;
    }
    return {src, dst, weight};
  }

  const Entries entries_;
  const std::string version_;
  const nao_precision precision_;
  Descriptor handle_;
  std::map<std::string, Shape> shapes_;
};

}  // namespace

std::unique_ptr<ProductLibrary> openCudnn(nao_precision precision, void* stream, std::string& problem) {
  const Library library = findLibraries()[0];
  const std::optional<Entries> entries = loadEntries<Entries>(library, problem);
  if (!entries) return nullptr;
  return std::make_unique<Cudnn>(*entries, library.version, precision, stream);
}

}  // namespace nao::model
