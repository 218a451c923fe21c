// A descriptor or handle of one of NVIDIA's libraries, owned; and how their functions are looked up.
#pragma once

#include <dlfcn.h>

#include <memory>
#include <optional>
#include <string>

#include "model/libraries/library.h"

namespace nao::model {

using Descriptor = std::unique_ptr<void, int (*)(void*)>;

/// Sets `entry` to a function of a library; where it is not there, notes its name in `missing` unless one is noted.
template <class Entry>
void lookUp(void* library, const char* name, Entry& entry, const char*& missing) {
  entry = reinterpret_cast<Entry>(dlsym(library, name));
  if (entry == nullptr && missing == nullptr) missing = name;
}

/// All functions of a library; none where it is not there or, as `problem` then says, of no use.
/// `Entries::load(handle)` returns the name of the first that is missing, or null.
template <class Entries>
std::optional<Entries> loadEntries(const Library& library, std::string& problem) {
  if (library.handle == nullptr) {
    problem = problemOf(library);
    return std::nullopt;
  }
  Entries entries;
  if (const char* missing = entries.load(library.handle); missing != nullptr) {
    problem = library.file + " has no " + missing;
    return std::nullopt;
  }
  return entries;
}

}  // namespace nao::model
