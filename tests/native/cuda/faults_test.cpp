// What can be wrong with a GPU, and what the engine says then.
#include <cstring>
#include <string>

#include "check.h"
#include "engine.h"
#include "kernels/cuda/shim/emulated/machine.h"

namespace {

using engine::Engine;
using nao::cuda::emulation::Machine;
using nao::cuda::emulation::machine;

/// The machine is as it was before afterwards.
struct Changed {
  const Machine before = machine();
  ~Changed() { machine() = before; }
};

void checkMessage(nao_status actual, nao_status expected, const char* message) {
  CHECK(actual == expected, "status %d: %s", actual, nao_last_error());
  CHECK(std::string(nao_last_error()) == message, "%s", nao_last_error());
}

/// Of a device that cannot be opened.
void checkRefused(const char* name, const char* message) {
  nao_device* device = nullptr;
  checkMessage(nao_device_create(name, 0, &device), NAO_NO_DEVICE, message);
  nao_device_destroy(device);
}

nao_status step(const Engine& e, int images) {
  const nao_training t = programs::training(1);
  return nao_step(e.network, e.program, e.images(images).data(), e.labels(images).data(), images, &t,
                  NAO_BATCH_STATISTICS, 0.1f, 0, nullptr, nullptr, nullptr, nullptr);
}

}  // namespace

TEST(a_device_that_is_not_there) {
  const Changed restored;
  checkRefused("cuda:3", "device cuda:3 is not there, this machine has cuda:0 alone");
  machine().devices = 2;
  checkRefused("cuda:2", "device cuda:2 is not there, this machine has cuda:0 to cuda:1");
  machine().devices = 0;
  checkRefused("cuda:0",
               "device cuda:0: the driver shows no NVIDIA GPU: no CUDA-capable device is detected; --device cpu runs "
               "without");
}

TEST(a_driver_that_is_too_old_or_missing) {
  const Changed restored;
  machine().driverVersion = 12020;
  checkRefused("cuda:0",
               "device cuda:0: the NVIDIA driver is for CUDA 12.2, this build needs one for CUDA 13.0; --device cpu "
               "runs without");
  machine().driverVersion = 0;
  checkRefused(
      "cuda:0",
      "device cuda:0: no NVIDIA driver (libcuda.so.1) is installed on this machine; --device cpu runs without");
}

TEST(a_device_that_is_too_old) {
  const Changed restored;
  machine().major = 7;
  checkRefused("cuda:0", "device cuda:0: emulated on the CPU has compute capability 7.0, needed is 8.0 or newer");
}

TEST(too_little_memory_says_how_much_and_smaller_batches_go_on) {
  const Changed restored;
  machine().memoryBytes = std::size_t{3} << 20;
  const Engine e("cuda:0", programs::network());
  CHECK(step(e, 640) == NAO_NO_MEMORY);
  const std::string message = nao_last_error();
  CHECK(message.find("out of memory on cuda:0: ") == 0, "%s", message.c_str());
  CHECK(message.find(" MiB for activations, 3.0 of its 3 MiB are free (nvidia-smi shows what other processes take); "
                     "reduce the batch, the channels or the layers") != std::string::npos,
        "%s", message.c_str());
  CHECK(step(e, 2) == NAO_OK, "%s", nao_last_error());
}

TEST(two_processes_on_one_device) {
  const Changed restored;
  machine().lost = cudaErrorDevicesUnavailable;
  checkRefused(
      "cuda:0",
      "device cuda:0 is in use: its compute mode (nvidia-smi) lets one process have it at a time; wait for the "
      "other one, or take another device");
  machine() = restored.before;
  machine().memoryBytes = std::size_t{8} << 20;
  machine().bytesOfOthers = std::size_t{7} << 20;
  const Engine e("cuda:0", programs::network());
  CHECK(step(e, 640) == NAO_NO_MEMORY);
  const std::string message = nao_last_error();
  CHECK(message.find(" of its 8 MiB are free (nvidia-smi shows what other processes take)") != std::string::npos, "%s",
        message.c_str());
}

TEST(a_plan_over_the_shared_memory_limit) {
  const Changed restored;
  machine().sharedBytes = 16 << 10;
  const Engine e("cuda:0", programs::network());
  CHECK(step(e, 2) == NAO_INVALID, "%s", nao_last_error());
  const std::string message = nao_last_error();
  CHECK(message.find("device cuda:0: ") == 0 && message.find(" KiB of shared memory, a block of threads has 16 KiB "
                                                             "there; reduce the channels") != std::string::npos,
        "%s", message.c_str());
}

TEST(a_device_that_is_lost_names_the_call_and_the_place) {
  const Changed restored;
  const Engine e("cuda:0", programs::network());
  CHECK(step(e, 2) == NAO_OK, "%s", nao_last_error());
  for (const int calls : {0, 1, 5, 20}) {
    machine().lost = cudaErrorIllegalAddress;
    machine().callsBefore = calls;
    CHECK(step(e, 2) == NAO_INTERNAL);
    const std::string message = nao_last_error();
    CHECK(message.find("device cuda:0: cuda") == 0, "%s", message.c_str());
    CHECK(message.find(".cpp:") != std::string::npos, "%s", message.c_str());
    const char* const end =
        ": an illegal memory access was encountered; this process can no longer use the device, a new one can go on "
        "from the last checkpoint";
    CHECK(message.size() > std::strlen(end) && message.substr(message.size() - std::strlen(end)) == end, "%s",
          message.c_str());
    // Nothing else can be done, but said and cleaned up.
    CHECK(step(e, 2) == NAO_INTERNAL);
    machine().lost = cudaSuccess;
  }
}

NAO_TEST_MAIN
