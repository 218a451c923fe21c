// The one exception of the native engine: a status for the caller and a sentence for the user. The C boundary catches
// it.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "nao/nao.h"

namespace nao {

class Error : public std::runtime_error {
 public:
  Error(nao_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  nao_status status() const { return status_; }

 private:
  nao_status status_;
};

/// printf into a std::string.
__attribute__((format(printf, 1, 2))) inline std::string text(const char* pattern, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(buffer, sizeof buffer, pattern, arguments);
  va_end(arguments);
  return buffer;
}

}  // namespace nao
