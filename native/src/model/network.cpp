#include "model/network.h"

#include <vector>

#include "error.h"

namespace nao::model {

void Network::setPrecision(nao_precision precision) {
  if (hasPrograms_) throw Error(NAO_INVALID, "a network's precision is set before its first program is made");
  device_.rules(precision);
  runner_->setPrecision(precision);
  precision_ = precision;
}

const std::string& Network::profile() {
  const std::vector<double> seconds = runner_->profile();
  profile_ = "{";
  for (std::size_t kind = 0; kind < seconds.size(); ++kind)
    profile_ += text("%s\"%s\": %.9f", kind == 0 ? "" : ", ", callName(kind), seconds[kind]);
  profile_ += "}";
  return profile_;
}

}  // namespace nao::model
