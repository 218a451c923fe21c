#include "model/libraries/product_library.h"

#include "error.h"

namespace nao::model {

std::string shapeOf(const Product& p, bool strides) {
  static const char* const kinds[] = {"forward", "source", "weights"};
  const auto stridesOf = [strides](const kernels::Tensor& t) {
    if (!strides) return std::string();
    return text(":%lld,%lld", static_cast<long long>(t.channelStride), static_cast<long long>(t.blockStride));
  };
  return text("%s:%d:%d,%d,%d:%d,%d,%d:k%d,s%d,p%d:w%lld,%d%s%s%s", kinds[static_cast<int>(p.kind)], p.blocks,
              p.src.channels, p.src.height, p.src.width, p.dst.channels, p.dst.height, p.dst.width, p.kernel, p.stride,
              p.padding, static_cast<long long>(p.rowStride), p.weightAlignment, p.accumulate ? ",add" : "",
              stridesOf(p.src).c_str(), stridesOf(p.dst).c_str());
}

}  // namespace nao::model
