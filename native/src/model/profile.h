// Time per kernel and shape, with the work that it was spent on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "model/binding.h"
#include "model/libraries/choices.h"

namespace nao::model {

class Profile {
 public:
  void clear() {
    entries_.clear();
    calls_ = 0;
  }
  /// One call that took `seconds`, summed over threads.
  void add(const KernelCall& call, double seconds, int valueBytes = 4);
  /// What was measured when a library was chosen for such a call, or was not.
  void addLibrary(const KernelCall& call, const char* library, const Choice& choice);
  /// A JSON array of objects: kernel, shape, calls, firstCall (its position among all), seconds, bytes, operations
  /// (work.h), sums over the calls; and where one was tried library, librarySeconds (a call; 0: it cannot or disagrees)
  /// and libraryChosen.
  std::string json() const;

 private:
  struct Entry {
    std::int64_t calls = 0, firstCall = 0;
    double seconds = 0, bytes = 0, operations = 0;
    const char* library = nullptr;  // that was tried
    double librarySeconds = 0;      // of a call
    bool libraryChosen = false;
  };
  std::int64_t calls_ = 0;
  std::map<std::pair<std::size_t, std::string>, Entry> entries_;  // by kind of call and shape
};

}  // namespace nao::model
