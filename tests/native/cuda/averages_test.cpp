// Averages of weights on the GPU, emulated.
#include "averages.h"

TEST(follow_the_values) { averages::followTheValues("cuda:0", 0.15f); }
TEST(change_nothing_else) { averages::changeNothingElse("cuda:0"); }

NAO_TEST_MAIN
