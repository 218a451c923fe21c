// Time per kernel and shape, with the work that it was spent on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "model/binding.h"

namespace nao::model {

class Profile {
 public:
  void clear() {
    entries_.clear();
    calls_ = 0;
  }
  /// One call that took `seconds`, summed over threads.
  void add(const KernelCall& call, double seconds);
  /// A JSON array of objects: kernel, shape, calls, firstCall (its position among all), seconds, bytes, operations
  /// (work.h), sums over the calls.
  std::string json() const;

 private:
  struct Entry {
    std::int64_t calls = 0, firstCall = 0;
    double seconds = 0, bytes = 0, operations = 0;
  };
  std::int64_t calls_ = 0;
  std::map<std::pair<std::size_t, std::string>, Entry> entries_;  // by kind of call and shape
};

}  // namespace nao::model
