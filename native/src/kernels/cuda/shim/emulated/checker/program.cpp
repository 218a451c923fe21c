#include "program.h"

#include <elf.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" {
extern const char __executable_start[];
extern const char _end[];
}

namespace nao::cuda::emulation::checker {

namespace {

constexpr const char* kShim = "/cuda/shim/";

/// What addr2line calls the code at `offset`: programs linked to a fixed address keep it.
std::uintptr_t linkedAddress(std::uint32_t offset) {
  const auto* const header = reinterpret_cast<const Elf64_Ehdr*>(__executable_start);
  return offset + (header->e_type == ET_DYN ? 0 : reinterpret_cast<std::uintptr_t>(__executable_start));
}

Location parsed(const std::string& line) {
  const std::size_t slash = line.find_last_of('/'), begin = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t colon = line.find(':', begin);
  if (colon == std::string::npos || line[begin] == '?') return {};
  return {line.substr(begin, colon - begin), std::atoi(line.c_str() + colon + 1)};
}

}  // namespace

bool inProgram(const void* address) {
  const auto place = reinterpret_cast<std::uintptr_t>(address);
  return place >= reinterpret_cast<std::uintptr_t>(__executable_start) &&
         place < reinterpret_cast<std::uintptr_t>(_end);
}

std::uint32_t codeOffset(const void* caller) {
  const auto begin = reinterpret_cast<std::uintptr_t>(__executable_start);
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(caller) - begin - 1);
}

Location sourceOf(std::uint32_t offset) {
  char command[128];
  std::snprintf(command, sizeof command, "addr2line -i -e /proc/%d/exe 0x%zx 2>/dev/null", static_cast<int>(getpid()),
                static_cast<std::size_t>(linkedAddress(offset)));
  std::FILE* const lines = popen(command, "r");
  if (lines == nullptr) return {};
  Location result;
  bool outside = false;
  char line[4096];
  while (std::fgets(line, sizeof line, lines) != nullptr) {  // innermost first
    if (!outside) result = parsed(line);
    outside = outside || std::string(line).find(kShim) == std::string::npos;
  }
  pclose(lines);
  return result;
}

}  // namespace nao::cuda::emulation::checker
