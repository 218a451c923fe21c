// An LSTM over one sequence by the threads of one item, forward and back: see cpu/lstm.h for the table of tokens.
//
// Four neighbouring threads have a hidden unit, one of its gates each. With up to kUnitsAtOnce units a thread keeps its
// 64 weights of W_hh in registers, and a step is 64 multiply-adds, an exchange among the four and one barrier; of more
// units the weights are read in every step.
#pragma once

#include "kernels/cuda/block_product.cuh"
#include "kernels/cuda/reduce.cuh"

namespace nao::kernels::cuda {

/// Weights of an LSTM in PyTorch's order, or where their gradients go.
template <class T>
struct LstmWeights {
  T* embedding;  // [V][E]
  T* input;      // [4H][P E]
  T* hidden;     // [4H][H]
  T* inputBias;  // [4H]
  T* hiddenBias;
};

/// An LSTM and what it keeps, in device memory.
struct Lstm {
  int vocabulary, tokensPerStep, embedding, hiddenSize, steps;
  float* gates;          // [steps][4H], after the backward their gradients
  float* cells;          // [steps + 1][H], the first ones before the first step: the caller's
  float* hidden;         // [steps + 1][H], the same
  float* tanhs;          // [steps][H], of the cells
  float* table;          // [P][V][4H], what W_ih makes of each token, with the biases
  float* tableGradient;  // [P][V][4H]

  __device__ int gateCount() const { return 4 * hiddenSize; }
  __device__ int inputs() const { return tokensPerStep * embedding; }
};

constexpr int kUnitsAtOnce = kThreads / 4;
constexpr int kMostUnits = 256;
/// Shared memory of a recurrence: gradients of gates twice, and states.
constexpr int kRecurrenceFloats = 2 * 4 * kMostUnits + 2 * kMostUnits;

__device__ inline float sigmoid(float x) {
  const float d = 1.0f + expf(fminf(-x, 80.0f)), r = nao::cuda::reciprocal(d);
  return r * fmaf(-d, r, 2.0f);  // one step of Newton's
}
__device__ inline float hyperbolicTangent(float x) { return fmaf(2.0f, sigmoid(2.0f * x), -1.0f); }

__device__ inline void fill(float* dst, int count, float value) {
  for (int i = threadIdx.x; i < count; i += kThreads) dst[i] = value;
}

/// Makes the table. All threads call; ends with a barrier.
__device__ inline void makeTable(const Lstm& l, const LstmWeights<const float>& w, float* space) {
  const int gates = l.gateCount(), inputs = l.inputs();
  for (int i = threadIdx.x; i < l.vocabulary * gates; i += kThreads) {
    const int gate = i % gates;
    l.table[i] = w.inputBias[gate] + w.hiddenBias[gate];
  }
  for (int p = 0; p < l.tokensPerStep; ++p)
    multiply(l.vocabulary, gates, l.embedding, rowsOf(w.embedding, l.embedding),
             transposedRowsOf(w.input + p * l.embedding, inputs), l.table + p * l.vocabulary * gates, gates,
             p == 0 ? Write::kAdd : Write::kOver, space);
}

/// All steps from the first states on. token(step, p): the p-th of a step, known when afterStep(step - 1) has returned,
/// which all threads call after a barrier. `space` holds kRecurrenceFloats of shared memory.
template <bool kInRegisters, class Token, class AfterStep>
__device__ __forceinline__ void forwardSteps(const Lstm& l, const float* weights, const Token& token,
                                             const AfterStep& afterStep, float* space) {
  const int thread = static_cast<int>(threadIdx.x), own = thread / 4, gate = thread % 4, base = thread % 32 / 4 * 4;
  const int size = l.hiddenSize, gates = l.gateCount();
  const int stride = kInRegisters ? kUnitsAtOnce : kMostUnits;  // of the states before and after a step
  constexpr int kHeld = kInRegisters ? kUnitsAtOnce : 4;
  float w[kHeld];  // W_hh of the unit's four gates, every fourth quad of columns
  if constexpr (kInRegisters) {
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      const int column = i % 16 / 4 * 16 + gate * 4 + i % 4;
      const bool inside = own < size && column < size;
      const float value = weights[inside ? (i / 16 * size + own) * size + column : 0];
      w[i] = inside ? value : 0.0f;
    }
  }
  for (int i = thread; i < 2 * stride; i += kThreads) space[i] = i < size ? l.hidden[i] : 0.0f;
  float cell = kInRegisters && own < size ? l.cells[own] : 0.0f;
  __syncthreads();
  for (int step = 0; step < l.steps; ++step) {
    const float* const before = space + step % 2 * stride;
    float* const after = space + (step + 1) % 2 * stride;
    const int rounds = kInRegisters ? 1 : (size + kUnitsAtOnce - 1) / kUnitsAtOnce;
    for (int round = 0; round < rounds; ++round) {
      const int unit = own + round * kUnitsAtOnce;
      const bool present = unit < size;
      float input = 0;
      if (present)
        for (int p = 0; p < l.tokensPerStep; ++p)
          input += l.table[(p * l.vocabulary + token(step, p)) * gates + gate * size + unit];
      float x[4] = {};
      if constexpr (kInRegisters) {
#pragma unroll
        for (int k = 0; k < 4; ++k) {
          const float4 h = reinterpret_cast<const float4*>(before)[k * 4 + gate];
#pragma unroll
          for (int g = 0; g < 4; ++g) {
            const float* const row = w + g * 16 + k * 4;
            x[g] = fmaf(row[0], h.x, fmaf(row[1], h.y, fmaf(row[2], h.z, fmaf(row[3], h.w, x[g]))));
          }
        }
      } else if (present) {
        const float* const rows = weights + unit * size;
        for (int column = gate; column < size; column += 4) {
          const float h = before[column];
#pragma unroll
          for (int g = 0; g < 4; ++g) x[g] = fmaf(rows[g * size * size + column], h, x[g]);
        }
      }
      sumScattered<4, 4>(x);
      const bool isCandidate = gate == 2;
      const float s = sigmoid((isCandidate ? 2.0f : 1.0f) * (x[0] + input));
      const float made = isCandidate ? fmaf(2.0f, s, -1.0f) : s;
      const float in = __shfl_sync(0xffffffffu, made, base), forget = __shfl_sync(0xffffffffu, made, base + 1),
                  candidate = __shfl_sync(0xffffffffu, made, base + 2), out = __shfl_sync(0xffffffffu, made, base + 3);
      if constexpr (!kInRegisters) cell = present ? l.cells[step * size + unit] : 0.0f;
      cell = fmaf(forget, cell, in * candidate);
      const float tanh = hyperbolicTangent(cell), h = out * tanh;
      if (present) {
        l.gates[step * gates + gate * size + unit] = made;
        if (gate == 0) after[unit] = h;
        if (gate == 1) l.hidden[(step + 1) * size + unit] = h;
        if (gate == 2) l.cells[(step + 1) * size + unit] = cell;
        if (gate == 3) l.tanhs[step * size + unit] = tanh;
      }
    }
    __syncthreads();
    afterStep(step);
  }
}

/// What a thread needs of a step for the gradients of a unit's gates.
struct KeptUnit {
  float in = 0, forget = 0, candidate = 0, out = 0, tanh = 0, cellBefore = 0, dh = 0;

  __device__ KeptUnit(const Lstm& l, const float* dh_, int step, int unit) {
    const int size = l.hiddenSize;
    if (step < 0 || unit >= size) return;
    const float* const gates = l.gates + step * l.gateCount() + unit;
    in = gates[0];
    forget = gates[size];
    candidate = gates[2 * size];
    out = gates[3 * size];
    tanh = l.tanhs[step * size + unit];
    cellBefore = l.cells[step * size + unit];
    dh = dh_[step * size + unit];
  }
  /// Of one of the gates, from the gradients of the unit's h and c; those of c before in dc.
  __device__ float gateGradient(int gate, float d, float& dc) const {
    const float dCell = fmaf(d * out, fmaf(-tanh, tanh, 1.0f), dc);
    dc = dCell * forget;
    if (gate == 0) return dCell * candidate * in * (1 - in);
    if (gate == 1) return dCell * cellBefore * forget * (1 - forget);
    if (gate == 2) return dCell * in * fmaf(-candidate, candidate, 1.0f);
    return d * tanh * out * (1 - out);
  }
};

/// From the gradients dh [steps][H] of all outputs to those of the gates, in their place, and of the table, to which
/// they add. dFirst [H]: the sum of those of the first h and c. `space` as above. Ends with a barrier.
template <bool kInRegisters, class Token>
__device__ __forceinline__ void backwardSteps(const Lstm& l, const float* weights, const float* dh, const Token& token,
                                              float* dFirst, float* space) {
  const int thread = static_cast<int>(threadIdx.x), own = thread / 4, gate = thread % 4;
  const int size = l.hiddenSize, gates = l.gateCount();
  const auto addToTable = [&](int step, int unit, float gradient) {
    for (int p = 0; p < l.tokensPerStep; ++p)
      l.tableGradient[(p * l.vocabulary + token(step, p)) * gates + gate * size + unit] += gradient;
  };
  if constexpr (kInRegisters) {
    // Sixteen threads have the columns of four units, rows 4 part .. 4 part + 3 of each gate: their sums end where the
    // units' gates are.
    const int part = thread % 16, firstColumn = thread / 16 * 4;
    float w[kUnitsAtOnce];
#pragma unroll
    for (int i = 0; i < kUnitsAtOnce; ++i) {
      const int column = firstColumn + i / 16, unit = part * 4 + i % 4;
      const bool inside = unit < size && column < size;
      const float value = weights[inside ? (i % 16 / 4 * size + unit) * size + column : 0];
      w[i] = inside ? value : 0.0f;
    }
    const bool present = own < size;
    float later = 0, dc = 0;
    KeptUnit kept(l, dh, l.steps - 1, own);
    __syncthreads();
    for (int step = l.steps - 1; step >= 0; --step) {
      float* const gradients = space + step % 2 * 4 * kUnitsAtOnce;
      const float made = kept.gateGradient(gate, kept.dh + later, dc);
      gradients[gate * kUnitsAtOnce + own] = made;
      __syncthreads();
      kept = KeptUnit(l, dh, step - 1, own);
      if (present) {
        l.gates[step * gates + gate * size + own] = made;
        addToTable(step, own, made);
      }
      float x[4] = {};
#pragma unroll
      for (int k = 0; k < 4; ++k) {
        const float4 d = reinterpret_cast<const float4*>(gradients)[k * 16 + part];
#pragma unroll
        for (int c = 0; c < 4; ++c) {
          const float* const row = w + c * 16 + k * 4;
          x[c] = fmaf(row[0], d.x, fmaf(row[1], d.y, fmaf(row[2], d.z, fmaf(row[3], d.w, x[c]))));
        }
      }
      sumScattered<16, 4>(x);
      later = x[0];
    }
    if (present && gate == 0) dFirst[own] = later + dc;
  } else {
    float *const gradients = space, *const later = space + 4 * kMostUnits, *const dc = later + kMostUnits;
    fill(later, 2 * kMostUnits, 0.0f);
    __syncthreads();
    for (int step = l.steps - 1; step >= 0; --step) {
      for (int first = 0; first < size; first += kUnitsAtOnce) {
        const int unit = first + own;
        const bool present = unit < size;
        float dCell = present ? dc[unit] : 0.0f;
        __syncwarp();
        if (!present) continue;
        const KeptUnit kept(l, dh, step, unit);
        const float made = kept.gateGradient(gate, kept.dh + later[unit], dCell);
        gradients[gate * size + unit] = made;
        if (gate == 0) dc[unit] = dCell;
        addToTable(step, unit, made);
      }
      __syncthreads();
      for (int i = thread; i < gates; i += kThreads) l.gates[step * gates + i] = gradients[i];
      for (int first = 0; first < size; first += kUnitsAtOnce) {
        const int column = first + own;
        float sum = 0;
        if (column < size)
          for (int row = gate; row < gates; row += 4) sum = fmaf(weights[row * size + column], gradients[row], sum);
        sum += __shfl_xor_sync(0xffffffffu, sum, 1);
        sum += __shfl_xor_sync(0xffffffffu, sum, 2);
        if (column < size && gate == 0) later[column] = sum;
      }
      __syncthreads();
    }
    for (int unit = thread; unit < size; unit += kThreads) dFirst[unit] = later[unit] + dc[unit];
  }
  __syncthreads();
}

/// The gradient of W_hh from those of one sequence's gates.
__device__ inline void hiddenGradient(const Lstm& l, float* gradient, Write write, float* space) {
  multiply(l.gateCount(), l.hiddenSize, l.steps, transposedRowsOf(l.gates, l.gateCount()),
           rowsOf(l.hidden, l.hiddenSize), gradient, l.hiddenSize, write, space);
}

/// The other gradients, from those of the table.
__device__ inline void tableGradients(const Lstm& l, const LstmWeights<const float>& w, const LstmWeights<float>& dw,
                                      float* space) {
  const int gates = l.gateCount(), inputs = l.inputs();
  for (int p = 0; p < l.tokensPerStep; ++p) {
    const float* const byToken = l.tableGradient + p * l.vocabulary * gates;
    multiply(gates, l.embedding, l.vocabulary, transposedRowsOf(byToken, gates), rowsOf(w.embedding, l.embedding),
             dw.input + p * l.embedding, inputs, Write::kOver, space);
    multiply(l.vocabulary, l.embedding, gates, rowsOf(byToken, gates), rowsOf(w.input + p * l.embedding, inputs),
             dw.embedding, l.embedding, p == 0 ? Write::kOver : Write::kAdd, space);
  }
  for (int gate = threadIdx.x; gate < gates; gate += kThreads) {
    float sum = 0;
    for (int v = 0; v < l.vocabulary; ++v) sum += l.tableGradient[v * gates + gate];
    dw.inputBias[gate] = dw.hiddenBias[gate] = sum;
  }
}

}  // namespace nao::kernels::cuda
