#include "program/program.h"

namespace nao::program {

std::vector<bool> neededOperations(const Program& program, bool training) {
  std::vector<bool> needed(program.operations.size(), false);
  for (std::size_t i = program.operations.size(); i-- > 0;) {
    const Operation& op = program.operations[i];
    if (op.op == NAO_SOFTMAX_CROSS_ENTROPY && (training || !op.auxiliary)) needed[i] = true;
    if (!needed[i]) continue;
    for (const int src : op.sources)
      if (src > 0) needed[static_cast<std::size_t>(src) - 1] = true;
  }
  return needed;
}

}  // namespace nao::program
