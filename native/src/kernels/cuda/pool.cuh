// Average over the cells inside the image, and maximum: a thread per value.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

/// One output pixel of a pool over the plane x.
__device__ inline float pooled(const Pool& p, const Normalise& normalise, const float* x, int dstY, int dstX,
                               int lane) {
  const int top = dstY * p.stride - p.padding, left = dstX * p.stride - p.padding;
  const int y0 = max(top, 0), y1 = min(top + p.kernel, p.src.x.height);
  const int x0 = max(left, 0), x1 = min(left + p.kernel, p.src.x.width);
  float value = p.maximum ? -INFINITY : 0.0f;
  for (int sy = y0; sy < y1; ++sy)
    for (int sx = x0; sx < x1; ++sx) {
      const float z = normalise(x[(sy * p.src.x.width + sx) * kLanes + lane]);
      value = p.maximum ? fmaxf(value, z) : value + z;
    }
  return p.maximum ? value : value / static_cast<float>((y1 - y0) * (x1 - x0));
}

}  // namespace nao::kernels::cuda
