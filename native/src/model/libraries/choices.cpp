#include "model/libraries/choices.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "error.h"

namespace nao::model {
namespace {

// A line for each choice: key, tab, then who computes it, seconds of our kernels and of the library, and number, math
// and workspace of each algorithm, tab, checksum.
constexpr const char* kFirstLine = "nao library choices 2";

/// FNV-1a: changes with every single byte.
std::uint64_t checksum(const std::string& bytes) {
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return sum;
}

std::string lineOf(const std::string& key, const Choice& choice) {
  std::string line =
      key + text("\t%s %.9g %.9g", choice.library ? "library" : "own", choice.ownSeconds, choice.librarySeconds);
  for (const Algorithm& algorithm : choice.algorithms)
    line += text(" %d %d %zu", algorithm.number, algorithm.math, algorithm.workspaceBytes);
  return checksummed(line) + "\n";
}

bool parse(const std::string& line, std::string& key, Choice& choice) {
  const std::size_t end = line.rfind('\t'), tab = line.find('\t');
  if (end == std::string::npos || checksummed(line.substr(0, end)) != line || tab == 0 || tab == end) return false;
  key = line.substr(0, tab);
  std::istringstream words(line.substr(tab + 1, end - tab - 1));
  std::string who;
  if (!(words >> who >> choice.ownSeconds >> choice.librarySeconds)) return false;
  if (who != "own" && who != "library") return false;
  choice.library = who == "library";
  while (words >> std::ws && !words.eof()) {
    Algorithm algorithm;
    if (!(words >> algorithm.number >> algorithm.math >> algorithm.workspaceBytes)) return false;
    choice.algorithms.push_back(algorithm);
  }
  return !choice.library || !choice.algorithms.empty();
}

/// Whether all lines are whole; those that are not give no choice.
bool parseAll(std::istream& file, std::map<std::string, Choice>& choices) {
  std::string line;
  if (!std::getline(file, line) || line != kFirstLine) return false;
  bool whole = true;
  while (std::getline(file, line)) {
    std::string key;
    Choice choice;
    if (parse(line, key, choice))
      choices.emplace(key, choice);
    else
      whole = false;
  }
  return whole;
}

/// Every folder on the way to a file.
void makeFolders(const std::string& file) {
  for (std::size_t slash = file.find('/', 1); slash != std::string::npos; slash = file.find('/', slash + 1))
    mkdir(file.substr(0, slash).c_str(), 0777);
}

bool writeAll(int file, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(file, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

std::string checksummed(const std::string& line) {
  return line + text("\t%016llx", static_cast<unsigned long long>(checksum(line)));
}

std::string LibraryChoices::defaultFile() {
  const auto folder = [](const char* variable) {
    const char* const value = std::getenv(variable);
    return std::string(value != nullptr && *value == '/' ? value : "");
  };
  if (const std::string own = folder("NAO_CACHE"); !own.empty()) return own + "/library-choices";
  std::string cache = folder("XDG_CACHE_HOME");
  if (cache.empty() && !folder("HOME").empty()) cache = folder("HOME") + "/.cache";
  return cache.empty() ? "" : cache + "/nao/library-choices";
}

void LibraryChoices::read() {
  isRead_ = true;
  std::ifstream file(file_);
  if (file_.empty() || !file) return;
  std::map<std::string, Choice> stored;
  if (!parseAll(file, stored))
    sayLocked(file_ + " is damaged or of another version: what is lost of it is measured anew.");
  choices_.insert(stored.begin(), stored.end());
}

std::optional<Choice> LibraryChoices::find(const std::string& key) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!isRead_) read();
  const auto found = choices_.find(key);
  if (found == choices_.end()) return std::nullopt;
  return found->second;
}

Choice LibraryChoices::add(const std::string& key, const Choice& choice) {
  const std::lock_guard<std::mutex> lock(mutex_);
  read();  // what other processes have added
  const Choice kept = choices_.emplace(key, choice).first->second;
  write();
  return kept;
}

void LibraryChoices::write() {
  if (file_.empty()) return;
  std::string lines = std::string(kFirstLine) + "\n";
  for (const auto& [key, choice] : choices_) lines += lineOf(key, choice);
  makeFolders(file_);
  static std::atomic<int> number{0};  // of other devices of this process
  const std::string temporary = file_ + text(".%ld.%d", static_cast<long>(getpid()), ++number);
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool ok = file >= 0 && writeAll(file, lines) && fsync(file) == 0;
  if (file >= 0) ok = close(file) == 0 && ok;
  ok = ok && std::rename(temporary.c_str(), file_.c_str()) == 0;
  if (ok) return;
  sayLocked(file_ + " cannot be written (" + std::strerror(errno) +
            "): what is measured is forgotten with this process.");
  if (file >= 0) unlink(temporary.c_str());
}

void LibraryChoices::say(const std::string& line) {
  const std::lock_guard<std::mutex> lock(mutex_);
  sayLocked(line);
}

void LibraryChoices::sayLocked(const std::string& line) {
  if (said_.insert(line).second) std::fprintf(stderr, "nao: %s\n", line.c_str());
}

}  // namespace nao::model
