#include "model/libraries/library.h"

#include <dlfcn.h>
#include <limits.h>

#include <cstddef>
#include <cstdlib>

#include "error.h"
#include "model/libraries/entries.h"
#include "model/libraries/nccl_entries.h"

namespace nao::model {
namespace {

/// How a library writes its version as a number: major * `major` + minor * `minor` + patch.
struct Numbering {
  std::size_t major, minor;
  std::size_t least;  // smaller numbers are of old versions, which count majors in thousands
};
constexpr std::size_t kOldMajor = 1000;

std::string versionText(std::size_t number, Numbering by) {
  return text("%zu.%zu.%zu", number / by.major, number % by.major / by.minor, number % by.minor);
}

std::size_t versionOf(void* entry) { return reinterpret_cast<LibraryVersion>(entry)(); }
std::size_t ncclVersionOf(void* entry) {
  int version = 0;
  return reinterpret_cast<nccl::GetVersion>(entry)(&version) == nccl::kSuccess ? static_cast<std::size_t>(version) : 0;
}

/// The file of that name in bytedeco's folder beside the engine, where the build's profile cuda-redist puts it; or the
/// name itself, which the system's loader looks for.
std::string besideOrAnywhere(const char* name) {
  Dl_info own = {};
  if (dladdr(reinterpret_cast<void*>(&besideOrAnywhere), &own) == 0 || own.dli_fname == nullptr) return name;
  const std::string engine = own.dli_fname;
  const std::size_t end = engine.rfind('/');
  if (end == std::string::npos) return name;
  const std::string file = engine.substr(0, end) + "/../../../bytedeco/cuda/linux-x86_64/" + name;
  char whole[PATH_MAX];
  return realpath(file.c_str(), whole) != nullptr ? whole : name;
}

Library find(const char* name, const char* variable, const std::vector<const char*>& names, const char* entry,
             Numbering numbering, std::size_t leastMajor, std::size_t (*askVersion)(void*) = versionOf) {
  Library library{name, variable, "", "", "", nullptr};
  std::vector<std::string> tried;
  if (const char* chosen = std::getenv(variable); chosen != nullptr && *chosen != '\0')
    tried = {chosen};
  else
    for (const char* const each : names) tried.push_back(besideOrAnywhere(each));
  for (const std::string& file : tried) {
    void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* const why = dlerror();
      if (library.problem.empty()) library.problem = why == nullptr ? file + " cannot be loaded" : why;
      continue;
    }
    void* const symbol = dlsym(handle, entry);
    if (symbol == nullptr) {
      library.problem = file + " has no " + entry;
      dlclose(handle);
      continue;
    }
    const std::size_t version = askVersion(symbol);
    library.file = file;
    if (version < numbering.least) numbering = {kOldMajor, numbering.minor, 0};
    library.version = versionText(version, numbering);
    library.problem.clear();
    if (version / numbering.major < leastMajor)
      library.problem =
          text("%s is %s %s, needed is %zu or newer", file.c_str(), name, library.version.c_str(), leastMajor);
    else
      library.handle = handle;
    return library;
  }
  return library;
}

std::string escaped(const std::string& words) {
  std::string result;
  for (const char c : words) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) >= ' ') result += c;
  }
  return result;
}

}  // namespace

std::vector<Library> findLibraries() {
  return {find("cuDNN", "NAO_CUDNN", {"libcudnn.so.9"}, "cudnnGetVersion", {10000, 100, 90000}, 9),
          find("cuBLASLt", "NAO_CUBLASLT", {"libcublasLt.so.13", "libcublasLt.so.12"}, "cublasLtGetVersion",
               {10000, 100, 0}, 12),
          findNccl()};
}

Library findNccl() {
  return find("NCCL", "NAO_NCCL", {"libnccl.so.2"}, "ncclGetVersion", {10000, 100, 10000}, 2, ncclVersionOf);
}

std::string problemOf(const Library& library) {
  const char* const chosen = std::getenv(library.variable);
  const bool askedFor = chosen != nullptr && *chosen != '\0';
  return !library.file.empty() || askedFor ? library.problem : "";
}

std::string librariesJson() {
  std::string array = "[";
  for (const Library& library : findLibraries()) {
    if (array.size() > 1) array += ", ";
    array += std::string(R"({"name": ")") + library.name + R"(", "file": ")" + escaped(library.file) +
             R"(", "version": ")" + library.version + R"(", "problem": ")" + escaped(library.problem) +
             R"(", "variable": ")" + library.variable + "\"}";
  }
  return array + "]";
}

}  // namespace nao::model
