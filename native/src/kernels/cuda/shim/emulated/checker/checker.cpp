#include "../checker.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <set>
#include <string>
#include <tuple>

#include "../block.h"
#include "../device_memory.h"
#include "../report.h"
#include "history.h"
#include "program.h"

namespace nao::cuda::emulation::checker {

namespace {

enum State : std::uint8_t { kExists = 1, kWritten = 2, kOnItsWay = 4 };

/// Zeros that take memory only where they are touched.
template <class T>
T* reserve(std::size_t count) {
  void* const memory =
      mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<T*>(memory);
}

/// One entry for every byte of the device.
struct Shadow {
  std::uint8_t* states = reserve<std::uint8_t>(deviceBytes());
  History* histories = reserve<History>(deviceBytes());
};

const Shadow& shadow() {
  static const Shadow one;
  return one;
}

/// The running launch: where its arguments lie, and what was said about it.
struct Launch {
  const Grid* grid = nullptr;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> said;
};
Launch launch;

std::string name(std::uint32_t thread, std::uint32_t block) {
  return "thread " + std::to_string(thread) + " of block " + std::to_string(block);
}

/// Once per place in the code: where one thread errs, the others do too.
void say(const std::string& problem, std::uint32_t code, const Access* other = nullptr) {
  constexpr std::size_t kMostPerLaunch = 10;
  const std::uint32_t otherCode = other == nullptr ? 0 : other->code;
  if (launch.said.size() == kMostPerLaunch || !launch.said.emplace(problem, code, otherCode).second) return;
  std::string text = problem + " by " + name(thread().index, block().number);
  if (other != nullptr) text += " and " + name(whoDid(*other).thread, whoDid(*other).block);
  add({text, sourceOf(code), other == nullptr ? Location() : sourceOf(otherCode)});
}

bool within(const void* address, const void* begin, std::size_t bytes) {
  return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(begin) < bytes;
}

/// Memory outside of the device that kernel code may touch: its stack, its indices and arguments, constants.
bool isOwn(const void* memory) {
  const Thread& self = thread();
  return self.fiber.onStack(memory) || within(memory, &self, sizeof self) ||
         within(memory, launch.grid->call, launch.grid->callBytes) || inProgram(memory);
}

/// The state must allow the access: says so and returns false if not.
bool allowed(std::uint8_t state, Kind kind, const History& history, std::uint32_t code) {
  if (!(state & kExists)) {
    say(kind == Kind::kRead ? "read out of bounds" : "write out of bounds", code);
    return false;
  }
  if (state & kOnItsWay) {
    say("copyAsync not waited for: used", code, &history.writes[0]);
    return false;
  }
  if ((kind == Kind::kRead || kind == Kind::kAtomic) && !(state & kWritten)) {
    say("read of memory that nobody wrote", code);
    return false;
  }
  return true;
}

/// Looks for a clash and adds the access to the history.
void order(History& history, Kind kind, Access access, bool betweenBlocks) {
  if (kind == Kind::kRead) {
    if (const Access* const other = clashWithRead(history, betweenBlocks)) {
      say("race: read and write", access.code, other);
    }
    addRead(history, access, betweenBlocks);
  } else if (kind == Kind::kAtomic) {
    if (const Access* const other = clashWithAtomic(history, betweenBlocks)) {
      say("race: atomic and plain access", access.code, other);
    }
    addAtomic(history, access, betweenBlocks);
  } else {
    if (const Access* const other = clashWithWrite(history, betweenBlocks)) {
      say("race: write and another access", access.code, other);
    }
    addWrite(history, access);
  }
}

void fillStates(const void* memory, std::size_t bytes, std::uint8_t state) {
  std::memset(shadow().states + deviceOffset(memory), state, bytes);
}

}  // namespace

void launchBegins(const Grid& grid) {
  launch = {&grid, {}};
  beginHistories();
}

void synchronised() {
  thread().moment = 0;
  ++thread().counts.meetings;
}

void allocated(const void* memory, std::size_t bytes) { fillStates(memory, bytes, kExists); }
void freed(const void* memory, std::size_t bytes) { fillStates(memory, bytes, 0); }
void initialised(const void* memory, std::size_t bytes) {
  if (inDevice(memory)) fillStates(memory, bytes, kExists | kWritten);
}

void accessUnaligned(const void* memory, std::size_t bytes, Kind kind, const void* caller) {
  if (current == nullptr) return;
  if (!inDevice(memory)) {
    if (isOwn(memory)) return;
    fail("touches memory that is not the device's", sourceOf(codeOffset(caller)));
  }
  ++thread().counts.accesses;
  const std::uint32_t code = codeOffset(caller);
  if (kind == Kind::kCopy && !inShared(memory)) {
    say("copyAsync to memory that is not shared", code);
    return;
  }
  const bool betweenBlocks = !inShared(memory);
  const Access now = accessNow(code, kind == Kind::kAtomic);
  std::uint8_t* const states = shadow().states + deviceOffset(memory);
  History* const histories = shadow().histories + deviceOffset(memory);
  History before, after;  // of the last byte: its neighbours mostly have the same
  for (std::size_t i = 0; i < bytes; ++i) {
    if (!allowed(states[i], kind, histories[i], code)) return;
    if (i > 0 && histories[i] == before) {
      histories[i] = after;
    } else {
      before = histories[i];
      order(histories[i], kind, now, betweenBlocks);
      after = histories[i];
    }
    if (kind == Kind::kCopy) {
      states[i] |= kOnItsWay;
    } else if (kind != Kind::kRead) {
      states[i] |= kWritten;
    }
  }
}

void access(const void* memory, std::size_t bytes, Kind kind, const void* caller) {
  if (current == nullptr) return;
  if (reinterpret_cast<std::uintptr_t>(memory) % bytes != 0) {
    say("misaligned access of " + std::to_string(bytes) + " bytes", codeOffset(caller));
  }
  accessUnaligned(memory, bytes, kind, caller);
}

void arrived(const void* memory, std::size_t bytes) {
  History* const histories = shadow().histories + deviceOffset(memory);
  // Written now, but the line to name is that of the copyAsync, which the histories hold.
  const Access now = accessNow(histories[0].writes[0].code, false);
  fillStates(memory, bytes, kExists | kWritten);
  for (std::size_t i = 0; i < bytes; ++i) addWrite(histories[i], now);
}

}  // namespace nao::cuda::emulation::checker
