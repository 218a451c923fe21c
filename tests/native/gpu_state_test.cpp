// What a GPU is doing, with a stand-in for NVIDIA's management library.
#include "model/libraries/gpu_state.h"

#include <cstdlib>
#include <string>

#include "check.h"

using nao::model::gpuStates;
using nao::model::gpuStatesJson;

TEST(the_driver_is_asked) {
  setenv("NAO_NVML", NAO_TEST_NVML, 1);
  CHECK(gpuStates("").size() == 1);
  CHECK(gpuStates("00000000:82:00.0").empty());
  const std::string json = gpuStatesJson("00000000:81:00.0");
  CHECK(json == R"([{"name": "Stub GPU", "busId": "00000000:81:00.0", "utilisationPercent": 97, )"
                R"("memoryUsedBytes": 3221225472, "memoryTotalBytes": 85899345920, "watts": 312.5, )"
                R"("smMegahertz": 1980, "memoryMegahertz": 2619}])",
        "%s", json.c_str());
}

NAO_TEST_MAIN
