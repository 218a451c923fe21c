/* Stands for cuBLASLt 13: batches of matrix products by plain loops. The faults of cudnn.cpp. */
#include "libraries.h"

namespace {

constexpr int kFloat = 0, kBf16 = 14, kCompute = 68, kComputeTf32 = 77;
constexpr std::size_t kWorkspaceBytes = 512;
constexpr unsigned long long kMark = 0x6e616f;

struct Layout {
  int type;
  std::int64_t rows, columns, stride;
  std::int32_t batch = 1;
  std::int64_t batchStride = 0;
};
struct Product {
  int compute, scale;
  std::int32_t transposed[2] = {0, 0};
};
struct Preference {
  std::uint64_t bytes = 0;
  std::uint32_t reductions = 7, alignment[4] = {256, 256, 256, 256};
};
struct Heuristic {
  unsigned long long algorithm[8];
  std::size_t bytes;
  int status;
  float waves;
  int reserved[4];
};

const char* fault(const Product& p, const Layout& a, const Layout& b, const Layout& c, const Layout& d) {
  if (p.scale != kFloat || (p.compute != kCompute && p.compute != kComputeTf32)) return "computes in another type";
  if (a.type != b.type || (a.type != kFloat && a.type != kBf16)) return "types differ";
  if (a.type == kBf16 && p.compute == kComputeTf32) return "tf32 of bf16";
  if (d.type != c.type || (d.type != kFloat && d.type != a.type)) return "type of the result";
  const bool ta = p.transposed[0] == 1, tb = p.transposed[1] == 1;
  const std::int64_t m = ta ? a.columns : a.rows, k = ta ? a.rows : a.columns;
  const std::int64_t n = tb ? b.rows : b.columns;
  if (k != (tb ? b.columns : b.rows) || d.rows != m || d.columns != n) return "sizes do not match";
  if (c.rows != m || c.columns != n) return "c is not of d's size";
  for (const Layout* l : {&a, &b, &c, &d})
    if (l->stride < l->rows || l->batch != d.batch) return "strides or batches";
  if (d.batch > 1 && d.batchStride < d.stride * (d.columns - 1) + d.rows) return "results overlap";
  return nullptr;
}

template <class T>
int set(T& field, const void* value, std::size_t bytes) {
  if (bytes != sizeof field) return stub::refused("set attribute", "another size");
  std::memcpy(&field, value, bytes);
  return 0;
}

}  // namespace

NAO_STUB std::size_t cublasLtGetVersion() { return stub::asked("old") ? 110403 : 130100; }
NAO_STUB int cublasLtCreate(void** handle) {
  *handle = new int(1);
  return 0;
}
NAO_STUB int cublasLtDestroy(void* handle) {
  delete static_cast<int*>(handle);
  return 0;
}
NAO_STUB int cublasLtMatmulDescCreate(void** made, int compute, int scale) {
  *made = new Product{compute, scale};
  return 0;
}
NAO_STUB int cublasLtMatmulDescDestroy(void* made) {
  delete static_cast<Product*>(made);
  return 0;
}
NAO_STUB int cublasLtMatmulDescSetAttribute(void* made, int attribute, const void* value, std::size_t bytes) {
  if (attribute != 3 && attribute != 4) return stub::refused("cublasLtMatmulDescSetAttribute", "unknown");
  return set(static_cast<Product*>(made)->transposed[attribute - 3], value, bytes);
}
NAO_STUB int cublasLtMatrixLayoutCreate(void** made, int type, std::uint64_t rows, std::uint64_t columns,
                                        std::int64_t stride) {
  *made = new Layout{type, static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns), stride};
  return 0;
}
NAO_STUB int cublasLtMatrixLayoutDestroy(void* made) {
  delete static_cast<Layout*>(made);
  return 0;
}
NAO_STUB int cublasLtMatrixLayoutSetAttribute(void* made, int attribute, const void* value, std::size_t bytes) {
  if (attribute == 5) return set(static_cast<Layout*>(made)->batch, value, bytes);
  if (attribute == 6) return set(static_cast<Layout*>(made)->batchStride, value, bytes);
  return stub::refused("cublasLtMatrixLayoutSetAttribute", "unknown");
}
NAO_STUB int cublasLtMatmulPreferenceCreate(void** made) {
  *made = new Preference;
  return 0;
}
NAO_STUB int cublasLtMatmulPreferenceDestroy(void* made) {
  delete static_cast<Preference*>(made);
  return 0;
}
NAO_STUB int cublasLtMatmulPreferenceSetAttribute(void* made, int attribute, const void* value, std::size_t bytes) {
  Preference& p = *static_cast<Preference*>(made);
  if (attribute == 1) return set(p.bytes, value, bytes);
  if (attribute == 3) return set(p.reductions, value, bytes);
  if (attribute >= 5 && attribute <= 8) return set(p.alignment[attribute - 5], value, bytes);
  return stub::refused("cublasLtMatmulPreferenceSetAttribute", "unknown");
}
NAO_STUB int cublasLtMatmulAlgoGetHeuristic(void*, void* product, void* a, void* b, void* c, void* d, void* preference,
                                            int requested, Heuristic* found, int* returned) {
  const Preference& p = *static_cast<Preference*>(preference);
  const char* const why = fault(*static_cast<Product*>(product), *static_cast<Layout*>(a), *static_cast<Layout*>(b),
                                *static_cast<Layout*>(c), *static_cast<Layout*>(d));
  if (why != nullptr) return stub::refused("cublasLtMatmulAlgoGetHeuristic", why);
  if (p.reductions != 0) return stub::refused("cublasLtMatmulAlgoGetHeuristic", "sums may be split");
  *returned = 0;
  if (requested < 1 || p.bytes < kWorkspaceBytes || stub::asked("random") || stub::asked("workspace")) return 0;
  *returned = 1;
  *found = {};
  found->algorithm[0] = kMark;
  for (int i = 0; i < 4; ++i) found->algorithm[i + 1] = p.alignment[i];
  found->bytes = kWorkspaceBytes;
  return 0;
}
NAO_STUB int cublasLtMatmul(void*, void* product, const void* alpha, const void* a, void* aLayout, const void* b,
                            void* bLayout, const void* beta, const void* c, void* cLayout, void* d, void* dLayout,
                            const unsigned long long* algorithm, void* workspace, std::size_t bytes, void* stream) {
  const Product& p = *static_cast<Product*>(product);
  const Layout &la = *static_cast<Layout*>(aLayout), &lb = *static_cast<Layout*>(bLayout),
               &ld = *static_cast<Layout*>(dLayout);
  const char* why = fault(p, la, lb, *static_cast<Layout*>(cLayout), ld);
  if (why == nullptr && (algorithm == nullptr || algorithm[0] != kMark)) why = "not the algorithm that was found";
  if (why == nullptr && (workspace == nullptr || bytes < kWorkspaceBytes)) why = "too little workspace";
  if (why == nullptr && stream == nullptr) why = "the default stream";
  if (why == nullptr && c != d) why = "c is not d";
  if (why == nullptr && stub::asked("fails")) why = "it fails";
  if (why == nullptr) {
    const void* const arrays[] = {a, b, c, d};
    for (int i = 0; i < 4; ++i)
      if (reinterpret_cast<std::uintptr_t>(arrays[i]) % algorithm[i + 1] != 0) why = "an address is not aligned";
  }
  if (why != nullptr) return stub::refused("cublasLtMatmul", why);
  std::memset(workspace, 0xff, bytes);
  const bool ta = p.transposed[0] == 1, tb = p.transposed[1] == 1;
  const std::int64_t depth = ta ? la.rows : la.columns;
  const float factor = *static_cast<const float*>(alpha) * (stub::asked("wrong") ? 1.5f : 1.0f);
  for (std::int64_t batch = 0; batch < ld.batch; ++batch)
    for (std::int64_t j = 0; j < ld.columns; ++j)
      for (std::int64_t i = 0; i < ld.rows; ++i) {
        double sum = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
          const std::int64_t ofA = batch * la.batchStride + (ta ? i * la.stride + k : k * la.stride + i);
          const std::int64_t ofB = batch * lb.batchStride + (tb ? k * lb.stride + j : j * lb.stride + k);
          sum += static_cast<double>(stub::read(a, ofA, la.type == kBf16)) * stub::read(b, ofB, lb.type == kBf16);
        }
        stub::leave(d, batch * ld.batchStride + j * ld.stride + i, ld.type == kBf16, factor, sum,
                    *static_cast<const float*>(beta));
      }
  return 0;
}
