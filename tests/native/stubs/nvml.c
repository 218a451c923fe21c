/* Stands for NVIDIA's management library in gpu_state_test: one GPU that is always the same.
   Numbers of structures and constants are those of nvml.h. */
#include <stdio.h>
#include <string.h>

typedef struct {
  unsigned gpu, memory;
} utilization;
typedef struct {
  unsigned long long total, free, used;
} memory;

static int device;

int nvmlInit_v2(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 1;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** handle) {
  *handle = &device;
  return index == 0 ? 0 : 2;
}
int nvmlDeviceGetHandleByPciBusId_v2(const char* bus, void** handle) {
  *handle = &device;
  return strcmp(bus, "00000000:81:00.0") == 0 ? 0 : 6;
}
int nvmlDeviceGetName(void* handle, char* name, unsigned length) {
  return handle == &device && snprintf(name, length, "Stub GPU") > 0 ? 0 : 2;
}
int nvmlDeviceGetUtilizationRates(void* handle, utilization* out) {
  out->gpu = 97;
  out->memory = 40;
  return handle == &device ? 0 : 2;
}
int nvmlDeviceGetMemoryInfo(void* handle, memory* out) {
  out->total = 80ull << 30;
  out->used = 3ull << 30;
  out->free = out->total - out->used;
  return handle == &device ? 0 : 2;
}
int nvmlDeviceGetPowerUsage(void* handle, unsigned* milliwatts) {
  *milliwatts = 312500;
  return handle == &device ? 0 : 2;
}
int nvmlDeviceGetClockInfo(void* handle, int which, unsigned* megahertz) {
  *megahertz = which == 1 ? 1980 : 2619;
  return handle == &device ? 0 : 2;
}
typedef struct {
  char busIdLegacy[16];
  unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} pciInfo;
int nvmlDeviceGetPciInfo_v3(void* handle, pciInfo* out) {
  strcpy(out->busId, "00000000:81:00.0");
  return handle == &device ? 0 : 2;
}
