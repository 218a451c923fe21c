// Steps that are sent again: what varies is made anew, all else is what was packed before. They have the bits of steps
// that are packed anew.
#include "model/cuda/packed_steps.h"

#include <cstring>
#include <string>

#include "api/handles.h"
#include "check.h"
#include "engine.h"
#include "micro_batches.h"

using namespace nao::model;

namespace {

constexpr int kImages = 23;

std::int64_t repeated(const nao_network* network) { return network->network.runner().deviceCalls().repeated; }

/// Trains and evaluates two programs of one network, each of them a handle of its own or one that is made for the call.
class Work {
 public:
  explicit Work(bool fresh) : fresh_(fresh) {
    e_.makeDataset(kImages, programs::kSide);
    b_ = made(two_.second);
    ENGINE_CHECK(nao_network_begin_average(e_.network));
  }
  ~Work() { nao_program_destroy(b_); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  /// `which`: a letter a step, a or b.
  void train(const std::string& which, int batch, nao_training t) {
    t.total_steps = 40;
    std::vector<nao_program*> list, own;
    for (const char letter : which) {
      list.push_back(letter == 'a' ? e_.program : b_);
      if (!fresh_) continue;
      own.push_back(made(letter == 'a' ? two_.first : two_.second));
      list.back() = own.back();
    }
    const auto steps = static_cast<int>(which.size());
    std::vector<std::int32_t> indices;
    for (int i = 0; i < steps * batch; ++i) indices.push_back((i * 7 + step_) % kImages);
    std::vector<float> rates, losses(which.size()), norms(which.size());
    for (int i = 0; i < steps; ++i) rates.push_back(0.05f / static_cast<float>(1 + step_ + i));
    ENGINE_CHECK(nao_train(e_.network, e_.dataset, &t, list.data(), steps / std::max(1, t.step_programs), batch,
                           indices.data(), rates.data(), step_, losses.data(), norms.data(), nullptr, nullptr));
    step_ += steps;
    for (nao_program* const program : own) nao_program_destroy(program);
    keep(losses);
    keep(norms);
    keep(e_.read(NAO_VALUE));
    keep(e_.read(NAO_MOMENTUM));
  }
  void evaluate(nao_statistics statistics, int batch) {
    std::vector<std::int32_t> order;
    for (int i = 0; i < kImages; ++i) order.push_back((i * 5) % kImages);
    for (int time = 0; time < 3; ++time) {
      nao_program* list[] = {e_.program, b_};
      if (fresh_) list[0] = made(two_.first), list[1] = made(two_.second);
      std::int64_t correct[2];
      double losses[2];
      ENGINE_CHECK(
          nao_evaluate(e_.network, e_.dataset, statistics, list, 2, batch, order.data(), kImages, correct, losses));
      keep({static_cast<float>(correct[0]), static_cast<float>(correct[1]), static_cast<float>(losses[0]),
            static_cast<float>(losses[1])});
      if (fresh_) nao_program_destroy(list[0]), nao_program_destroy(list[1]);
    }
    keep(e_.read(NAO_VALUE));
  }
  void swapAverage() const { ENGINE_CHECK(nao_network_swap_average(e_.network)); }
  const nao_network* network() const { return e_.network; }
  const std::vector<float>& found() const { return found_; }

 private:
  nao_program* made(const programs::Builder& b) const {
    nao_program* program = nullptr;
    ENGINE_CHECK(nao_program_create(e_.network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program));
    return program;
  }
  void keep(const std::vector<float>& numbers) { found_.insert(found_.end(), numbers.begin(), numbers.end()); }

  const bool fresh_;
  micro_batches::TwoPrograms two_;
  engine::Engine e_{"cuda:0", two_.first};
  nao_program* b_ = nullptr;
  int step_ = 0;
  std::vector<float> found_;
};

/// Bits of everything that `work` leaves, with steps that are sent again and without.
template <class Body>
void compare(const Body& body, std::int64_t least) {
  Work again(false), anew(true);
  body(again);
  body(anew);
  CHECK(repeated(anew.network()) == 0, "%lld", static_cast<long long>(repeated(anew.network())));
  CHECK(repeated(again.network()) >= least, "%lld", static_cast<long long>(repeated(again.network())));
  const std::vector<float>&a = again.found(), &b = anew.found();
  CHECK(a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

nao_training augmented() {
  nao_training t = programs::training(0.8f);
  t.crop_padding = 2;
  t.flip = 1;
  t.cutout = 3;
  t.mixup_alpha = 0.4f;
  t.clip_norm = 0.1f;
  t.average_decay = 0.9f;
  return t;
}

PackedStep packed(std::uint64_t program, int images, std::size_t bytes) {
  PackedStep step;
  step.program = program;
  step.shape.images = images;
  step.rest.resize(bytes);
  return step;
}

}  // namespace

TEST(training_has_the_bits_of_steps_packed_anew) {
  compare(
      [](Work& work) {
        nao_training t = augmented();
        work.train("aabab", 6, t);
        t.seed = 9;
        work.train("babba", 6, t);
        t.mixup_alpha = 0;
        work.train("abba", 6, t);
      },
      8);
}

TEST(each_kind_of_step_is_one_of_its_own) {
  compare(
      [](Work& work) {
        nao_training t = augmented();
        for (int round = 0; round < 2; ++round) {
          work.train("abab", 5, t);
          work.train("abab", 18, t);  // more blocks: other memory
          t.idle_update = 1 - t.idle_update;
          work.train("abab", 5, t);
          t.average_decay = 0;
          t.drop_path_keep = 1;
          work.train("ab", 5, t);
          t.gradients_only = 1;
          work.train("aa", 5, t);
          t = augmented();
        }
      },
      10);
}

TEST(batches_of_a_step_and_several_programs_a_step) {
  compare(
      [](Work& work) {
        nao_training t = augmented();
        t.micro_batch = 4;
        work.train("aabb", 10, t);
        work.train("abab", 10, t);
        t.step_programs = 2;
        t.micro_batch = 5;
        work.train("abba", 10, t);
        t = augmented();
        work.train("ab", 10, t);
      },
      6);
}

TEST(evaluations_and_the_average) {
  compare(
      [](Work& work) {
        work.train("abab", 6, augmented());
        for (int round = 0; round < 2; ++round) {
          for (const nao_statistics s : {NAO_BATCH_STATISTICS, NAO_RUNNING_STATISTICS, NAO_AUTHORS_STATISTICS})
            work.evaluate(s, 8);
          work.swapAverage();
        }
        work.train("abab", 6, augmented());
      },
      20);
}

TEST(what_was_used_longest_ago_goes_first) {
  const std::int64_t one = packed(1, 1, 1000).bytes();
  PackedSteps steps(3 * one);
  for (std::uint64_t program = 1; program <= 3; ++program) steps.add(packed(program, 1, 1000));
  CHECK(steps.find(1, packed(1, 1, 0).shape, {}) != nullptr);
  steps.add(packed(4, 1, 1000));
  CHECK(steps.find(2, packed(2, 1, 0).shape, {}) == nullptr);
  for (const std::uint64_t program : {1, 3, 4}) CHECK(steps.find(program, packed(program, 1, 0).shape, {}) != nullptr);
  steps.add(packed(5, 1, 4000));  // more than there is room for
  for (const std::uint64_t program : {1, 3, 4, 5})
    CHECK(steps.find(program, packed(program, 1, 0).shape, {}) == nullptr);
}

TEST(other_shapes_and_addresses_are_other_steps) {
  PackedSteps steps(1 << 20);
  steps.add(packed(1, 1, 10));
  steps.add(packed(1, 2, 10));
  StepShape shape = packed(1, 1, 0).shape;
  CHECK(steps.find(1, shape, {}) != nullptr && steps.find(2, shape, {}) == nullptr);
  shape.drops.push_back(true);
  CHECK(steps.find(1, shape, {}) == nullptr);
  shape.drops.clear();
  StepAddresses moved;
  moved.values = &shape;
  CHECK(steps.find(1, shape, moved) == nullptr);
  CHECK(steps.find(1, shape, {}) == nullptr, "a step whose memory is gone stays");
  CHECK(!steps.wants(7) && steps.wants(7) && !steps.wants(8));
}

NAO_TEST_MAIN
