# NAO_CUDA: AUTO (where nvcc is found: on the PATH, or named by CUDACXX), ON, OFF.
#
#   nao_cuda         objects of the library's CUDA part: kernels made by nvcc and what calls them by the C++ compiler, or
#                    src/model/cuda/absent.cpp, which says that there is none
#   nao_cuda_absent  always the latter, for programs that need no GPU
#   nao_cuda_callers the sources that call kernels, which the emulation compiles too
#
# Machine code for A100 (also runs on 8.6 and 8.9), H100 and B200, and PTX for what comes after.
set(NAO_CUDA AUTO CACHE STRING "CUDA part: AUTO, ON or OFF")
set_property(CACHE NAO_CUDA PROPERTY STRINGS AUTO ON OFF)
if(NOT NAO_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "NAO_CUDA is ${NAO_CUDA}, allowed are AUTO, ON and OFF")
endif()

file(GLOB nao_cuda_callers CONFIGURE_DEPENDS src/model/cuda/*.cpp)
list(FILTER nao_cuda_callers EXCLUDE REGEX /absent.cpp$)
add_library(nao_cuda_absent OBJECT src/model/cuda/absent.cpp)
target_include_directories(nao_cuda_absent PRIVATE include src)
target_link_libraries(nao_cuda_absent PRIVATE nao_warnings)

set(nao_with_cuda OFF)
if(NAO_CUDA STREQUAL "ON" OR (NAO_CUDA STREQUAL "AUTO" AND NOT NAO_SANITIZE))
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(nao_with_cuda ON)
  elseif(NAO_CUDA STREQUAL "ON")
    message(FATAL_ERROR "NAO_CUDA is ON, but no nvcc is on the PATH, nor named by CUDACXX")
  endif()
endif()
if(nao_with_cuda)
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 100)
  set(CMAKE_CUDA_STANDARD 17)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  file(GLOB cuda_sources CONFIGURE_DEPENDS src/kernels/cuda/*.cu)
  add_library(nao_cuda OBJECT ${cuda_sources} ${nao_cuda_callers})
  target_include_directories(nao_cuda PRIVATE include src)
  target_include_directories(nao_cuda SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
  target_compile_definitions(nao_cuda PRIVATE NAO_CUDA_RUNTIME)
  target_compile_options(nao_cuda PRIVATE
    $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr --threads=0 -Werror=all-warnings -Xcompiler=-Wall,-Wextra,-Wshadow>
    $<$<COMPILE_LANGUAGE:CXX>:$<TARGET_PROPERTY:nao_warnings,INTERFACE_COMPILE_OPTIONS>>)
  message(STATUS "CUDA part: ${CMAKE_CUDA_COMPILER} ${CMAKE_CUDA_COMPILER_VERSION}")
else()
  add_library(nao_cuda ALIAS nao_cuda_absent)
  message(STATUS "CUDA part: none")
endif()

# Links the CUDA part into a library. The runtime is linked statically and looks for the driver when it is first used:
# the library loads where there is none.
function(nao_link_cuda target)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:nao_cuda>)
  if(nao_with_cuda)
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX CUDA_RESOLVE_DEVICE_SYMBOLS OFF)
    target_link_libraries(${target} PRIVATE CUDA::cudart_static)
    target_link_options(${target} PRIVATE -Wl,--exclude-libs,ALL)
  endif()
endfunction()
