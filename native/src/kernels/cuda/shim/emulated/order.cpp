#include "order.h"

#include <cstdio>
#include <cstdlib>
#include <random>

namespace nao::cuda::emulation {

namespace {

struct Order {
  bool random = false;
  unsigned seed = 0;
  std::minstd_rand generator;

  Order() {
    const char* const wanted = std::getenv("NAO_EMULATION_ORDER");
    if (wanted == nullptr || *wanted == '\0') return;
    const std::string text = wanted;
    char* end = nullptr;
    random = true;
    seed = text == "random" ? std::random_device()() : static_cast<unsigned>(std::strtoul(wanted, &end, 10));
    if (end != nullptr && *end != '\0') {
      std::fprintf(stderr, "emulation: NAO_EMULATION_ORDER is \"%s\", it must be a number or \"random\"\n", wanted);
      std::exit(2);
    }
    generator.seed(seed);
    // Also a wrong result that nothing reports must be repeatable.
    std::fprintf(stderr, "emulation: random order%s\n", hint().c_str());
  }

  std::string hint() const { return " (repeat with NAO_EMULATION_ORDER=" + std::to_string(seed) + ")"; }
};

Order& order() {
  static Order one;
  return one;
}

}  // namespace

bool randomOrder() { return order().random; }

std::size_t pick(std::size_t count) {
  return order().random ? std::uniform_int_distribution<std::size_t>(0, count - 1)(order().generator) : 0;
}

std::string repeatHint() { return order().random ? order().hint() : ""; }

}  // namespace nao::cuda::emulation
