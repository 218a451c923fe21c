// What the C boundary says of the library and of the machine, and the last error.
#include "nao/nao.h"

#include <string>

#include "api/boundary.h"
#include "error.h"
#include "model/cuda_part/cuda_part.h"
#include "model/libraries/gpu_state.h"
#include "model/libraries/library.h"

using nao::Error;
using namespace nao::api;

extern "C" {

const char* nao_version(void) { return "nao " NAO_VERSION; }
const char* nao_cuda_architectures(void) {
  thread_local std::string architectures;
  architectures.clear();
  guarded([&] {
    const nao::model::CudaBuild build = nao::model::cudaBuild();
    if (!build.problem.empty()) throw Error(NAO_NO_DEVICE, build.problem);
    architectures = build.architectures;
  });
  return architectures.c_str();
}
const char* nao_libraries(void) {
  thread_local std::string json;
  return guarded([&] { json = nao::model::librariesJson(); }) == NAO_OK ? json.c_str() : "[]";
}
const char* nao_gpu_states(const char* bus_id) {
  thread_local std::string json;
  return guarded([&] {
           present(bus_id, "bus_id");
           json = nao::model::gpuStatesJson(bus_id);
         }) == NAO_OK
             ? json.c_str()
             : "[]";
}
const char* nao_last_error(void) { return lastError().c_str(); }

}  // extern "C"
