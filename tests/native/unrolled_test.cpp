// DARTS' unrolled step on CPUs.
#include "unrolled.h"

namespace {

// The norm of the direction is the same sum in another order: its last bits may round a weight the other way.
constexpr double kTolerance = 1e-6;
constexpr const char* kDevices[] = {"cpu:ref", "cpu"};

}  // namespace

TEST(agrees_with_the_same_through_the_host_on_explicit_images) {
  for (const char* device : kDevices) unrolled::agreesOnExplicitImages(device, kTolerance);
}
TEST(agrees_with_the_same_through_the_host_on_a_data_set) {
  for (const char* device : kDevices) unrolled::agreesOnADataset(device, kTolerance);
}
TEST(says_what_is_not_finite_and_keeps_the_weights) {
  for (const char* device : kDevices) unrolled::saysWhatIsNotFiniteAndKeepsTheWeights(device);
}
TEST(refuses_a_program_without_weighted_sums) {
  for (const char* device : kDevices) unrolled::refusesAProgramWithoutWeightedSums(device);
}

NAO_TEST_MAIN
