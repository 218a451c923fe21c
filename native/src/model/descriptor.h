// A descriptor or handle of one of NVIDIA's libraries, owned; and how their functions are looked up.
#pragma once

#include <dlfcn.h>

#include <memory>

namespace nao::model {

using Descriptor = std::unique_ptr<void, int (*)(void*)>;

/// Sets `entry` to a function of a library; where it is not there, notes its name in `missing` unless one is noted.
template <class Entry>
void lookUp(void* library, const char* name, Entry& entry, const char*& missing) {
  entry = reinterpret_cast<Entry>(dlsym(library, name));
  if (entry == nullptr && missing == nullptr) missing = name;
}

}  // namespace nao::model
