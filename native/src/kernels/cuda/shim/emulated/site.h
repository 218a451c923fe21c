// A place in the source, taken where a function with a defaulted Site parameter is called.
#pragma once

namespace nao::cuda::emulation {

struct Site {
  const char* file = nullptr;
  int line = 0;

  static constexpr Site here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { return {file, line}; }

  // Names of one file may lie at several addresses; lines tell apart what one block waits at.
  friend constexpr bool operator==(Site a, Site b) { return a.line == b.line; }
};

}  // namespace nao::cuda::emulation
