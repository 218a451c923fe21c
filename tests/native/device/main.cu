// The tests of all kernel families as one program on a GPU; arguments as in check.h.
#include "check.h"
#include "device/reachable_memory.h"

namespace {

int count;
char** values;
int result = 1;

}  // namespace

int main(int argc, char** argv) {
  count = argc;
  values = argv;
  return reachable::run([] { result = check::main(count, values); }) ? result : 1;
}
