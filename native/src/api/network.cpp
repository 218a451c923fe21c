// Networks at the C boundary.
#include "model/network.h"

#include "api/boundary.h"
#include "api/check_enumeration.h"
#include "api/handles.h"

using nao::text;
using namespace nao::api;

namespace {

float* located(const nao_network& network, nao_array array, int32_t index, int64_t size) {
  const nao::model::Parameters& parameters = network.network.parameters();
  float* data = parameters.data(array, index);
  const int64_t own = index == -1 ? parameters.elements() : parameters.size(index);
  NAO_REQUIRE(size == own, text("tensor %d has %lld elements, %lld were given", index, static_cast<long long>(own),
                                static_cast<long long>(size)));
  return data;
}

}  // namespace

extern "C" {

nao_status nao_network_create(nao_device* device, const int64_t* sizes, const uint8_t* trainable, int32_t count,
                              nao_network** network) {
  return guarded([&] {
    present(device, "device");
    present(sizes, "sizes");
    present(trainable, "trainable");
    present(network, "network");
    NAO_REQUIRE(count >= 1, text("a network of %d tensors, at least one is needed", count));
    *network = new nao_network{{*device->device, sizes, trainable, count}};
  });
}
void nao_network_destroy(nao_network* network) { delete network; }

nao_status nao_network_set_precision(nao_network* network, nao_precision precision) {
  return guarded([&] {
    present(network, "network");
    checkKnown(precision, "precision");
    network->network.setPrecision(precision);
  });
}

nao_status nao_network_set_libraries(nao_network* network, int32_t on) {
  return guarded([&] {
    present(network, "network");
    network->network.runner().setLibraries(on != 0);
  });
}

nao_status nao_network_read(const nao_network* network, nao_array array, int32_t index, float* data, int64_t size) {
  return guarded([&] {
    present(network, "network");
    present(data, "data");
    const float* src = located(*network, array, index, size);
    network->network.device().read(data, src, size * static_cast<int64_t>(sizeof(float)));
  });
}
nao_status nao_network_write(nao_network* network, nao_array array, int32_t index, const float* data, int64_t size) {
  return guarded([&] {
    present(network, "network");
    present(data, "data");
    float* dst = located(*network, array, index, size);
    network->network.device().write(dst, data, size * static_cast<int64_t>(sizeof(float)));
  });
}
nao_status nao_network_begin_average(nao_network* network) {
  return guarded([&] {
    present(network, "network");
    network->network.parameters().beginAverage(network->network.device());
  });
}
nao_status nao_network_swap_average(nao_network* network) {
  return guarded([&] {
    present(network, "network");
    network->network.parameters().swapAverage();
  });
}
int64_t nao_network_peak_bytes(const nao_network* network) {
  return guardedOr(int64_t{0}, [&] {
    present(network, "network");
    return network->network.peakBytes();
  });
}
nao_status nao_network_device_calls(const nao_network* network, int64_t* kernels, int64_t* transfers) {
  return guarded([&] {
    present(network, "network");
    present(kernels, "kernels");
    present(transfers, "transfers");
    const nao::model::DeviceCalls calls = network->network.runner().deviceCalls();
    *kernels = calls.kernels;
    *transfers = calls.transfers;
  });
}
nao_status nao_network_profile(nao_network* network, int32_t on, const char** json) {
  return guarded([&] {
    present(network, "network");
    if (json != nullptr) *json = network->network.profile().c_str();
    network->network.runner().setProfiling(on != 0);
  });
}

}  // extern "C"
