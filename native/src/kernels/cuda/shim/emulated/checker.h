// The checker of the checked build (NAO_EMULATION_CHECKED): knows of every byte of device memory whether it exists,
// whether it was written, and by whom it was last read and written. In other builds all this is nothing.
#pragma once

#include <cstddef>

namespace nao::cuda::emulation {

struct Grid;

namespace checker {

/// kCopy: cp.async was issued; the bytes must not be touched before they have arrived.
enum class Kind { kRead, kWrite, kAtomic, kCopy };

#ifdef NAO_EMULATION_CHECKED

constexpr bool kChecked = true;
void launchBegins(const Grid& grid);
/// The running thread has passed a barrier or an exchange: what it does from now on is ordered after that.
void synchronised();
/// Fences and atomics order blocks: what is before a fence that is before an atomic, before whatever follows a fence
/// after a later atomic on the same address.
void fenced();
void exchanged(const void* address);
void allocated(const void* memory, std::size_t bytes);
void freed(const void* memory, std::size_t bytes);
/// Written by the host.
void initialised(const void* memory, std::size_t bytes);
/// By the running thread, which returns to `caller`; nothing outside of kernels. The address must be a multiple of
/// `bytes`.
void access(const void* memory, std::size_t bytes, Kind kind, const void* caller);
/// Any address.
void accessUnaligned(const void* memory, std::size_t bytes, Kind kind, const void* caller);
/// The bytes of a cp.async are there; the running thread has waited for them.
void arrived(const void* memory, std::size_t bytes);

#else

constexpr bool kChecked = false;
inline void launchBegins(const Grid&) {}
inline void synchronised() {}
inline void fenced() {}
inline void exchanged(const void*) {}
inline void allocated(const void*, std::size_t) {}
inline void freed(const void*, std::size_t) {}
inline void initialised(const void*, std::size_t) {}
inline void access(const void*, std::size_t, Kind, const void*) {}
inline void arrived(const void*, std::size_t) {}

#endif

}  // namespace checker
}  // namespace nao::cuda::emulation
