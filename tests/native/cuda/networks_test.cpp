#include "networks.h"

TEST(networks_of_one_gpu_step_side_by_side) { networks::agree("cuda:0", 3, 3); }

NAO_TEST_MAIN
