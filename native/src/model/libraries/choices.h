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

  /// library-choices in NAO_CACHE, XDG_CACHE_HOME/nao or ~/.cache/nao, the first of which is named by a whole path;
  /// empty without any.
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

/// A line of the file and, behind it, its checksum.
std::string checksummed(const std::string& line);

}  // namespace nao::model
