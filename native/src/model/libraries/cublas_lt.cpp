// Convolutions of one pixel as matrix products by cuBLASLt: a batch of one matrix per block of images, in place.
//
// A map's block is a matrix of channels x (pixels * 16) by rows, which is (pixels * 16) x channels by columns, as the
// library has it; weights of out x in by rows are in x out by columns.
#include <algorithm>
#include <map>

#include "error.h"
#include "model/libraries/descriptor.h"
#include "model/libraries/entries.h"
#include "model/libraries/library.h"
#include "model/libraries/product_library.h"

namespace nao::model {
namespace {

struct Entries {
  cublaslt::Create create, createPreference;
  cublaslt::CreateProduct createProduct;
  cublaslt::CreateLayout createLayout;
  cublaslt::Destroy destroy, destroyPreference, destroyProduct, destroyLayout;
  cublaslt::SetAttribute setPreference, setProduct, setLayout;
  cublaslt::FindHeuristic findHeuristic;
  cublaslt::Multiply multiply;

  /// The first that is missing; null: none is.
  const char* load(void* library) {
    const char* missing = nullptr;
    lookUp(library, "cublasLtCreate", create, missing);
    lookUp(library, "cublasLtDestroy", destroy, missing);
    lookUp(library, "cublasLtMatmulPreferenceCreate", createPreference, missing);
    lookUp(library, "cublasLtMatmulPreferenceDestroy", destroyPreference, missing);
    lookUp(library, "cublasLtMatmulPreferenceSetAttribute", setPreference, missing);
    lookUp(library, "cublasLtMatmulDescCreate", createProduct, missing);
    lookUp(library, "cublasLtMatmulDescDestroy", destroyProduct, missing);
    lookUp(library, "cublasLtMatmulDescSetAttribute", setProduct, missing);
    lookUp(library, "cublasLtMatrixLayoutCreate", createLayout, missing);
    lookUp(library, "cublasLtMatrixLayoutDestroy", destroyLayout, missing);
    lookUp(library, "cublasLtMatrixLayoutSetAttribute", setLayout, missing);
    lookUp(library, "cublasLtMatmulAlgoGetHeuristic", findHeuristic, missing);
    lookUp(library, "cublasLtMatmul", multiply, missing);
    return missing;
  }
};

class CublasLt final : public ProductLibrary {
 public:
  CublasLt(const Entries& entries, std::string version, nao_precision precision, void* stream)
      : entries_(entries),
        version_(std::move(version)),
        precision_(precision),
        stream_(stream),
        handle_(nullptr, entries.destroy) {
    void* handle = nullptr;
    check(entries_.create(&handle), "cublasLtCreate");
    handle_.reset(handle);
  }

  const char* name() const override { return "cuBLASLt"; }
  const std::string& version() const override { return version_; }

  std::optional<Algorithm> find(const Product& product, const Workspace& workspace) override {
    const Shape* const shape = shapeOfProduct(product, workspace.bytes);
    if (shape == nullptr) return std::nullopt;
    return Algorithm{0, 0, shape->heuristic.workspaceBytes};
  }

  void run(const Product& p, const Algorithm& algorithm, const Workspace& workspace) override {
    const Shape* const shape = shapeOfProduct(p, algorithm.workspaceBytes);
    if (shape == nullptr) throw Error(NAO_INTERNAL, "cuBLASLt: no algorithm for " + shapeOf(p, true));
    const float one = 1, beta = p.accumulate ? 1.0f : 0.0f;
    const void* const a = p.kind == Product::Kind::sourceGradient ? p.dst.data : p.src.data;
    const void* const b = p.kind == Product::Kind::weightGradient ? static_cast<const void*>(p.dst.data) : p.weight;
    void* const d = p.kind == Product::Kind::forward          ? p.dst.data
                    : p.kind == Product::Kind::sourceGradient ? static_cast<void*>(p.src.data)
                                                              : p.weight;
    check(entries_.multiply(handle_.get(), shape->product.get(), &one, a, shape->a.get(), b, shape->b.get(), &beta, d,
                            shape->d.get(), d, shape->d.get(), &shape->heuristic.algorithm, workspace.memory,
                            std::min(workspace.bytes, shape->heuristic.workspaceBytes), stream_),
          "cublasLtMatmul");
  }

 private:
  struct Shape {
    Descriptor product, a, b, d;
    cublaslt::Heuristic heuristic;
  };

  void check(int status, const char* what) const {
    if (status != 0) throw Error(NAO_INTERNAL, text("cuBLASLt: %s failed with status %d", what, status));
  }
  template <class T>
  void set(cublaslt::SetAttribute setter, const Descriptor& descriptor, int attribute, T value) const {
    check(setter(descriptor.get(), attribute, &value, sizeof value), "setting an attribute");
  }

  int valueType() const { return precision_ == NAO_BF16 ? cublaslt::kBfloat16 : cublaslt::kFloat; }
  int computeType() const { return precision_ == NAO_TF32 ? cublaslt::kComputeTf32 : cublaslt::kCompute; }

  Descriptor layout(int type, std::int64_t rows, std::int64_t columns, std::int64_t stride, int batch,
                    std::int64_t batchStride) const {
    void* made = nullptr;
    check(entries_.createLayout(&made, type, static_cast<unsigned long>(rows), static_cast<unsigned long>(columns),
                                stride),
          "cublasLtMatrixLayoutCreate");
    Descriptor descriptor(made, entries_.destroyLayout);
    set(entries_.setLayout, descriptor, cublaslt::kBatchCount, static_cast<std::int32_t>(batch));
    set(entries_.setLayout, descriptor, cublaslt::kBatchStride, static_cast<std::int64_t>(batchStride));
    return descriptor;
  }
  Descriptor map(const kernels::Tensor& t, int blocks) const {
    return layout(valueType(), static_cast<std::int64_t>(t.height) * t.width * kernels::kLanes, t.channels,
                  t.channelStride, blocks, t.blockStride);
  }

  /// Null where the library knows no way with so little workspace.
  const Shape* shapeOfProduct(const Product& p, std::size_t workspaceBytes) {
    const std::string key = shapeOf(p, true);
    const auto found = shapes_.find(key);
    if (found != shapes_.end()) return &found->second;

    void* made = nullptr;
    check(entries_.createProduct(&made, computeType(), cublaslt::kFloat), "cublasLtMatmulDescCreate");
    Descriptor product(made, entries_.destroyProduct);
    const std::int64_t in = p.src.channels, out = p.dst.channels;
    const bool gradient = p.kind == Product::Kind::weightGradient;
    Descriptor weight = gradient ? layout(cublaslt::kFloat, in, out, in, p.blocks, in * out)
                                 : layout(valueType(), in, out, p.rowStride, p.blocks, 0);
    if (gradient) set(entries_.setProduct, product, cublaslt::kTransposeA, cublaslt::kTransposed);
    if (p.kind == Product::Kind::sourceGradient)
      set(entries_.setProduct, product, cublaslt::kTransposeB, cublaslt::kTransposed);
    Descriptor src = map(p.src, p.blocks), dst = map(p.dst, p.blocks);
    Shape shape = p.kind == Product::Kind::forward
                      ? Shape{std::move(product), std::move(src), std::move(weight), std::move(dst), {}}
                  : gradient ? Shape{std::move(product), std::move(src), std::move(dst), std::move(weight), {}}
                             : Shape{std::move(product), std::move(dst), std::move(weight), std::move(src), {}};

    check(entries_.createPreference(&made), "cublasLtMatmulPreferenceCreate");
    const Descriptor preference(made, entries_.destroyPreference);
    set(entries_.setPreference, preference, cublaslt::kMostWorkspace, static_cast<std::uint64_t>(workspaceBytes));
    // No sums split among blocks of threads, so that results are the same every time.
    set(entries_.setPreference, preference, cublaslt::kReductionSchemes, std::uint32_t{0});
    const auto ofMaps = static_cast<std::uint32_t>(kernels::kLanes * (precision_ == NAO_BF16 ? 2 : 4));
    const auto ofWeights = static_cast<std::uint32_t>(p.weightAlignment);
    set(entries_.setPreference, preference, cublaslt::kAlignmentA, ofMaps);
    set(entries_.setPreference, preference, cublaslt::kAlignmentB, gradient ? ofMaps : ofWeights);
    set(entries_.setPreference, preference, cublaslt::kAlignmentC, gradient ? ofWeights : ofMaps);
    set(entries_.setPreference, preference, cublaslt::kAlignmentD, gradient ? ofWeights : ofMaps);
    int count = 0;
    if (entries_.findHeuristic(handle_.get(), shape.product.get(), shape.a.get(), shape.b.get(), shape.d.get(),
                               shape.d.get(), preference.get(), 1, &shape.heuristic, &count) != 0 ||
        count < 1 || shape.heuristic.status != 0 || shape.heuristic.workspaceBytes > workspaceBytes)
      return nullptr;
    return &shapes_.emplace(key, std::move(shape)).first->second;
  }

  const Entries entries_;
  const std::string version_;
  const nao_precision precision_;
  void* const stream_;
  Descriptor handle_;
  std::map<std::string, Shape> shapes_;
};

}  // namespace

std::unique_ptr<ProductLibrary> openCublasLt(nao_precision precision, void* stream, std::string& problem) {
  const Library library = findLibraries()[1];
  const std::optional<Entries> entries = loadEntries<Entries>(library, problem);
  if (!entries) return nullptr;
  return std::make_unique<CublasLt>(*entries, library.version, precision, stream);
}

}  // namespace nao::model
