// The bits of a value as another type of the same size.
#pragma once

#include <cstring>

namespace nao::cuda::emulation {

template <class To, class From>
To bitCast(const From& from) {
  static_assert(sizeof(To) == sizeof(From), "sizes differ");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace nao::cuda::emulation
