// Steps of several batches on CPUs.
#include "micro_batches.h"

TEST(equal_one_batch) {
  micro_batches::equalOneBatch("cpu:ref");
  micro_batches::equalOneBatch("cpu");
}
TEST(batch_normalisations_see_one_batch) { micro_batches::normaliseEachBatch("cpu"); }
TEST(gradients_of_a_steps_programs_are_added) {
  micro_batches::addProgramsOfSteps("cpu:ref");
  micro_batches::addProgramsOfSteps("cpu");
}
TEST(programs_of_a_step_need_images_of_their_own) {
  const micro_batches::TwoPrograms two;
  engine::Engine e("cpu", two.first);
  e.makeDataset(4, programs::kSide);
  nao_program* const same[] = {e.program, e.program};
  const std::int32_t indices[] = {0, 1, 2, 3};
  const float rate = 0.1f;
  const auto refused = [&](int microBatch, int stepPrograms) {
    nao_training t = programs::training(1);
    t.micro_batch = microBatch;
    t.step_programs = stepPrograms;
    CHECK(nao_train(e.network, e.dataset, &t, same, 1, 4, indices, &rate, 0, nullptr, nullptr, nullptr, nullptr) ==
          NAO_INVALID);
    return std::string(nao_last_error());
  };
  CHECK(refused(0, 2).find("without a micro_batch") != std::string::npos, "%s", nao_last_error());
  CHECK(refused(1, 2).find("do not take a batch of 4") != std::string::npos, "%s", nao_last_error());
  CHECK(refused(4, -1).find("step_programs is -1") != std::string::npos, "%s", nao_last_error());
}
TEST(steps_in_parts_have_the_same_bits) {
  micro_batches::equalStepsInParts("cpu:ref");
  micro_batches::equalStepsInParts("cpu");
}
TEST(parts_that_do_not_fit_are_refused) {
  const micro_batches::TwoPrograms two;
  engine::Engine e("cpu", two.first);
  e.makeDataset(4, programs::kSide);
  const std::int32_t indices[] = {0, 1, 2, 3};
  std::int64_t size = 0;
  ENGINE_CHECK(nao_contribution_size(e.program, &size));
  std::vector<float> part(static_cast<std::size_t>(size));
  const auto refused = [&](int microBatch, int position, std::int64_t floats) {
    nao_training t = programs::training(1);
    t.micro_batch = microBatch;
    t.step_programs = microBatch > 0 ? 3 : 1;
    CHECK(nao_train_part(e.network, e.dataset, &t, e.program, position, 4, indices, 0, part.data(), floats, nullptr,
                         nullptr) == NAO_INVALID);
    return std::string(nao_last_error());
  };
  CHECK(refused(0, 0, size).find("without a micro_batch") != std::string::npos, "%s", nao_last_error());
  CHECK(refused(2, 2, size).find("images for programs 0 to 1") != std::string::npos, "%s", nao_last_error());
  CHECK(refused(2, -1, size).find("position is -1") != std::string::npos, "%s", nao_last_error());
  CHECK(refused(2, 0, size - 1).find("floats") != std::string::npos, "%s", nao_last_error());
  nao_training t = programs::training(1);
  t.micro_batch = 2;
  t.step_programs = 2;
  nao_program* const three[] = {e.program, e.program, e.program};
  CHECK(nao_train_parts(e.network, &t, three, 3, part.data(), 3 * size, 0.1f, 0, nullptr) == NAO_INVALID);
  CHECK(nao_train_parts(e.network, &t, three, 2, part.data(), size, 0.1f, 0, nullptr) == NAO_INVALID);
}
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
