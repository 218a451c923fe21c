#include "kernels/ref/add.h"

#include "kernels/ref/access.h"
#include "kernels/ref/pool.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Add&) { return 0; }

void run(const Add& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int c = 0; c < p.dst.channels; ++c)
      for (int y = 0; y < p.dst.height; ++y)
        for (int x = 0; x < p.dst.width; ++x) {
          double sum = 0;
          for (int i = 0; i < p.operandCount; ++i) {
            const AddOperand& operand = p.operands[i];
            const double mask = operand.mask ? operand.mask[n] : 1.0f;
            sum += mask * (operand.pool ? poolOutput(*operand.pool, n, c, y, x) : load(operand.src, n, c, y, x));
          }
          p.dst.at(n, c, y, x) = static_cast<float>(sum);
        }
}

std::int64_t scratchFloats(const AddBackward&) { return 0; }

void run(const AddBackward& p, int block, float*) {
  const Add& f = p.forward;
  for (int i = 0; i < f.operandCount; ++i) {
    const AddOperand& operand = f.operands[i];
    if (!p.gradients[i].g.data) continue;
    for (int n = firstImage(block); n < endImage(f.images, block); ++n) {
      const double mask = operand.mask ? operand.mask[n] : 1.0f;
      for (int c = 0; c < p.g.channels; ++c)
        for (int y = 0; y < p.g.height; ++y)
          for (int x = 0; x < p.g.width; ++x) store(p.gradients[i], operand.src, n, c, y, x, mask * p.g.at(n, c, y, x));
    }
  }
}

}  // namespace nao::kernels::ref
