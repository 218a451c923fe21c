#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#ifndef __x86_64__
#error "The emulation switches stacks with x86-64 instructions"
#endif

// Saves the registers that a function must keep and the stack pointer, and goes on where `to` was saved. (swapcontext
// makes two system calls for the same.)
extern "C" void naoSwitchStack(void** from, void* to);
asm(R"(
.text
.type naoSwitchStack, @function
naoSwitchStack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size naoSwitchStack, . - naoSwitchStack
)");

namespace nao::cuda::emulation {

namespace {
constexpr std::size_t kGuardBytes = 4096;  // below the stack: an overflow faults instead of damaging a neighbour
void* outside = nullptr;                   // stack pointer of whoever called resume()
}  // namespace

Fiber::Fiber() {
  void* const memory = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, kGuardBytes, PROT_NONE) != 0) throw std::bad_alloc();
  stack_ = static_cast<char*>(memory) + kGuardBytes;
}

Fiber::~Fiber() { munmap(stack_ - kGuardBytes, kGuardBytes + kStackBytes); }

void Fiber::prepare(void (*entry)()) {
  // naoSwitchStack pops six registers and returns to `entry`, which sees its stack as after a call: 8 bytes past a
  // multiple of 16.
  constexpr int kRegisters = 6;
  void** const top = reinterpret_cast<void**>(stack_ + kStackBytes) - 1;
  top[0] = nullptr;
  top[-1] = reinterpret_cast<void*>(entry);
  for (int i = 0; i < kRegisters; ++i) top[-2 - i] = nullptr;
  stackPointer_ = top - 1 - kRegisters;
}

void Fiber::resume() { naoSwitchStack(&outside, stackPointer_); }

void Fiber::suspend() { naoSwitchStack(&stackPointer_, outside); }

bool Fiber::onStack(const void* address) const {
  return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(stack_) < kStackBytes;
}

}  // namespace nao::cuda::emulation
