// Averages of weights on CPUs.
#include "averages.h"

TEST(follow_the_values) {
  for (const char* device : {"cpu:ref", "cpu"})
    for (const float decay : {0.15f, 0.99f}) averages::followTheValues(device, decay);
}
TEST(change_nothing_else) { averages::changeNothingElse("cpu"); }
TEST(there_is_none_unasked) {
  const engine::Engine e("cpu", programs::network());
  CHECK(nao_network_swap_average(e.network) == NAO_INVALID);
  CHECK(std::string(nao_last_error()).find("no average") != std::string::npos, "%s", nao_last_error());
}

NAO_TEST_MAIN
