// Training steps of several ranks, processes with an emulated device each, that exchange through a stand-in for NCCL:
// the bits of contributions that go through the host, and what happens when NCCL or a rank fails.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "micro_batches.h"

namespace {

constexpr int kEach = 4, kPrograms = 4, kTrained = 3, kImagesOfLast = 11, kDataset = 21, kSeconds = 60;

/// What a rank found.
struct Found {
  nao_status status = NAO_OK;
  std::string error;
  std::vector<float> numbers;
  bool died = false;
};

void put(int file, const void* bytes, std::size_t count) {
  for (const char* at = static_cast<const char*>(bytes); count > 0;) {
    const ssize_t written = write(file, at, count);
    if (written <= 0) _exit(2);
    at += written;
    count -= static_cast<std::size_t>(written);
  }
}
std::string all(int file) {
  std::string bytes;
  char piece[4096];
  for (ssize_t count; (count = read(file, piece, sizeof(piece))) > 0;)
    bytes.append(piece, static_cast<std::size_t>(count));
  return bytes;
}

/// Ends when the one process that keeps it does.
struct Life {
  int ends[2];
  Life() { CHECK(pipe(ends) == 0); }
  ~Life() { close(ends[0]); }
  void keepOnly(bool kept) const {
    if (!kept) close(ends[1]);
  }
  bool isOver() const {
    pollfd watched{ends[0], POLLIN, 0};
    return poll(&watched, 1, 0) == 1;
  }
};

/// A process for each rank, before which nothing of the engine has run here.
std::vector<Found> inRanks(int ranks, const std::function<Found(int)>& body, const Life* life = nullptr) {
  std::vector<int> files;
  std::vector<pid_t> processes;
  for (int rank = 0; rank < ranks; ++rank) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    std::fflush(stdout);
    const pid_t process = fork();
    if (process == 0) {
      const int failuresBefore = check::failures();
      const Found found = body(rank);
      const std::size_t length = found.error.size();
      put(ends[1], &found.status, sizeof(found.status));
      put(ends[1], &length, sizeof(length));
      put(ends[1], found.error.data(), length);
      put(ends[1], found.numbers.data(), found.numbers.size() * sizeof(float));
      _exit(check::failures() == failuresBefore ? 0 : 3);
    }
    close(ends[1]);
    files.push_back(ends[0]);
    processes.push_back(process);
  }
  if (life != nullptr) life->keepOnly(false);
  std::vector<Found> found(static_cast<std::size_t>(ranks));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string bytes = all(files[i]);
    close(files[i]);
    int status = 0;
    waitpid(processes[i], &status, 0);
    std::size_t length = 0;
    const std::size_t header = sizeof(found[i].status) + sizeof(length);
    found[i].died = WIFSIGNALED(status);
    if (found[i].died) continue;
    CHECK(WEXITSTATUS(status) == 0 && bytes.size() >= header, "rank %zu ended with %d", i, WEXITSTATUS(status));
    if (bytes.size() < header) continue;
    std::memcpy(&found[i].status, bytes.data(), sizeof(found[i].status));
    std::memcpy(&length, bytes.data() + sizeof(found[i].status), sizeof(length));
    found[i].error = bytes.substr(header, length);
    found[i].numbers.resize((bytes.size() - header - length) / sizeof(float));
    if (!found[i].numbers.empty())
      std::memcpy(found[i].numbers.data(), bytes.data() + header + length, found[i].numbers.size() * sizeof(float));
  }
  return found;
}

/// A network with two programs, which a step has in turn.
struct Work {
  micro_batches::TwoPrograms two;
  engine::Engine engine{"cuda:0", two.first};
  nao_program* second = nullptr;
  std::vector<nao_program*> programs;
  nao_training training = programs::training(0.7f);
  Found found;

  Work() {
    ENGINE_CHECK(nao_program_create(engine.network, two.second.words.data(),
                                    static_cast<std::int64_t>(two.second.words.size()), &second));
    engine.makeDataset(kDataset, ::programs::kSide);
    ENGINE_CHECK(nao_network_begin_average(engine.network));
    for (int i = 0; i < kPrograms; ++i) programs.push_back(i % 3 == 1 ? second : engine.program);
    training.total_steps = kTrained;
    training.crop_padding = 2;
    training.flip = 1;
    training.mixup_alpha = 0.5f;
    training.clip_norm = 0.1f;
    training.idle_update = 1;
    training.average_decay = 0.9f;
    training.micro_batch = kEach;
    training.step_programs = kPrograms;
  }
  ~Work() { nao_program_destroy(second); }

  static std::vector<std::int32_t> imagesOf(int step) {
    std::vector<std::int32_t> indices;
    const int batch = step + 1 < kTrained ? kPrograms * kEach : kImagesOfLast;
    for (int i = 0; i < batch; ++i) indices.push_back((step + i * 8) % kDataset);
    return indices;
  }
  static int filled(std::size_t batch) { return (static_cast<int>(batch) - 1) / kEach + 1; }

  void note(double loss, double norm, std::int32_t correct) {
    found.numbers.push_back(static_cast<float>(loss));
    found.numbers.push_back(static_cast<float>(norm));
    found.numbers.push_back(static_cast<float>(correct));
  }
  void noteWeights() {
    for (const nao_array array : {NAO_VALUE, NAO_MOMENTUM}) {
      const std::vector<float> values = engine.read(array);
      found.numbers.insert(found.numbers.end(), values.begin(), values.end());
    }
    ENGINE_CHECK(nao_network_swap_average(engine.network));
    const std::vector<float> average = engine.read(NAO_VALUE);
    found.numbers.insert(found.numbers.end(), average.begin(), average.end());
  }
  bool works(nao_status status) {
    if (status != NAO_OK) found = {status, nao_last_error(), {}, false};
    return status == NAO_OK;
  }
};

/// The steps with contributions that go through the host.
Found throughHost() {
  Work w;
  for (int step = 0; step < kTrained; ++step) {
    const std::vector<std::int32_t> indices = Work::imagesOf(step);
    const int batch = static_cast<int>(indices.size()), count = Work::filled(indices.size());
    std::vector<float> contributions;
    double loss = 0, norm = 0;
    std::int32_t correct = 0;
    for (int position = 0; position < count; ++position) {
      nao_program* const program = w.programs[static_cast<std::size_t>(position)];
      std::int64_t size = 0;
      double own = 0;
      std::int32_t right = 0;
      ENGINE_CHECK(nao_contribution_size(program, &size));
      std::vector<float> part(static_cast<std::size_t>(size));
      ENGINE_CHECK(nao_train_part(w.engine.network, w.engine.dataset, &w.training, program, position, batch,
                                  indices.data(), step, part.data(), size, &own, &right));
      contributions.insert(contributions.end(), part.begin(), part.end());
      loss += own * std::min(kEach, batch - position * kEach) / batch;
      correct += right;
    }
    ENGINE_CHECK(nao_train_parts(w.engine.network, &w.training, w.programs.data(), count, contributions.data(),
                                 static_cast<std::int64_t>(contributions.size()), 0.1f, step, &norm));
    w.note(loss, norm, correct);
  }
  w.noteWeights();
  return w.found;
}

struct Id {
  std::uint8_t bytes[NAO_EXCHANGE_ID_BYTES];
  Id() { ENGINE_CHECK(nao_exchange_id(bytes, sizeof(bytes))); }
};

/// The same by all ranks together. Where `spoiled`, the weights are not finite. When `life` is over, another thread
/// gives the exchange up.
Found throughNccl(const Id& id, int rank, int ranks, bool spoiled = false, const Life* life = nullptr) {
  Work w;
  nao_exchange* exchange = nullptr;
  if (!w.works(nao_exchange_create(w.engine.device, &exchange))) return w.found;
  std::atomic<bool> ended{false};
  std::thread watch([&] {
    while (!ended && (life == nullptr || !life->isOver())) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (!ended) nao_exchange_abort(exchange);
  });
  if (spoiled) w.engine.write(std::vector<float>(w.engine.read(NAO_VALUE).size(), NAN));
  bool going = w.works(nao_exchange_connect(exchange, id.bytes, sizeof(id.bytes), rank, ranks, kSeconds));
  for (int step = 0; step < kTrained && going; ++step) {
    const std::vector<std::int32_t> indices = Work::imagesOf(step);
    double loss = 0, norm = 0;
    std::int32_t correct = 0;
    going = w.works(nao_train_shared(w.engine.network, w.engine.dataset, &w.training, exchange, w.programs.data(),
                                     Work::filled(indices.size()), static_cast<std::int32_t>(indices.size()),
                                     indices.data(), 0.1f, step, &loss, &norm, &correct));
    if (going) w.note(loss, norm, correct);
  }
  if (going) w.noteWeights();
  ended = true;
  watch.join();
  nao_exchange_destroy(exchange);
  return w.found;
}

/// Variables that the stand-in looks at, of all ranks or of one.
void set(const char* variable, const char* value) { setenv(variable, value, 1); }

bool contains(const std::string& whole, const char* part) { return whole.find(part) != std::string::npos; }

}  // namespace

TEST(ranks_have_the_bits_of_an_exchange_through_the_host) {
  set("NAO_NCCL", NAO_TEST_NCCL);
  const Found host = inRanks(1, [](int) { return throughHost(); }).front();
  CHECK(!host.numbers.empty());
  for (const int ranks : {1, 2, 3, 4}) {
    const Id id;
    const std::vector<Found> found = inRanks(ranks, [&](int rank) { return throughNccl(id, rank, ranks); });
    for (const Found& each : found) {
      CHECK(each.status == NAO_OK, "%d ranks: %s", ranks, each.error.c_str());
      CHECK(each.numbers == host.numbers, "%d ranks: %zu numbers, of %zu", ranks, each.numbers.size(),
            host.numbers.size());
    }
  }
}

TEST(a_part_that_is_not_finite_ends_the_step_in_all_ranks) {
  const Id id;
  // Only rank 1 has such weights.
  for (const Found& each : inRanks(2, [&](int rank) { return throughNccl(id, rank, 2, rank == 1); })) {
    CHECK(each.status == NAO_NOT_FINITE, "%d %s", each.status, each.error.c_str());
    CHECK(each.error == "step 0: program 1 has a loss or a gradient that is not finite", "%s", each.error.c_str());
  }
}

TEST(what_a_rank_waits_for_can_be_given_up) {
  for (const char* const group : {"1", "2", "4"}) {  // the first is that of connecting
    const Id id;
    const Life life;
    const std::vector<Found> found = inRanks(
        3,
        [&](int rank) {
          life.keepOnly(rank == 1);
          if (rank == 1) set("NAO_TEST_NCCL_DIES", group);
          return throughNccl(id, rank, 3, false, &life);
        },
        &life);
    CHECK(found[1].died, "group %s", group);
    for (const std::size_t rank : {0, 2}) {
      CHECK(found[rank].status == NAO_EXCHANGE, "group %s: %d", group, found[rank].status);
      CHECK(found[rank].error == "the exchange between ranks was given up", "%s", found[rank].error.c_str());
    }
  }
}

TEST(what_nccl_reports_is_said) {
  struct Fault {
    const char *fault, *sentence;
  };
  for (const Fault& fault : {Fault{"init", "NCCL: ncclCommInitRankConfig failed: an error of the stand-in"},
                             Fault{"remote", "NCCL: what it had begun failed: remote process exited"},
                             Fault{"wrong", "NCCL: rank 1 sent 0 where it should have sent its number"}}) {
    const Id id;
    for (const Found& each : inRanks(2, [&](int rank) {
           set("NAO_TEST_NCCL_FAULT", fault.fault);
           return throughNccl(id, rank, 2);
         })) {
      CHECK(each.status == NAO_EXCHANGE, "%s: %d", fault.fault, each.status);
      CHECK(contains(each.error, fault.sentence), "%s", each.error.c_str());
    }
  }
}

TEST(ranks_that_do_not_find_each_other_say_so) {
  const Id id;
  const Found found = inRanks(1, [&](int) {
                        Work w;
                        nao_exchange* exchange = nullptr;
                        ENGINE_CHECK(nao_exchange_create(w.engine.device, &exchange));
                        w.works(nao_exchange_connect(exchange, id.bytes, sizeof(id.bytes), 0, 2, 1));
                        nao_exchange_destroy(exchange);
                        return w.found;
                      }).front();
  CHECK(found.status == NAO_EXCHANGE && contains(found.error, "not all ranks have come in time"), "%d %s", found.status,
        found.error.c_str());
}

TEST(without_a_library_there_is_no_exchange) {
  struct Missing {
    const char *file, *sentence;
  };
  for (const Missing& missing : {Missing{"/nowhere/libnccl.so.2", "/nowhere/libnccl.so.2: cannot open"},
                                 Missing{"libm.so.6", "libm.so.6 has no ncclGetVersion"}}) {
    const Found found = inRanks(1, [&](int) {
                          set("NAO_NCCL", missing.file);
                          Work w;
                          nao_exchange* exchange = nullptr;
                          w.works(nao_exchange_create(w.engine.device, &exchange));
                          return w.found;
                        }).front();
    CHECK(found.status == NAO_EXCHANGE && contains(found.error, missing.sentence), "%d %s", found.status,
          found.error.c_str());
  }
}

TEST(a_cpu_has_no_exchange) {
  const Found found = inRanks(1, [&](int) {
                        Found refused;
                        nao_device* cpu = nullptr;
                        nao_exchange* exchange = nullptr;
                        ENGINE_CHECK(nao_device_create("cpu:ref", 1, &cpu));
                        refused.status = nao_exchange_create(cpu, &exchange);
                        refused.error = nao_last_error();
                        nao_device_destroy(cpu);
                        return refused;
                      }).front();
  CHECK(found.status == NAO_EXCHANGE && found.error == "cpu is no GPU: it exchanges through the host", "%d %s",
        found.status, found.error.c_str());
}

NAO_TEST_MAIN
