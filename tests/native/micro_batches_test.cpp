// Steps of several batches on CPUs.
#include "micro_batches.h"

TEST(equal_one_batch) {
  micro_batches::equalOneBatch("cpu:ref");
  micro_batches::equalOneBatch("cpu");
}
TEST(batch_normalisations_see_one_batch) { micro_batches::normaliseEachBatch("cpu"); }
TEST(weighted_sums_are_refused) {
  engine::Engine e("cpu", programs::mixedNetwork());
  e.makeDataset(4, programs::kSide);
  nao_training t = programs::training(1);
  t.micro_batch = 2;
  const std::int32_t indices[] = {0, 1, 2, 3};
  const float rate = 0.1f;
  CHECK(nao_train(e.network, e.dataset, &t, &e.program, 1, 4, indices, &rate, 0, nullptr, nullptr, nullptr, nullptr) ==
        NAO_INVALID);
  CHECK(std::string(nao_last_error()).find("micro_batch") == 0, "%s", nao_last_error());
}

NAO_TEST_MAIN
