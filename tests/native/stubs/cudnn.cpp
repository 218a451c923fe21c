/* Stands for cuDNN 9: convolutions of five dimensions by plain loops. NAO_TEST_LIBRARY_FAULT: "old" is version 8,
 * "wrong" computes something else, "random" has no algorithm with the same result every time, "fails" fails when run,
 * "workspace" wants more memory than it is given. */
#include "libraries.h"

namespace {

constexpr int kFloat = 0, kBf16 = 9, kDefaultMath = 0, kFmaMath = 3, kAlgorithm = 1;
constexpr std::size_t kWorkspaceBytes = 1000;

struct Tensor {
  int type = -1, size[5], stride[5];
};
struct Filter {
  int type = -1, size[5];
};
struct Convolution {
  int math = -1, padding[3], stride[3], dilation[3];
};
struct Performance {
  int algorithm, status;
  float millis;
  std::size_t bytes;
  int determinism, math, reserved[3];
};
struct Handle {
  void* stream = nullptr;
};

std::int64_t at(const Tensor& t, int n, int c, int y, int x, int z) {
  return static_cast<std::int64_t>(n) * t.stride[0] + static_cast<std::int64_t>(c) * t.stride[1] +
         static_cast<std::int64_t>(y) * t.stride[2] + static_cast<std::int64_t>(x) * t.stride[3] +
         static_cast<std::int64_t>(z) * t.stride[4];
}

/// Null, or what is wrong.
const char* fault(const Tensor& x, const Filter& w, const Convolution& c, const Tensor& y) {
  if (x.type != w.type || x.type != y.type || (x.type != kFloat && x.type != kBf16)) return "types differ";
  if (x.size[0] != y.size[0] || x.size[1] != w.size[1] || y.size[1] != w.size[0]) return "channels or batch differ";
  if (x.size[4] != 16 || y.size[4] != 16 || w.size[2] != w.size[3] || w.size[4] != 1) return "not 16 images a pixel";
  for (int d = 0; d < 3; ++d) {
    if (c.dilation[d] != 1 || c.stride[d] < 1 || c.padding[d] < 0) return "dilated, or no stride";
    const int span = x.size[d + 2] + 2 * c.padding[d] - w.size[d + 2];
    if (span < 0 || span / c.stride[d] + 1 != y.size[d + 2]) return "the result has another size";
  }
  for (const Tensor* t : {&x, &y})
    for (int d = 1; d < 5; ++d)
      if (t->stride[d - 1] < t->stride[d] * t->size[d] && !(d == 1 && t->size[0] == 1)) return "dimensions overlap";
  if (c.math != kDefaultMath && c.math != kFmaMath) return "no math chosen";
  return nullptr;
}

/// f(source element, weight element, result element) of every product of the convolution.
template <class F>
void each(const Tensor& x, const Filter& w, const Convolution& c, const Tensor& y, F&& f) {
  for (int n = 0; n < y.size[0]; ++n)
    for (int o = 0; o < y.size[1]; ++o)
      for (int i = 0; i < x.size[1]; ++i)
        for (int ky = 0; ky < w.size[2]; ++ky)
          for (int kx = 0; kx < w.size[3]; ++kx)
            for (int v = 0; v < y.size[2]; ++v)
              for (int u = 0; u < y.size[3]; ++u) {
                const int sy = v * c.stride[0] - c.padding[0] + ky, sx = u * c.stride[1] - c.padding[1] + kx;
                if (sy < 0 || sy >= x.size[2] || sx < 0 || sx >= x.size[3]) continue;
                const std::int64_t weight =
                    ((static_cast<std::int64_t>(o) * w.size[1] + i) * w.size[2] + ky) * w.size[3] + kx;
                for (int z = 0; z < 16; ++z) f(at(x, n, i, sy, sx, z), weight, at(y, n, o, v, u, z));
              }
}

/// Adds in double, then leaves what was added to.
struct Sums {
  double* values;
  std::int64_t count;

  explicit Sums(std::int64_t elements)
      : values(static_cast<double*>(std::calloc(static_cast<std::size_t>(elements), sizeof(double)))),
        count(elements) {}
  ~Sums() { std::free(values); }
};
void leaveAll(const Sums& sums, const Tensor& t, void* data, float alpha, float beta) {
  for (int n = 0; n < t.size[0]; ++n)
    for (int c = 0; c < t.size[1]; ++c)
      for (int y = 0; y < t.size[2]; ++y)
        for (int x = 0; x < t.size[3]; ++x)
          for (int z = 0; z < 16; ++z) {
            const std::int64_t i = at(t, n, c, y, x, z);
            stub::leave(data, i, t.type == kBf16, alpha, sums.values[i], beta);
          }
}
std::int64_t extent(const Tensor& t) {
  return at(t, t.size[0] - 1, t.size[1] - 1, t.size[2] - 1, t.size[3] - 1, 15) + 1;
}

int find(const char* why, const Convolution& convolution, int requested, int* returned, Performance* found,
         std::size_t bytes) {
  if (why != nullptr) return stub::refused("find", why);
  if (requested < 3) return stub::refused("find", "fewer than 3 algorithms");
  // Like the real one: the fastest first, also some that must not be taken.
  found[0] = {0, 0, 0.1f, 0, 0, convolution.math, {}};
  found[1] = {2, 9, -1.0f, 0, 1, convolution.math, {}};
  found[2] = {kAlgorithm, 0, 0.2f, kWorkspaceBytes, 1, convolution.math, {}};
  *returned = stub::asked("random") ? 2 : 3;
  return stub::asked("workspace") || bytes >= kWorkspaceBytes ? 0 : stub::refused("find", "too little workspace");
}

const char* runFault(const char* why, int algorithm, const void* workspace, std::size_t bytes) {
  if (why != nullptr) return why;
  if (algorithm != kAlgorithm) return "not the algorithm that was found";
  if (workspace == nullptr || bytes < kWorkspaceBytes) return "too little workspace";
  return stub::asked("fails") ? "it fails" : nullptr;
}

float wrong() { return stub::asked("wrong") ? 1.5f : 1.0f; }

}  // namespace

#define CREATE(name, Type)         \
  NAO_STUB int name(void** made) { \
    *made = new Type;              \
    return 0;                      \
  }
#define DESTROY(name, Type)          \
  NAO_STUB int name(void* made) {    \
    delete static_cast<Type*>(made); \
    return 0;                        \
  }

NAO_STUB std::size_t cudnnGetVersion() { return stub::asked("old") ? 8907 : 91903; }
NAO_STUB const char* cudnnGetErrorString(int) { return "CUDNN_STATUS_OF_THE_STAND_IN"; }
CREATE(cudnnCreate, Handle)
DESTROY(cudnnDestroy, Handle)
CREATE(cudnnCreateTensorDescriptor, Tensor)
DESTROY(cudnnDestroyTensorDescriptor, Tensor)
CREATE(cudnnCreateFilterDescriptor, Filter)
DESTROY(cudnnDestroyFilterDescriptor, Filter)
CREATE(cudnnCreateConvolutionDescriptor, Convolution)
DESTROY(cudnnDestroyConvolutionDescriptor, Convolution)
NAO_STUB int cudnnSetStream(void* handle, void* stream) {
  static_cast<Handle*>(handle)->stream = stream;
  return stream == nullptr ? stub::refused("cudnnSetStream", "the default stream") : 0;
}
NAO_STUB int cudnnSetTensorNdDescriptor(void* descriptor, int type, int dimensions, const int* size,
                                        const int* stride) {
  if (dimensions != 5) return stub::refused("cudnnSetTensorNdDescriptor", "not 5 dimensions");
  Tensor& t = *static_cast<Tensor*>(descriptor);
  t.type = type;
  std::memcpy(t.size, size, sizeof t.size);
  std::memcpy(t.stride, stride, sizeof t.stride);
  return 0;
}
NAO_STUB int cudnnSetFilterNdDescriptor(void* descriptor, int type, int format, int dimensions, const int* size) {
  if (dimensions != 5 || format != 0) return stub::refused("cudnnSetFilterNdDescriptor", "not 5 dimensions, NCHW");
  Filter& f = *static_cast<Filter*>(descriptor);
  f.type = type;
  std::memcpy(f.size, size, sizeof f.size);
  return 0;
}
NAO_STUB int cudnnSetConvolutionNdDescriptor(void* descriptor, int dimensions, const int* padding, const int* stride,
                                             const int* dilation, int mode, int type) {
  if (dimensions != 3 || mode != 1 || type != kFloat)
    return stub::refused("cudnnSetConvolutionNdDescriptor", "not a cross-correlation of 3 dimensions in float");
  Convolution& c = *static_cast<Convolution*>(descriptor);
  std::memcpy(c.padding, padding, sizeof c.padding);
  std::memcpy(c.stride, stride, sizeof c.stride);
  std::memcpy(c.dilation, dilation, sizeof c.dilation);
  return 0;
}
NAO_STUB int cudnnSetConvolutionMathType(void* descriptor, int math) {
  static_cast<Convolution*>(descriptor)->math = math;
  return 0;
}

// A and B: the operands, in cuDNN's order; R: the result.
#define OPERATION(Kind, A, B, R, xDescriptor, wDescriptor, yDescriptor, COMPUTE)                                    \
  NAO_STUB int cudnnFindConvolution##Kind##AlgorithmEx(                                                             \
      void*, void* aDescriptor, const void*, void* bDescriptor, const void*, void* cDescriptor, void* rDescriptor,  \
      void*, int requested, int* returned, void* found, void* workspace, std::size_t bytes) {                       \
    if (workspace == nullptr) return stub::refused("find", "no workspace");                                         \
    const auto& c = *static_cast<Convolution*>(cDescriptor);                                                        \
    return find(fault(*static_cast<Tensor*>(xDescriptor), *static_cast<Filter*>(wDescriptor), c,                    \
                      *static_cast<Tensor*>(yDescriptor)),                                                          \
                c, requested, returned, static_cast<Performance*>(found), bytes);                                   \
  }                                                                                                                 \
  NAO_STUB int cudnnGetConvolution##Kind##WorkspaceSize(void*, void* aDescriptor, void* bDescriptor,                \
                                                        void* cDescriptor, void* rDescriptor, int algorithm,        \
                                                        std::size_t* bytes) {                                       \
    const char* const why = fault(*static_cast<Tensor*>(xDescriptor), *static_cast<Filter*>(wDescriptor),           \
                                  *static_cast<Convolution*>(cDescriptor), *static_cast<Tensor*>(yDescriptor));     \
    if (why != nullptr || algorithm != kAlgorithm) return stub::refused("workspace size", why ? why : "algorithm"); \
    *bytes = stub::asked("workspace") ? std::size_t{1} << 40 : kWorkspaceBytes;                                     \
    return 0;                                                                                                       \
  }                                                                                                                 \
  NAO_STUB int cudnnConvolution##Kind(void*, const void* alphaValue, void* aDescriptor, const void* A,              \
                                      void* bDescriptor, const void* B, void* cDescriptor, int algorithm,           \
                                      void* workspace, std::size_t bytes, const void* betaValue, void* rDescriptor, \
                                      void* R) {                                                                    \
    const auto& xt = *static_cast<Tensor*>(xDescriptor);                                                            \
    const auto& wt = *static_cast<Filter*>(wDescriptor);                                                            \
    const auto& yt = *static_cast<Tensor*>(yDescriptor);                                                            \
    const auto& c = *static_cast<Convolution*>(cDescriptor);                                                        \
    const char* const why = runFault(fault(xt, wt, c, yt), algorithm, workspace, bytes);                            \
    if (why != nullptr) return stub::refused("cudnnConvolution" #Kind, why);                                        \
    std::memset(workspace, 0xff, bytes);                                                                            \
    const float alpha = *static_cast<const float*>(alphaValue) * wrong();                                           \
    const float beta = *static_cast<const float*>(betaValue);                                                       \
    const bool bf16 = xt.type == kBf16;                                                                             \
    COMPUTE                                                                                                         \
    return 0;                                                                                                       \
  }

OPERATION(Forward, x, w, y, aDescriptor, bDescriptor, rDescriptor, {
  Sums sums(extent(yt));
  each(xt, wt, c, yt, [&](std::int64_t s, std::int64_t k, std::int64_t d) {
    sums.values[d] += static_cast<double>(stub::read(x, s, bf16)) * stub::read(w, k, bf16);
  });
  leaveAll(sums, yt, y, alpha, beta);
})
OPERATION(BackwardData, w, y, x, rDescriptor, aDescriptor, bDescriptor, {
  Sums sums(extent(xt));
  each(xt, wt, c, yt, [&](std::int64_t s, std::int64_t k, std::int64_t d) {
    sums.values[s] += static_cast<double>(stub::read(y, d, bf16)) * stub::read(w, k, bf16);
  });
  leaveAll(sums, xt, x, alpha, beta);
})
OPERATION(BackwardFilter, x, y, w, aDescriptor, rDescriptor, bDescriptor, {
  const std::int64_t count = static_cast<std::int64_t>(wt.size[0]) * wt.size[1] * wt.size[2] * wt.size[3];
  Sums sums(count);
  each(xt, wt, c, yt, [&](std::int64_t s, std::int64_t k, std::int64_t d) {
    sums.values[k] += static_cast<double>(stub::read(x, s, bf16)) * stub::read(y, d, bf16);
  });
  for (std::int64_t i = 0; i < count; ++i) stub::leave(w, i, bf16, alpha, sums.values[i], beta);
})
