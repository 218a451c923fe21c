# The kernels of kernels/cpu are compiled once per instruction set; the best one is chosen at run time.
# Nothing else may use these flags: the rest of the library must run on any x86-64.
function(nao_cpu_kernels isa)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/cpu/*.cpp)
  add_library(nao_kernels_${isa} OBJECT ${sources})
  target_include_directories(nao_kernels_${isa} PRIVATE src)
  target_compile_definitions(nao_kernels_${isa} PRIVATE NAO_ISA=${isa})
  target_compile_options(nao_kernels_${isa} PRIVATE ${ARGN} -ffp-contract=fast -fno-math-errno -fno-trapping-math
                         $<$<CONFIG:Release>:-O3>
                         # GCC before 13 warns inside its own AVX-512 header (bug 105593).
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_libraries(nao_kernels_${isa} PRIVATE nao_warnings)
endfunction()
