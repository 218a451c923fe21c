#include "networks.h"

TEST(networks_of_one_device_step_side_by_side) {
  for (const char* name : {"cpu:ref", "cpu:avx2", "cpu:avx512"}) networks::agree(name, 8, 5);
}

NAO_TEST_MAIN
