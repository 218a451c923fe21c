// Mixup (Zhang, Cisse, Dauphin and Lopez-Paz 2018, "mixup: Beyond Empirical Risk Minimization"): how much of each image
// of a step is its own.
#pragma once

#include <cstdint>

namespace nao::model {

/// A draw of max(b, 1 - b) with b ~ Beta(alpha, alpha), alpha > 0, that depends on seed and step alone. Image n of N is
/// mixed with image N - 1 - n, so b and 1 - b make the same batch in another order; the larger one leaves each image
/// its own label as the one that counts more.
float mixupShare(double alpha, std::uint64_t seed, std::int64_t step);

}  // namespace nao::model
