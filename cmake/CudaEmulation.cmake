# CUDA sources compiled for the CPU by the C++ compiler; src/kernels/cuda/shim makes CUDA of it.
#
#   nao_add_emulated(<target> plain|checked <sources>...)
#     An object library of CUDA sources. Programs that link it also get the emulation. The checked variant watches every
#     memory access: the compiler calls out as it would for the thread sanitizer, whose library is not linked; the
#     emulation answers. Scalars are not picked out of vector types there, so that their alignment shows.
#     In a build for sanitizers the kernels themselves are not watched for bad addresses, which the checked variant does;
#     what calls them is.
#   NAO_EMULATION_VARIANTS
#     Those that this build can have: no checked one beside a sanitizer.
set(NAO_EMULATION_VARIANTS plain)
if(NOT NAO_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND NAO_EMULATION_VARIANTS checked)
endif()
set(nao_emulation_checked_options -O1 -g -fsanitize=thread --param=tsan-instrument-func-entry-exit=0
    -fno-threadsafe-statics -fno-optimize-sibling-calls -fno-tree-sra)

foreach(variant ${NAO_EMULATION_VARIANTS})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cuda/shim/emulated)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(variant STREQUAL "checked")
    file(GLOB checker_sources CONFIGURE_DEPENDS ${folder}/checker/*.cpp)
    list(APPEND sources ${checker_sources})
  endif()
  add_library(nao_emulation_${variant} STATIC EXCLUDE_FROM_ALL ${sources})
  target_include_directories(nao_emulation_${variant} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_definitions(nao_emulation_${variant} PRIVATE $<$<STREQUAL:${variant},checked>:NAO_EMULATION_CHECKED>)
  target_link_libraries(nao_emulation_${variant} PRIVATE nao_warnings)
endforeach()

function(nao_add_emulated target variant)
  set_source_files_properties(${ARGN} PROPERTIES LANGUAGE CXX)
  add_library(${target} OBJECT ${ARGN})
  target_compile_options(${target} PRIVATE -Wno-unknown-pragmas -fno-strict-aliasing) # pragma unroll; vectors lie over arrays
  if(variant STREQUAL "checked")
    target_compile_options(${target} PRIVATE ${nao_emulation_checked_options})
  elseif("address" IN_LIST NAO_SANITIZE)
    target_compile_options(${target} PRIVATE -fno-sanitize=address)
  endif()
  target_link_libraries(${target} PRIVATE nao_warnings PUBLIC nao_emulation_${variant})
endfunction()
