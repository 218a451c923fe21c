// Random numbers: the known answers that the authors of Philox publish with Random123 (philox 4x32-10).
#include "kernels/philox.h"

#include "check.h"

using namespace nao::kernels;

TEST(known_answers) {
  struct Answer {
    std::uint64_t seed, step;
    std::uint32_t sample, site, word[4];
  };
  const Answer answers[] = {
      {0, 0, 0, 0, {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}},
      {~0ull, ~0ull, ~0u, ~0u, {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}},
      {0x299f31d0a4093822ull,
       0x85a308d3243f6a88ull,
       0x13198a2eu,
       0x03707344u,
       {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}},
  };
  for (const Answer& answer : answers) {
    const PhiloxWords words = philox(answer.seed, answer.step, answer.sample, answer.site);
    for (int i = 0; i < 4; ++i) CHECK(words.word[i] == answer.word[i], "word %d: %08x", i, words.word[i]);
  }
}

TEST(ranges) {
  CHECK(uniform(0) == 0.0f);
  CHECK(uniform(~0u) < 1.0f && uniform(~0u) > 0.9999999f);
  CHECK(below(0, 9) == 0);
  CHECK(below(~0u, 9) == 8);
  CHECK(below(0x80000000u, 9) == 4);
  CHECK(below(~0u, 1) == 0);
}

NAO_TEST_MAIN
