# Who may include whom below native/src: api -> model -> program -> kernels, and no other way round.
#
#   cmake -DSOURCES=native/src -P include_directions.cmake                    checks the sources
#   cmake -DSELF_TEST=folder -P include_directions.cmake                      checks that each rule can fail
cmake_minimum_required(VERSION 3.22)

# A folder, what its files may include (regular expressions of paths below native/src), and why not more. Of the folders
# that a file lies in the longest counts. Beside these every file may include what lies beside it.
set(rules
    "kernels|kernels/[^/]*$ kernels/families/|kernels know neither programs, models nor backends"
    "kernels/ref|kernels/[^/]*$ kernels/ref/|the reference stands alone"
    "kernels/cpu|kernels/[^/]*$ kernels/cpu/ kernels/ref/|kernels of the CPU know neither programs, models nor GPUs"
    "kernels/cuda|kernels/[^/]*$ kernels/cuda/|kernels of GPUs know neither programs, models nor the CPU's"
    "images|kernels/philox.h$ images/|images of the host know nothing but random numbers"
    "program|error.h$ nao/ kernels/[^/]*$ program/|programs know no device and no model"
    "model|error.h$ nao/ images/ kernels/[^/]*$ program/ model/[^/]*$ model/libraries/ model/cuda_part/|models know no backend but through device.h"
    "model/cuda_part|error.h$ nao/ model/[^/]*$ model/cuda_part/|what loads the GPU's part knows nothing of it but its table"
    "model/libraries|error.h$ nao/ kernels/[^/]*$ model/libraries/|NVIDIA's libraries know products, not models or devices"
    "model/cpu|error.h$ nao/ kernels/[^/]*$ program/ model/[^/]*$ model/cpu/|the CPU's part does not know the GPU's"
    "model/cuda|error.h$ nao/ kernels/[^/]*$ kernels/cuda/ program/ model/[^/]*$ model/libraries/ model/cuda_part/ model/cuda/|the GPU's part does not know the CPU's"
    "api|error.h$ nao/ images/ kernels/[^/]*$ program/ model/[^/]*$ model/libraries/ model/cuda_part/ api/|the C boundary knows models, no backends"
)
# What opens devices of every kind.
set(exceptions "model/device.cpp model/cpu/cpu_device.h")

# The problems of all files below `sources`.
function(find_problems sources result)
  file(GLOB_RECURSE files RELATIVE ${sources} ${sources}/*.h ${sources}/*.cpp ${sources}/*.cu ${sources}/*.cuh)
  list(LENGTH files count)
  if(count EQUAL 0)
    message(FATAL_ERROR "no sources in ${sources}")
  endif()
  set(problems "")
  foreach(file ${files})
    set(allowed "")
    set(reason "")
    set(longest 0)
    foreach(rule ${rules})
      string(REPLACE "|" ";" rule "${rule}")
      list(GET rule 0 folder)
      string(LENGTH ${folder} length)
      string(FIND ${file} "${folder}/" at)
      if(at EQUAL 0 AND length GREATER longest)
        set(longest ${length})
        list(GET rule 1 allowed)
        list(GET rule 2 reason)
      endif()
    endforeach()
    if(longest EQUAL 0)
      if(NOT file STREQUAL "error.h")
        list(APPEND problems "${file}: no rule says what it may include")
      endif()
      continue()
    endif()
    string(REPLACE " " ";" allowed "${allowed}")
    get_filename_component(own ${sources}/${file} DIRECTORY)
    file(STRINGS ${sources}/${file} lines REGEX "^#include \"")
    foreach(line ${lines})
      string(REGEX REPLACE "^#include \"([^\"]*)\".*" "\\1" included "${line}")
      if(EXISTS ${own}/${included} OR "${file} ${included}" IN_LIST exceptions)
        continue()
      endif()
      set(fits OFF)
      foreach(pattern ${allowed})
        if(included MATCHES "^${pattern}")
          set(fits ON)
        endif()
      endforeach()
      if(NOT fits)
        list(APPEND problems "${file} includes ${included}: ${reason}")
      endif()
    endforeach()
  endforeach()
  set(${result} "${problems}" PARENT_SCOPE)
endfunction()

if(NOT SELF_TEST)
  find_problems(${SOURCES} problems)
  if(problems)
    list(JOIN problems "\n  " text)
    message(FATAL_ERROR "includes go the wrong way:\n  ${text}")
  endif()
  message(STATUS "all includes go from api over model and program to kernels")
  return()
endif()

# For each rule a file that breaks it, and one that does not.
set(breaking
    "kernels/a.h program/plan.h" "kernels/families/b.h model/work.h" "kernels/ref/c.cpp kernels/cpu/add.h"
    "kernels/cpu/d.cpp kernels/cuda/wave.h" "kernels/cuda/e.cuh kernels/ref/add.h" "kernels/cuda/shim/f.h model/device.h"
    "images/q.cpp kernels/tensor.h" "program/g.cpp model/device.h" "program/h.cpp kernels/cuda/wave.h" "model/i.cpp model/cuda/cuda_device.h"
    "model/i.cpp api/nao.h" "model/libraries/j.cpp model/device.h" "model/cpu/k.cpp model/cuda/check.h"
    "model/cpu/l.cpp kernels/cuda/wave.h" "model/cuda/m.cpp model/cpu/cpu_device.h" "api/n.cpp model/cuda/cuda_device.h"
    "model/libraries.cpp model/cpu/cpu_device.h" "model/cuda_part/p.cpp model/cuda/cuda_device.h")
set(keeping
    "kernels/a.h kernels/tensor.h" "kernels/cpu/d.cpp kernels/ref/add.h" "model/device.cpp model/cuda_part/cuda_part.h"
    "model/cuda/m.cpp model/libraries/library.h" "program/g.cpp kernels/tensor.h" "api/n.cpp model/steps.h")
file(REMOVE_RECURSE ${SELF_TEST})
foreach(each ${breaking} ${keeping} "elsewhere/o.cpp error.h")
  string(REPLACE " " ";" pair "${each}")
  list(GET pair 0 file)
  list(GET pair 1 included)
  file(APPEND ${SELF_TEST}/${file} "#include \"${included}\"\n")
endforeach()
find_problems(${SELF_TEST} problems)
foreach(each ${breaking})
  string(REPLACE " " " includes " wanted "${each}")
  list(FILTER problems EXCLUDE REGEX "^${wanted}: " )
  list(LENGTH problems after)
  math(EXPR expected "${after} + 1")
  if(NOT DEFINED before)
    list(LENGTH breaking before)
    math(EXPR before "${before} + 1") # and the file that no rule is about
  endif()
  if(NOT before EQUAL expected)
    message(FATAL_ERROR "not found: ${each}; ${before} problems before, ${after} after:\n${problems}")
  endif()
  set(before ${after})
endforeach()
if(NOT problems STREQUAL "elsewhere/o.cpp: no rule says what it may include")
  message(FATAL_ERROR "found, but no problem: ${problems}")
endif()
message(STATUS "every rule can fail")
