// Exchanges between processes at the C boundary.
#include "model/exchange.h"

#include <cstring>

#include "api/boundary.h"
#include "api/handles.h"
#include "model/cuda_part/cuda_part.h"

using nao::text;
using namespace nao::api;

namespace {

void checkId(const uint8_t* id, int64_t size) {
  static_assert(sizeof(nao::model::nccl::UniqueId) == NAO_EXCHANGE_ID_BYTES);
  present(id, "id");
  NAO_REQUIRE(size == NAO_EXCHANGE_ID_BYTES,
              text("an id of %lld bytes, it has %d", static_cast<long long>(size), NAO_EXCHANGE_ID_BYTES));
}

}  // namespace

extern "C" {

nao_status nao_exchange_id(uint8_t* id, int64_t size) {
  return guarded([&] {
    checkId(id, size);
    const nao::model::nccl::UniqueId made = nao::model::NcclCommunicator::freshId();
    std::memcpy(id, made.bytes, sizeof(made));
  });
}
nao_status nao_exchange_create(nao_device* device, nao_exchange** exchange) {
  return guarded([&] {
    present(device, "device");
    present(exchange, "exchange");
    nao::model::Device& gpu = *device->device;
    if (gpu.busId().empty()) throw nao::Error(NAO_EXCHANGE, gpu.name() + " is no GPU: it exchanges through the host");
    *exchange = new nao_exchange{nao::model::openExchange(gpu)};
  });
}
nao_status nao_exchange_connect(nao_exchange* exchange, const uint8_t* id, int64_t size, int32_t rank, int32_t ranks,
                                int32_t seconds) {
  return guarded([&] {
    present(exchange, "exchange");
    checkId(id, size);
    NAO_REQUIRE(ranks >= 1 && rank >= 0 && rank < ranks,
                text("rank %d of %d, ranks are 0 to one less than their number", rank, ranks));
    NAO_REQUIRE(seconds >= 1, text("%d seconds, allowed are 1 or more", seconds));
    nao::model::nccl::UniqueId given;
    std::memcpy(given.bytes, id, sizeof(given));
    exchange->exchange->connect(given, rank, ranks, seconds);
  });
}
void nao_exchange_abort(nao_exchange* exchange) {
  if (exchange != nullptr) exchange->exchange->abort();
}
void nao_exchange_destroy(nao_exchange* exchange) { delete exchange; }

}  // extern "C"
