// The file of choices between own kernels and libraries: what is read is what was written, or nothing.
#include "model/libraries/choices.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "check.h"

namespace {

using nao::model::Choice;
using nao::model::LibraryChoices;

constexpr int kChoices = 3;

const std::string& folder() {
  static const std::string made =
      (std::filesystem::temp_directory_path() / "choices_test.").string() + std::to_string(getpid());
  static const int removed = std::atexit([] { std::filesystem::remove_all(made); });
  CHECK(removed == 0);
  return made;
}
std::string file() { return folder() + "/cache/library-choices"; }

std::string keyOf(int number) { return "conv " + std::to_string(number) + " fp32 H100"; }
Choice choiceOf(int number) {
  Choice choice;
  choice.library = number != 1;
  choice.ownSeconds = 1e-3 * number + 1e-4;
  choice.librarySeconds = 2e-4;
  if (choice.library) choice.algorithms = {{number, 0, std::size_t{1024} << number}, {7, number, 0}};
  return choice;
}
bool same(const Choice& a, const Choice& b) {
  if (a.library != b.library || a.ownSeconds != b.ownSeconds || a.librarySeconds != b.librarySeconds) return false;
  if (a.algorithms.size() != b.algorithms.size()) return false;
  for (std::size_t i = 0; i < a.algorithms.size(); ++i)
    if (a.algorithms[i].number != b.algorithms[i].number || a.algorithms[i].math != b.algorithms[i].math ||
        a.algorithms[i].workspaceBytes != b.algorithms[i].workspaceBytes)
      return false;
  return true;
}

/// Choices that are there and as they were; others must not be there.
int kept(const char* what) {
  LibraryChoices choices(file());
  int count = 0;
  for (int i = 0; i < kChoices; ++i) {
    const std::optional<Choice> found = choices.find(keyOf(i));
    if (!found) continue;
    ++count;
    CHECK(same(*found, choiceOf(i)), "%s: choice %d is another one", what, i);
  }
  return count;
}

std::string written() {
  std::filesystem::remove(file());
  LibraryChoices choices(file());
  for (int i = 0; i < kChoices; ++i) choices.add(keyOf(i), choiceOf(i));
  std::ifstream in(file(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const std::string& bytes) { std::ofstream(file(), std::ios::binary) << bytes; }

}  // namespace

TEST(what_was_added_is_found_by_another_process) {
  written();
  CHECK(kept("whole") == kChoices);
  LibraryChoices choices(file());
  CHECK(!choices.find("conv 9 fp32 H100"));
  CHECK(same(choices.add(keyOf(0), choiceOf(2)), choiceOf(0)), "the earlier choice stays");
}

TEST(a_damaged_line_is_lost_and_no_other) {
  const std::string whole = written();
  CHECK(std::freopen("/dev/null", "w", stderr) != nullptr);  // every file is said to be damaged
  const std::size_t body = whole.find('\n') + 1;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      write(damaged);
      const int count = kept("a bit");
      // A line end joins two lines.
      CHECK(at < body ? count == 0 : count >= kChoices - 2 && count < kChoices + (at + 1 == whole.size() ? 1 : 0),
            "byte %zu, bit %d: %d are left", at, bit, count);
    }
    write(whole.substr(0, at));
    CHECK(kept("cut") < kChoices || at + 1 == whole.size(), "cut at %zu", at);
    for (const char* more : {"0", "\n", "\t", "99999999999999999999"}) {
      write(whole.substr(0, at) + more + whole.substr(at));
      kept("inserted");
    }
  }
  write(whole + "more\n");
  CHECK(kept("more") == kChoices);
  LibraryChoices(file()).add("conv 9 fp32 H100", choiceOf(2));
  std::ifstream in(file());
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}).find("more") == std::string::npos, "what is lost stays");
}

TEST(devices_of_a_process_write_one_file) {
  written();
  constexpr int kDevices = 4, kEach = 10;
  std::vector<std::thread> threads;
  for (int device = 0; device < kDevices; ++device)
    threads.emplace_back([device] {
      LibraryChoices choices(file());
      for (int i = 0; i < kEach; ++i) choices.add(keyOf(100 + kEach * device + i), choiceOf(2));
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(kept("several devices") == kChoices);
  for (const auto& entry : std::filesystem::directory_iterator(folder() + "/cache"))
    CHECK(entry.path() == file(), "%s is left", entry.path().c_str());
}

TEST(the_folder_is_the_users) {
  const auto with = [](const char* cache, const char* xdg, const char* home) {
    setenv("NAO_CACHE", cache, 1);
    setenv("XDG_CACHE_HOME", xdg, 1);
    setenv("HOME", home, 1);
    return LibraryChoices::defaultFile();
  };
  CHECK(with("/a", "/b", "/c") == "/a/library-choices");
  CHECK(with("", "/b", "/c") == "/b/nao/library-choices");
  CHECK(with("not/whole", "", "/c") == "/c/.cache/nao/library-choices");
  CHECK(with("", "", "").empty());
}

NAO_TEST_MAIN
