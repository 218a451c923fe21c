// Looking for NVIDIA's libraries, with a stand-in for cuDNN.
#include <cstdlib>
#include <string>

#include "check.h"
#include "model/libraries/library.h"

using nao::model::findLibraries;
using nao::model::Library;

namespace {

Library cudnn(const char* file) {
  setenv("NAO_CUDNN", file, 1);
  return findLibraries()[0];
}

}  // namespace

TEST(a_library_that_is_there_says_its_version) {
  const Library library = cudnn(NAO_TEST_CUDNN);
  CHECK(std::string(library.name) == "cuDNN", "%s", library.name);
  CHECK(library.file == NAO_TEST_CUDNN && library.problem.empty(), "%s", library.problem.c_str());
  CHECK(library.version == "9.19.3", "%s", library.version.c_str());
}

TEST(a_library_that_is_missing_says_why) {
  const Library library = cudnn("/nowhere/libcudnn.so.9");
  CHECK(library.file.empty() && library.version.empty());
  CHECK(library.problem.find("/nowhere/libcudnn.so.9") != std::string::npos, "%s", library.problem.c_str());
}

TEST(a_library_that_is_another_one_is_refused) {
  const Library library = cudnn("libm.so.6");
  CHECK(library.file.empty());
  CHECK(library.problem == "libm.so.6 has no cudnnGetVersion", "%s", library.problem.c_str());
}

TEST(a_library_that_is_too_old_says_its_version) {
  setenv("NAO_TEST_LIBRARY_FAULT", "old", 1);
  const Library library = cudnn(NAO_TEST_CUDNN);
  setenv("NAO_TEST_LIBRARY_FAULT", "", 1);
  CHECK(library.handle == nullptr);
  CHECK(library.problem.find("is cuDNN 8.9.7, needed is 9 or newer") != std::string::npos, "%s",
        library.problem.c_str());
}

TEST(a_library_beside_the_engine_is_found_by_itself) {
  unsetenv("NAO_CUDNN");
  const Library library = findLibraries()[0];
  CHECK(library.file.find("/bytedeco/cuda/linux-x86_64/libcudnn.so.9") != std::string::npos, "%s",
        library.file.c_str());
  CHECK(library.handle != nullptr && library.version == "9.19.3", "%s", library.problem.c_str());
}

TEST(the_list_is_json) {
  cudnn("/no\"where");
  const std::string json = nao::model::librariesJson();
  CHECK(json.find("\"name\": \"cuDNN\"") != std::string::npos, "%s", json.c_str());
  CHECK(json.find("/no\\\"where") != std::string::npos, "%s", json.c_str());
}

NAO_TEST_MAIN
