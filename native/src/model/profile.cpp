#include "model/profile.h"

#include "error.h"
#include "model/work.h"

namespace nao::model {

void Profile::add(const KernelCall& call, double seconds, int valueBytes) {
  Work work = workOf(call, valueBytes);
  Entry& entry = entries_[{call.index(), std::move(work.shape)}];
  if (entry.calls == 0) entry.firstCall = calls_;
  ++calls_;
  ++entry.calls;
  entry.seconds += seconds;
  entry.bytes += work.bytes;
  entry.operations += work.operations;
}

void Profile::addLibrary(const KernelCall& call, const char* library, const Choice& choice) {
  Entry& entry = entries_[{call.index(), workOf(call, 1).shape}];
  entry.library = library;
  entry.librarySeconds = choice.librarySeconds;
  entry.libraryChosen = choice.library;
}

std::string Profile::json() const {
  std::string array = "[";
  for (const auto& [key, entry] : entries_) {
    array += text(R"(%s{"kernel": "%s", "shape": "%s", "calls": %lld, "firstCall": %lld, "seconds": %.9f, )"
                  R"("bytes": %.0f, "operations": %.0f)",
                  array.size() > 1 ? ", " : "", familyName(key.first), key.second.c_str(),
                  static_cast<long long>(entry.calls), static_cast<long long>(entry.firstCall), entry.seconds,
                  entry.bytes, entry.operations);
    if (entry.library != nullptr)
      array += text(R"(, "library": "%s", "librarySeconds": %.9f, "libraryChosen": %s)", entry.library,
                    entry.librarySeconds, entry.libraryChosen ? "true" : "false");
    array += "}";
  }
  return array + "]";
}

}  // namespace nao::model
