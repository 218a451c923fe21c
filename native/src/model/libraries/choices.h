// Which products a library computes and which our own kernels do, as it was measured once: remembered in a file, so
// that the same machine computes the same numbers in its next run.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/libraries/product_library.h"

namespace nao::model {

struct Choice {
  bool library = false;               // false: our own kernel
  std::vector<Algorithm> algorithms;  // of the call's products; empty: the library has none
  double ownSeconds = 0, librarySeconds = 0;
};

/// Callable from several threads.
class LibraryChoices {
 public:
  /// file: empty keeps choices for this process alone.
  explicit LibraryChoices(std::string file) : file_(std::move(file)) {}

  /// key: without tabs and line ends.
  std::optional<Choice> find(const std::string& key);
  /// Remembers; of two choices for one key the earlier one stays. A file that cannot be written is said.
  Choice add(const std::string& key, const Choice& choice);
  /// A line on standard error, once.
  void say(const std::string& line);

  /// XDG_CACHE_HOME/nao/library-choices or ~/.cache/nao/library-choices; empty without a home.
  static std::string defaultFile();

 private:
  void read();
  void write();
  void sayLocked(const std::string& line);

  const std::string file_;
  std::mutex mutex_;
  std::map<std::string, Choice> choices_;
  std::set<std::string> said_;
  bool isRead_ = false;
};

}  // namespace nao::model
