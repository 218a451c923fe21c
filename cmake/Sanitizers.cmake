# -DNAO_SANITIZE="address;undefined" or "thread": instruments everything built here.
set(NAO_SANITIZE "" CACHE STRING "Sanitizers: address, undefined, thread")
if(NAO_SANITIZE)
  list(JOIN NAO_SANITIZE "," sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all -g)
  add_link_options(-fsanitize=${sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Registers are given out for whole functions: instrumented kernels compile in half the time.
    add_compile_options(-fira-region=one)
  endif()
endif()
