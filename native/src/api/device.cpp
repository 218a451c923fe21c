// Devices at the C boundary.
#include "model/device.h"

#include "api/boundary.h"
#include "api/check_enumeration.h"
#include "model/cuda_part/cuda_part.h"

using namespace nao::api;

extern "C" {

nao_status nao_device_create(const char* name, int32_t threads, nao_device** device) {
  return guarded([&] {
    present(name, "name");
    present(device, "device");
    *device = new nao_device{nao::model::openDevice(name, threads)};
  });
}
void nao_device_destroy(nao_device* device) { delete device; }
const char* nao_device_isa(const nao_device* device) {
  return guardedOr("", [&] {
    present(device, "device");
    return device->device->isa();
  });
}
int32_t nao_device_threads(const nao_device* device) {
  return guardedOr(int32_t{0}, [&] {
    present(device, "device");
    return device->device->threads();
  });
}
const char* nao_device_bus_id(const nao_device* device) {
  return guardedOr("", [&] {
    present(device, "device");
    return device->device->busId().c_str();
  });
}
nao_status nao_device_ceiling(nao_device* device, nao_ceiling which, double* giga) {
  return guarded([&] {
    present(device, "device");
    present(giga, "giga");
    checkKnown(which, "ceiling");
    *giga = device->device->ceiling(which);
  });
}
nao_status nao_gpu_experiment(int32_t gpu, int32_t index, const char** json) {
  return guarded([&] {
    present(json, "json");
    NAO_REQUIRE(gpu >= 0 && index >= 0, nao::text("experiment %d of GPU %d, they count from 0", index, gpu));
    thread_local std::string last;
    last = nao::model::runExperiment(gpu, index);
    *json = last.c_str();
  });
}

}  // extern "C"
