// Without a driver nothing is known of GPUs, and that is no error.
#include <cstdlib>
#include <string>

#include "check.h"
#include "model/libraries/gpu_state.h"

TEST(without_a_driver_there_is_nothing_to_say) {
  setenv("NAO_NVML", "/nowhere/libnvidia-ml.so.1", 1);
  CHECK(nao::model::gpuStates("").empty());
  CHECK(nao::model::gpuStatesJson("00000000:81:00.0") == "[]");
}

NAO_TEST_MAIN
