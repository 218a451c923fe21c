// Checks that a number from outside is one of an enumeration's.
#pragma once

#include "api/boundary.h"

namespace nao::api {

// No default: a new enumerator must be named.
inline bool known(nao_statistics statistics) {
  switch (statistics) {
    case NAO_BATCH_STATISTICS:
    case NAO_RUNNING_STATISTICS:
    case NAO_AUTHORS_STATISTICS:
      return true;
  }
  return false;
}
inline bool known(nao_precision precision) {
  switch (precision) {
    case NAO_FP32:
    case NAO_TF32:
    case NAO_BF16:
      return true;
  }
  return false;
}
inline bool known(nao_ceiling ceiling) {
  switch (ceiling) {
    case NAO_CEILING_COPY:
    case NAO_CEILING_MULTIPLY_ADD:
    case NAO_CEILING_TF32:
    case NAO_CEILING_BF16:
      return true;
  }
  return false;
}
template <class Enumeration>
inline void checkKnown(Enumeration value, const char* name) {
  NAO_REQUIRE(known(value), text("there is no %s %d", name, static_cast<int>(value)));
}

}  // namespace nao::api
