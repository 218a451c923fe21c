// Programs at the C boundary.
#include <algorithm>

#include "api/boundary.h"
#include "api/handles.h"
#include "model/network_program.h"

using nao::text;
using namespace nao::api;

extern "C" {

nao_status nao_program_create(nao_network* network, const int32_t* code, int64_t length, nao_program** program) {
  return guarded([&] {
    present(network, "network");
    present(code, "code");
    present(program, "program");
    *program = new nao_program{network, {code, length, network->network.parameters(), network->network.rules()}};
  });
}
void nao_program_destroy(nao_program* program) { delete program; }
nao_status nao_program_bytes(const nao_program* program, int32_t batch, int32_t training, int64_t* bytes) {
  return guarded([&] {
    present(program, "program");
    present(bytes, "bytes");
    checkBatch(batch);
    const nao::program::Plan& plan = program->program.plan(training != 0);
    *bytes =
        (plan.arenaFloats * nao::kernels::blockCount(batch) + plan.fixedFloats) * static_cast<int64_t>(sizeof(float));
  });
}
nao_status nao_program_used(const nao_program* program, uint8_t* used, int32_t count) {
  return guarded([&] {
    present(program, "program");
    present(used, "used");
    const int own = program->network->network.parameters().count();
    NAO_REQUIRE(count == own, text("the network has %d tensors, %d were given", own, count));
    std::fill(used, used + count, uint8_t{0});
    for (const int tensor : program->program.tensors().used) used[tensor] = 1;
  });
}

}  // extern "C"
