// A test program is a list of TEST(name) { ... } and ends with NAO_TEST_MAIN. A failed CHECK prints where and with
// which values, and the program exits 1; a program without a single check fails too. `program --only name` runs one
// test.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

namespace check {

struct Test {
  const char* name;
  void (*body)();
};
inline std::vector<Test>& tests() {
  static std::vector<Test> list;
  return list;
}
inline int& failures() {
  static int count = 0;
  return count;
}
inline long& checks() {
  static long count = 0;
  return count;
}
struct Registrar {
  Registrar(const char* name, void (*body)()) { tests().push_back({name, body}); }
};

/// Callable from several threads.
inline void report(bool ok, const char* file, int line, const std::string& what) {
  static std::mutex counting;
  const std::lock_guard<std::mutex> lock(counting);
  ++checks();
  if (ok) return;
  if (++failures() <= 20) std::printf("%s:%d: %s\n", file, line, what.c_str());
}

/// |actual - expected| <= tolerance, false for NaN.
inline bool near(double actual, double expected, double tolerance) { return std::fabs(actual - expected) <= tolerance; }

/// Largest |actual - expected| over the largest |expected| (at least `floor`); infinity where anything is NaN.
inline double relativeError(const float* actual, const float* expected, std::size_t count, double floor = 1e-30) {
  double worst = 0, largest = floor;
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = std::fabs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    if (!(difference <= 1e300)) return INFINITY;
    worst = std::fmax(worst, difference);
    largest = std::fmax(largest, std::fabs(static_cast<double>(expected[i])));
  }
  return worst / largest;
}

inline int main(int argc, char** argv) {
  int ran = 0;
  for (const Test& test : tests()) {
    if (argc == 3 && std::strcmp(argv[1], "--only") == 0 && std::strcmp(argv[2], test.name) != 0) continue;
    const int before = failures();
    test.body();
    ++ran;
    std::printf("%s %s\n", failures() == before ? "ok  " : "FAIL", test.name);
  }
  std::printf("%d tests, %ld checks, %d failures\n", ran, checks(), failures());
  return failures() == 0 && ran > 0 && checks() > 0 ? 0 : 1;
}

}  // namespace check

#define TEST(name)                                                    \
  static void test_##name();                                          \
  static const check::Registrar registrar_##name(#name, test_##name); \
  static void test_##name()
#define CHECK(condition, ...)                                     \
  check::report(static_cast<bool>(condition), __FILE__, __LINE__, \
                std::string(#condition) + " " + check::format("" __VA_ARGS__))
#ifdef NAO_TEST_DEVICE  // many sources make one program, whose main function is device/main.cu
#define NAO_TEST_MAIN
#else
#define NAO_TEST_MAIN \
  int main(int argc, char** argv) { return check::main(argc, argv); }
#endif

namespace check {
template <class... Arguments>
std::string format(const char* pattern, Arguments... arguments) {
  char text[512];
  if constexpr (sizeof...(arguments) == 0) {
    return pattern;
  } else {
    std::snprintf(text, sizeof text, pattern, arguments...);
    return text;
  }
}
}  // namespace check
