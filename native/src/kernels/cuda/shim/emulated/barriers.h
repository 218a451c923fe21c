// Barriers of a block. Every thread of the block must arrive, at the same line; a thread that has left the kernel
// never does.
#pragma once

#include "site.h"

void __syncthreads(nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here());

// Threads run one at a time on one processor, so what they have written is always visible. Only the checker minds.
void __threadfence();
inline void __threadfence_block() {}
