// The shim's tests as one program: the same on the CPU and, compiled by nvcc, on a device.
#include "check.h"

NAO_TEST_MAIN
