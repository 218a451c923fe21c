#include "model/runner.h"

#include "kernels/tensor.h"

namespace nao::model {

StepResult summed(const std::vector<BoundLoss>& losses, const double* lossSums, const std::int32_t* correct,
                  int images) {
  const int blocks = kernels::blockCount(images);
  StepResult result;
  for (const BoundLoss& loss : losses) {
    double sum = 0;
    for (int block = 0; block < blocks; ++block) sum += *lossSums++;
    result.loss += static_cast<double>(loss.weight) * sum / images;
    for (int block = 0; block < blocks; ++block, ++correct)
      if (!loss.auxiliary) result.correct += *correct;
  }
  return result;
}

}  // namespace nao::model
