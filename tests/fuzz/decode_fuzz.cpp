// libFuzzer: whatever a program's words are, decoding and lowering it end in a plan or in a refusal.
//
//     decode_fuzz [-max_total_time=SECONDS] FOLDER
//
// writes programs of tests/native into the folder as seeds and goes on from there. An input is int32 words: the number
// of tensors, for each its size times two plus whether it is a parameter, and the program.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "error.h"
#include "program/plan.h"
#include "program/program.h"
#include "random_programs.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using programs::Builder;
using programs::Random;

constexpr std::size_t kMostTensors = 4096;

std::vector<std::uint8_t> bytesOf(const Builder& b) {
  std::vector<std::int32_t> words = {static_cast<std::int32_t>(b.sizes.size())};
  for (std::size_t i = 0; i < b.sizes.size(); ++i)
    words.push_back(static_cast<std::int32_t>(b.sizes[i] * 2 + b.trainable[i]));
  words.insert(words.end(), b.words.begin(), b.words.end());
  std::vector<std::uint8_t> bytes(words.size() * sizeof(std::int32_t));
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

Builder builderOf(const std::uint8_t* data, std::size_t size) {
  std::vector<std::int32_t> words(size / sizeof(std::int32_t));
  if (!words.empty()) std::memcpy(words.data(), data, words.size() * sizeof(std::int32_t));
  Builder b;
  b.words.clear();
  if (words.empty()) return b;
  const auto tensors = std::min({static_cast<std::size_t>(std::max(words[0], 0)), kMostTensors, words.size() - 1});
  for (std::size_t i = 1; i <= tensors; ++i) {
    b.sizes.push_back(std::max(words[i] / 2, 1));
    b.trainable.push_back(words[i] & 1);
  }
  b.words.assign(words.begin() + 1 + static_cast<std::ptrdiff_t>(tensors), words.end());
  return b;
}

/// As a CPU, and as GPUs have it.
std::vector<nao::program::Rules> everyRules() {
  const auto pieces = [](int rows) { return std::min(2 * rows, 32); };
  return {{}, {pieces, true, 4, true}, {pieces, true, 2, true}};
}

void writeSeed(const std::string& folder, const std::string& name, const Builder& b) {
  const std::string file = folder + "/" + name;
  std::FILE* const out = std::fopen(file.c_str(), "wb");
  const std::vector<std::uint8_t> bytes = bytesOf(b);
  if (out == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), out) != bytes.size() || std::fclose(out) != 0) {
    std::fprintf(stderr, "%s cannot be written\n", file.c_str());
    std::exit(1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  constexpr std::uint64_t kSeeds = 100;
  char** const end = *arguments + *count;
  char** const folder = std::find_if(*arguments + 1, end, [](const char* argument) { return *argument != '-'; });
  if (folder == end) return 0;
  writeSeed(*folder, "network", programs::network());
  writeSeed(*folder, "mixed", programs::mixedNetwork());
  writeSeed(*folder, "zeros", programs::networkWithZeros());
  writeSeed(*folder, "inverted", programs::invertedNetwork());
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Random random(seed);
    writeSeed(*folder, "random" + std::to_string(seed), programs::RandomProgram(random).grown());
  }
  return 0;
}

/// Half of the time whole words.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  Builder b = builderOf(data, size);
  if (b.words.empty() || b.sizes.empty()) return LLVMFuzzerMutate(data, size, most);
  Random random(seed);
  programs::damage(b, random);
  const std::vector<std::uint8_t> bytes = bytesOf(b);
  const std::size_t kept = std::min(bytes.size(), most);
  std::copy_n(bytes.begin(), kept, data);
  return kept;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Builder b = builderOf(data, size);
  try {
    const nao::program::Program program =
        nao::program::decode(b.words.data(), static_cast<std::int64_t>(b.words.size()), b.sizes, b.trainable);
    for (const nao::program::Rules& rules : everyRules())
      for (const bool training : {true, false}) nao::program::lower(program, training, rules);
  } catch (const nao::Error& error) {
    if (error.status() != NAO_INVALID || std::strlen(error.what()) < 10) std::abort();
  }
  return 0;
}
