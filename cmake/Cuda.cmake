# NAO_CUDA: AUTO (where nvcc is found: on the PATH, or named by CUDACXX), ON, OFF, or LATER: what the folder has of the
# CUDA part stays as it is and is not built.
#
#   nao_cuda_objects where nvcc is: objects of the CUDA part, kernels made by nvcc and what calls them by the C++ compiler
#   nao_cuda         made of them, libnao_cuda.so, which libnao.so loads when a GPU is asked for; what it needs of the
#                    engine it takes from there
#   nao_cuda_loader  what loads it; also for programs that need no GPU
#   nao_cuda_callers the sources that call kernels, which the emulation compiles too
#
# NAO_CUDA_ARCHITECTURES: what machine code is made for, in CMake's terms. By default the GPUs of this machine, where
# there is none an H100, and PTX that the driver of any other from A100 on translates when it is first used. A bundle has
# all: A100 (also runs on 8.6 and 8.9), H100 and B200, and PTX for what comes after.
set(NAO_CUDA AUTO CACHE STRING "CUDA part: AUTO, ON, OFF or LATER")
set_property(CACHE NAO_CUDA PROPERTY STRINGS AUTO ON OFF LATER)
if(NOT NAO_CUDA MATCHES "^(AUTO|ON|OFF|LATER)$")
  message(FATAL_ERROR "NAO_CUDA is ${NAO_CUDA}, allowed are AUTO, ON, OFF and LATER")
endif()

set(NAO_CUDA_ARCHITECTURES "" CACHE STRING "As CMAKE_CUDA_ARCHITECTURES; all; empty: this machine's")

function(nao_cuda_architectures result)
  set(architectures ${NAO_CUDA_ARCHITECTURES})
  if(architectures STREQUAL "all")
    set(architectures 80-real 90-real 100)
  elseif(NOT architectures)
    execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader
                    OUTPUT_VARIABLE capabilities ERROR_QUIET RESULT_VARIABLE status)
    execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-code OUTPUT_VARIABLE known ERROR_QUIET)
    if(status EQUAL 0)
      string(REGEX MATCHALL "[0-9]+\\.[0-9]" capabilities "${capabilities}")
      foreach(capability IN LISTS capabilities)
        string(REPLACE "." "" number ${capability})
        if(number GREATER_EQUAL 80 AND known MATCHES "sm_${number}[^0-9a-z]")
          list(APPEND architectures ${number}-real)
        endif()
      endforeach()
      list(REMOVE_DUPLICATES architectures)
    else()
      set(architectures 90-real)
    endif()
    list(APPEND architectures 80-virtual)
  endif()
  set(${result} ${architectures} PARENT_SCOPE)
endfunction()

file(GLOB nao_cuda_callers CONFIGURE_DEPENDS src/model/cuda/*.cpp)
add_library(nao_cuda_loader OBJECT src/model/cuda_part/load.cpp)
target_include_directories(nao_cuda_loader PRIVATE include src)
target_link_libraries(nao_cuda_loader PRIVATE nao_warnings)

set(nao_with_cuda OFF)
if(NAO_CUDA STREQUAL "ON" OR (NAO_CUDA STREQUAL "AUTO" AND NOT NAO_SANITIZE)
   OR (NAO_CUDA STREQUAL "LATER" AND CMAKE_CUDA_COMPILER))
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(nao_with_cuda ON)
  elseif(NAO_CUDA STREQUAL "ON")
    message(FATAL_ERROR "NAO_CUDA is ON, but no nvcc is on the PATH, nor named by CUDACXX")
  endif()
endif()
if(nao_with_cuda)
  nao_cuda_architectures(CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_STANDARD 17)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  file(GLOB cuda_sources CONFIGURE_DEPENDS src/kernels/cuda/*.cu src/kernels/cuda/unit/*.cu)
  add_library(nao_cuda_objects OBJECT ${cuda_sources} ${nao_cuda_callers})
  target_include_directories(nao_cuda_objects PRIVATE include src)
  target_include_directories(nao_cuda_objects SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
  target_compile_definitions(nao_cuda_objects PRIVATE NAO_CUDA_RUNTIME)
  target_compile_options(nao_cuda_objects PRIVATE
    $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr --threads=0 -Werror=all-warnings -Xcompiler=-Wall,-Wextra,-Wshadow>
    $<$<COMPILE_LANGUAGE:CXX>:$<TARGET_PROPERTY:nao_warnings,INTERFACE_COMPILE_OPTIONS>>)
  list(JOIN CMAKE_CUDA_ARCHITECTURES " " architectures)
  set_property(SOURCE src/model/cuda/build.cpp APPEND PROPERTY COMPILE_DEFINITIONS
               "NAO_CUDA_ARCHITECTURES=\"${architectures}\"")
  message(STATUS "CUDA part: ${CMAKE_CUDA_COMPILER} ${CMAKE_CUDA_COMPILER_VERSION}")
else()
  message(STATUS "CUDA part: none")
endif()

# Links the CUDA part into a library or program. The runtime is linked statically and looks for the driver when it is
# first used: the library loads where there is none.
function(nao_link_cuda target)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:nao_cuda_objects>)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX CUDA_RESOLVE_DEVICE_SYMBOLS OFF)
  target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  target_link_options(${target} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()
