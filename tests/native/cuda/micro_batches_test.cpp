// Steps of several batches on the GPU, emulated.
#include "micro_batches.h"

TEST(equal_one_batch) { micro_batches::equalOneBatch("cuda:0"); }
TEST(batch_normalisations_see_one_batch) { micro_batches::normaliseEachBatch("cuda:0"); }
TEST(gradients_of_a_steps_programs_are_added) { micro_batches::addProgramsOfSteps("cuda:0"); }
TEST(steps_in_parts_have_the_same_bits) { micro_batches::equalStepsInParts("cuda:0"); }
TEST(images_changed_on_the_host_are_those_of_a_cpu) {
  const programs::Builder b = micro_batches::plain();
  const auto expected = micro_batches::train("cpu:ref", b, 0, true),
             actual = micro_batches::train("cuda:0", b, 0, true);
  CHECK(engine::error(actual.losses, expected.losses) <= 1e-5);
  CHECK(engine::error(actual.values, expected.values) <= 1e-4);
}

NAO_TEST_MAIN
