// Loading the CUDA part, with a stand-in for it.
#include <string>

#include "check.h"
#include "error.h"
#include "model/cuda_part/load.h"

using nao::model::loadCuda;
using nao::model::LoadedCuda;

TEST(without_the_file_it_is_not_built) {
  const LoadedCuda cuda = loadCuda("/nowhere/libnao_cuda.so");
  CHECK(cuda.table == nullptr);
  CHECK(cuda.problem.find("(/nowhere/libnao_cuda.so) is not built") != std::string::npos, "%s", cuda.problem.c_str());
}

TEST(a_file_that_does_not_load_shows_what_the_linker_says) {
  const LoadedCuda cuda = loadCuda(NAO_TEST_NO_LIBRARY);
  CHECK(cuda.table == nullptr);
  CHECK(cuda.problem.find("cannot be loaded: ") != std::string::npos, "%s", cuda.problem.c_str());
  CHECK(cuda.problem.find("invalid ELF header") != std::string::npos, "%s", cuda.problem.c_str());
}

TEST(another_library_is_refused) {
  const LoadedCuda cuda = loadCuda(NAO_TEST_CUDNN);
  CHECK(cuda.table == nullptr);
  CHECK(cuda.problem.find("is no CUDA part of nao") != std::string::npos, "%s", cuda.problem.c_str());
}

TEST(it_answers_when_it_is_there) {
  const LoadedCuda cuda = loadCuda(NAO_TEST_CUDA_PART);
  CHECK(cuda.table != nullptr, "%s", cuda.problem.c_str());
  if (cuda.table == nullptr) return;
  CHECK(cuda.problem.empty());
  CHECK(cuda.table->findGpus().list.at(0).name == "stand-in");
  CHECK(cuda.table->cudaBuild().architectures == "none");
  std::string message;
  try {
    cuda.table->openCuda(3);
  } catch (const nao::Error& error) {  // an exception of the other library
    message = error.what();
  }
  CHECK(message == "device cuda:3", "%s", message.c_str());
}

TEST(beside_this_program_there_is_none) {
  CHECK(!nao::model::findGpus().problem.empty());
  CHECK(nao::model::cudaBuild().architectures.empty());
  std::string message;
  try {
    nao::model::openCuda(0);
  } catch (const nao::Error& error) {
    message = error.what();
  }
  CHECK(message.find("device cuda:0: ") == 0, "%s", message.c_str());
  CHECK(message.find("--device cpu") != std::string::npos, "%s", message.c_str());
}

TEST(processes_share_the_gpus_of_a_machine) {
  using nao::model::gpuOfName;
  CHECK(gpuOfName("auto", 0) == -1 && gpuOfName("auto:3", 0) == -1, "without a GPU it is the CPU");
  CHECK(gpuOfName("auto", 4) == 0 && gpuOfName("auto:0", 4) == 0);
  CHECK(gpuOfName("auto:3", 4) == 3 && gpuOfName("auto:5", 4) == 1 && gpuOfName("auto:7", 1) == 0);
  CHECK(gpuOfName("cuda:2", 0) == 2 && gpuOfName("cuda:2", 1) == 2, "a GPU that was asked for is no other");
  for (const char* name : {"cpu", "", "auto:", "auto:-1", "auto:x", "auto:12345", "cuda:", "cuda:12345", "automatic"})
    CHECK(gpuOfName(name, 4) == -1, "%s", name);
}

NAO_TEST_MAIN
