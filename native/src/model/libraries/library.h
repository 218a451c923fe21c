// NVIDIA's libraries that are used where they are there: looked for when asked, never linked, so that the engine builds
// without their SDKs and runs without them.
#pragma once

#include <string>
#include <vector>

namespace nao::model {

struct Library {
  const char* name;        // "cuDNN"
  const char* variable;    // of the environment, may name the file to load
  std::string file;        // that was loaded; empty: none
  std::string version;     // "9.19.0"
  std::string problem;     // why none was loaded, or why the one loaded is of no use; empty: all is well
  void* handle = nullptr;  // of dlopen; null where there is a problem
};

/// cuDNN, cuBLASLt and NCCL. A library that was found stays loaded.
std::vector<Library> findLibraries();
Library findNccl();
/// The same as a JSON array of objects: name, file, version, problem.
std::string librariesJson();
/// What is wrong with a library that is there, or was asked for; empty where there is just none.
std::string problemOf(const Library& library);

}  // namespace nao::model
