# Warnings are errors, for our own code only.
add_library(nao_warnings INTERFACE)
target_compile_options(nao_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
