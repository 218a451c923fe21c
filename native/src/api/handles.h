// What the pointers of nao.h to data sets, networks and programs point to.
#pragma once

#include <memory>

#include "model/dataset.h"
#include "model/exchange.h"
#include "model/network.h"
#include "model/network_program.h"

struct nao_dataset {
  nao::model::Dataset dataset;
};
struct nao_exchange {
  std::unique_ptr<nao::model::Exchange> exchange;
};
struct nao_network {
  nao::model::Network network;
};
struct nao_program {
  nao_network* network;
  nao::model::NetworkProgram program;
};
