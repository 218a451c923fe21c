#include "model/network.h"

namespace nao::model {

const std::string& Network::profile() { return profile_ = runner_->profile().json(); }

}  // namespace nao::model
