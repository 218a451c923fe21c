#include "model/profile.h"

#include "error.h"
#include "model/work.h"

namespace nao::model {

void Profile::add(const KernelCall& call, double seconds) {
  Work work = workOf(call);
  Entry& entry = entries_[{call.index(), std::move(work.shape)}];
  ++entry.calls;
  entry.seconds += seconds;
  entry.bytes += work.bytes;
  entry.operations += work.operations;
}

std::string Profile::json() const {
  std::string array = "[";
  for (const auto& [key, entry] : entries_)
    array +=
        text(R"(%s{"kernel": "%s", "shape": "%s", "calls": %lld, "firstCall": %lld, "seconds": %.9f, )"
             R"("bytes": %.0f, "operations": %.0f})",
             array.size() > 1 ? ", " : "", callName(key.first), key.second.c_str(), static_cast<long long>(entry.calls),
             static_cast<long long>(entry.firstCall), entry.seconds, entry.bytes, entry.operations);
  return array + "]";
}

}  // namespace nao::model
