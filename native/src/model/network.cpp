#include "model/network.h"

#include "error.h"

namespace nao::model {

void Network::setPrecision(nao_precision precision) {
  if (hasPrograms_) throw Error(NAO_INVALID, "a network's precision is set before its first program is made");
  device_.rules(precision);
  runner_->setPrecision(precision);
  precision_ = precision;
}

const std::string& Network::profile() { return profile_ = runner_->profile().json(); }

}  // namespace nao::model
