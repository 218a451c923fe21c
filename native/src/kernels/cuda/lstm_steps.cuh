// The steps of an LSTM, which follow each other. Four neighbouring threads have a hidden unit, one of its gates each.
// Of up to kUnitsAtOnce units a thread keeps its 64 weights of W_hh in registers: a step is 64 multiply-adds, exchanges
// among a few threads and one barrier. Of more units the weights are read in every step.
//
// What a step needs for its backward and is known in the forward is left there: slopes in place of gates.
#pragma once

#include "kernels/cuda/lstm.cuh"
#include "kernels/cuda/reduce.cuh"

namespace nao::kernels::cuda {

constexpr int kUnitsAtOnce = kThreads / 4;
/// Shared memory of the steps, in floats: backward, of gates, which is twice in registers, and of two states.
constexpr int stepsFloats(int hidden) { return hidden <= kUnitsAtOnce ? 2 * 4 * kUnitsAtOnce : (4 + 2) * hidden; }

__device__ inline float sigmoid(float x) {
  constexpr float kLog2OfE = 1.44269504f;
  const float d = 1.0f + exp2f(fminf(-kLog2OfE * x, 126.0f)), r = nao::cuda::reciprocal(d);
  return r * fmaf(-d, r, 2.0f);  // one step of Newton's
}
__device__ inline float hyperbolicTangent(float x) { return fmaf(2.0f, sigmoid(2.0f * x), -1.0f); }

/// One of the four threads of a unit in a step forward: its gate from the sum x that goes into it, and the unit's
/// states.
struct UnitStep {
  float slope;      // what takes the gradient of the cell, of the output gate that of h, to that of x
  float cellSlope;  // d h / d cell
  float forget, cell, h;

  /// All lanes of a warp call.
  __device__ UnitStep(float x, float cellBefore) {
    const int gate = threadIdx.x % 4, first = threadIdx.x % 32 / 4 * 4;
    const bool isCandidate = gate == 2;  // whose tanh is a sigmoid, too
    const float s = sigmoid(isCandidate ? x + x : x), own = isCandidate ? fmaf(2.0f, s, -1.0f) : s;
    const float in = __shfl_sync(0xffffffffu, own, first);
    forget = __shfl_sync(0xffffffffu, own, first + 1);
    const float candidate = __shfl_sync(0xffffffffu, own, first + 2), out = __shfl_sync(0xffffffffu, own, first + 3);
    cell = fmaf(forget, cellBefore, in * candidate);
    const float tanh = hyperbolicTangent(cell);
    h = out * tanh;
    cellSlope = out * fmaf(-tanh, tanh, 1.0f);
    const float other = gate == 0 ? candidate : gate == 1 ? cellBefore : gate == 2 ? in : tanh;
    slope = other * fmaf(-own, own, isCandidate ? 1.0f : own);
  }
};

/// What a thread of a unit needs of a step backward.
struct UnitStepBackward {
  float slope, cellSlope, forget, dh;

  /// The gradient of x, from what reaches h and the cell from later steps; makes dCell that of the cell before.
  __device__ float gradient(int gate, float later, float& dCell) const {
    const float d = dh + later, ofCell = fmaf(d, cellSlope, dCell);
    dCell = ofCell * forget;
    return (gate == 3 ? d : ofCell) * slope;
  }
};

/// All steps from the first h on, which is the first cell, too. tokens: [steps][P], in shared memory, those of a step
/// known when afterStep(step - 1) has returned, which all threads call after a barrier. In the first stepsFloats(H) of
/// the item's dynamic shared memory. Up to kUnitsAtOnce units.
template <class AfterStep>
__attribute__((noinline)) __device__ void forwardInRegisters(const Lstm& l, const float* weights, const int* tokens,
                                                             const AfterStep& afterStep) {
  DYNAMIC_SHARED(float, states);  // two of them
  using nao::cuda::inDeviceMemory;
  const int thread = static_cast<int>(threadIdx.x), own = thread / 4, gate = thread % 4;
  const int size = l.hiddenSize, gates = 4 * size, steps = l.steps, perStep = l.tokensPerStep;
  const int rowsOfToken = l.vocabulary;
  const bool present = own < size;
  const int unit = present ? own : 0;
  float w[kUnitsAtOnce];  // of the unit's four gates, every fourth quad of columns
  const float* const from = inDeviceMemory(weights);
#pragma unroll
  for (int i = 0; i < kUnitsAtOnce; ++i) {
    const int column = i % 16 / 4 * 16 + gate * 4 + i % 4;
    const bool inside = present && column < size;
    const float value = from[inside ? (i / 16 * size + unit) * size + column : 0];
    w[i] = inside ? value : 0.0f;
  }
  const float* const table = inDeviceMemory(l.table) + gate * size + unit;
  float* slopes = inDeviceMemory(l.gates) + gate * size + unit;
  // Every thread keeps one value of the unit, the first of them h in shared memory.
  float* kept = inDeviceMemory(gate == 1 ? l.hidden + size : gate == 2 ? l.cellSlopes : l.forgets) + unit;
  float cell = l.hidden[unit];
  for (int i = thread; i < 2 * kUnitsAtOnce; i += kThreads) states[i] = i < size ? l.hidden[i] : 0.0f;
  __syncthreads();
  for (int step = 0; step < steps; ++step) {
    const float4* const before = reinterpret_cast<const float4*>(states + step % 2 * kUnitsAtOnce) + gate;
    float* const after = states + (step + 1) % 2 * kUnitsAtOnce;
    float input = table[tokens[step * perStep] * gates];
#pragma unroll 1
    for (int p = 1; p < perStep; ++p) input += table[(p * rowsOfToken + tokens[step * perStep + p]) * gates];
    float x[4] = {};
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      const float4 h = before[k * 4];
#pragma unroll
      for (int g = 0; g < 4; ++g) {
        const float* const row = w + g * 16 + k * 4;
        x[g] = fmaf(row[0], h.x, fmaf(row[1], h.y, fmaf(row[2], h.z, fmaf(row[3], h.w, x[g]))));
      }
    }
    sumScattered<4, 4>(x);
    const UnitStep made(x[0] + input, cell);
    cell = made.cell;
    if (present) {
      *slopes = made.slope;
      if (gate == 0)
        after[own] = made.h;
      else
        *kept = gate == 1 ? made.h : gate == 2 ? made.cellSlope : made.forget;
    }
    slopes += gates;
    kept += size;
    __syncthreads();
    afterStep(step);
  }
}

/// The same of any number of units.
template <class AfterStep>
__attribute__((noinline)) __device__ void forwardFromMemory(const Lstm& l, const float* weights, const int* tokens,
                                                            const AfterStep& afterStep) {
  DYNAMIC_SHARED(float, states);  // two of them, and cells
  const int thread = static_cast<int>(threadIdx.x), gate = thread % 4;
  const int size = l.hiddenSize, gates = 4 * size;
  float* const cells = states + 2 * size;
  for (int i = thread; i < size; i += kThreads) states[i] = cells[i] = l.hidden[i];
  __syncthreads();
  for (int step = 0; step < l.steps; ++step) {
    const float* const before = states + step % 2 * size;
    float* const after = states + (step + 1) % 2 * size;
    for (int first = 0; first < size; first += kUnitsAtOnce) {
      const int unit = first + thread / 4;
      const bool present = unit < size;
      float x[4] = {}, input = 0;
      if (present) {
        for (int p = 0; p < l.tokensPerStep; ++p)
          input += l.table[(p * l.vocabulary + tokens[step * l.tokensPerStep + p]) * gates + gate * size + unit];
        const float* const rows = weights + unit * size;
#pragma unroll 4
        for (int column = gate; column < size; column += 4)
#pragma unroll
          for (int g = 0; g < 4; ++g) x[g] = fmaf(rows[g * size * size + column], before[column], x[g]);
      }
      sumScattered<4, 4>(x);
      const UnitStep made(x[0] + input, present ? cells[unit] : 0.0f);
      __syncwarp();
      if (!present) continue;
      const int at = step * size + unit;
      l.gates[step * gates + gate * size + unit] = made.slope;
      if (gate == 0) after[unit] = made.h;
      if (gate == 1) l.hidden[at + size] = made.h;
      if (gate == 2) l.cellSlopes[at] = made.cellSlope;
      if (gate == 3) {
        l.forgets[at] = made.forget;
        cells[unit] = made.cell;
      }
    }
    __syncthreads();
    afterStep(step);
  }
}

/// From the gradients dh [steps][H] of all outputs to those of the gates and of the table, to which they add. dFirst
/// [H], in shared memory: of the first h, which is the first cell, too. Ends with a barrier. Up to kUnitsAtOnce units.
__attribute__((noinline)) __device__ inline void backwardInRegisters(const Lstm& l, const float* weights,
                                                                     const float* dh, const int* tokens,
                                                                     float* dFirst) {
  DYNAMIC_SHARED(float, shared);  // gradients of gates, of two steps
  using nao::cuda::inDeviceMemory;
  const int thread = static_cast<int>(threadIdx.x), own = thread / 4, gate = thread % 4;
  const int size = l.hiddenSize, gates = 4 * size, perStep = l.tokensPerStep, rowsOfToken = l.vocabulary;
  const bool present = own < size;
  const int unit = present ? own : 0;
  // Sixteen threads have the columns of four units, rows 4 part .. 4 part + 3 of each gate: their sums end where the
  // units' gates are.
  const int part = thread % 16, firstColumn = thread / 16 * 4;
  float w[kUnitsAtOnce];
  const float* const from = inDeviceMemory(weights);
#pragma unroll
  for (int i = 0; i < kUnitsAtOnce; ++i) {
    const int column = firstColumn + i / 16, row = part * 4 + i % 4;
    const bool inside = row < size && column < size;
    const float value = from[inside ? (i % 16 / 4 * size + row) * size + column : 0];
    w[i] = inside ? value : 0.0f;
  }
  const int last = (l.steps - 1) * size;
  float* slopes = inDeviceMemory(l.gates) + 4 * last + gate * size + unit;
  const float *cellSlopes = inDeviceMemory(l.cellSlopes) + last + unit,
              *forgets = inDeviceMemory(l.forgets) + last + unit, *outputs = inDeviceMemory(dh) + last + unit;
  float* const table = inDeviceMemory(l.tableGradient) + gate * size + unit;
  float later = 0, dCell = 0;
  UnitStepBackward step = {*slopes, *cellSlopes, *forgets, *outputs};
  for (int s = l.steps - 1; s >= 0; --s) {
    float* const gradients = shared + s % 2 * 4 * kUnitsAtOnce;
    const float made = present ? step.gradient(gate, later, dCell) : 0.0f;
    gradients[gate * kUnitsAtOnce + own] = made;
    __syncthreads();
    float* const byToken = table + tokens[s * perStep] * gates;
    const float sum = present ? *byToken : 0.0f;
    float* const gradient = slopes;
    if (s > 0) {
      slopes -= gates;
      cellSlopes -= size;
      forgets -= size;
      outputs -= size;
      step = {*slopes, *cellSlopes, *forgets, *outputs};
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
    if (present) {
      *gradient = made;
      *byToken = sum + made;
#pragma unroll 1
      for (int p = 1; p < perStep; ++p) table[(p * rowsOfToken + tokens[s * perStep + p]) * gates] += made;
    }
    sumScattered<16, 4>(x);
    later = x[0];
  }
  if (present && gate == 0) dFirst[own] = later + dCell;
  __syncthreads();
}

/// The same of any number of units.
__attribute__((noinline)) __device__ inline void backwardFromMemory(const Lstm& l, const float* weights,
                                                                    const float* dh, const int* tokens, float* dFirst) {
  DYNAMIC_SHARED(float, gradients);  // of gates, then of h and of the cell
  const int thread = static_cast<int>(threadIdx.x), gate = thread % 4;
  const int size = l.hiddenSize, gates = 4 * size;
  float *const later = gradients + gates, *const dCells = later + size;
  for (int i = thread; i < size; i += kThreads) later[i] = dCells[i] = 0;
  __syncthreads();
  for (int step = l.steps - 1; step >= 0; --step) {
    for (int first = 0; first < size; first += kUnitsAtOnce) {
      const int unit = first + thread / 4, at = step * size + unit;
      const bool present = unit < size;
      float dCell = present ? dCells[unit] : 0.0f;
      __syncwarp();
      if (!present) continue;
      float* const slope = l.gates + step * gates + gate * size + unit;
      const UnitStepBackward kept = {*slope, l.cellSlopes[at], l.forgets[at], dh[at]};
      const float made = kept.gradient(gate, later[unit], dCell);
      *slope = gradients[gate * size + unit] = made;
      if (gate == 0) dCells[unit] = dCell;
      for (int p = 0; p < l.tokensPerStep; ++p)
        l.tableGradient[(p * l.vocabulary + tokens[step * l.tokensPerStep + p]) * gates + gate * size + unit] += made;
    }
    __syncthreads();
    for (int first = 0; first < size; first += kUnitsAtOnce) {
      const int column = first + thread / 4;
      float sum = 0;
      if (column < size)
#pragma unroll 4
        for (int row = gate; row < gates; row += 4) sum = fmaf(weights[row * size + column], gradients[row], sum);
      sum += __shfl_xor_sync(0xffffffffu, sum, 1);
      sum += __shfl_xor_sync(0xffffffffu, sum, 2);
      if (column < size && gate == 0) later[column] = sum;
    }
    __syncthreads();
  }
  for (int unit = thread; unit < size; unit += kThreads) dFirst[unit] = later[unit] + dCells[unit];
  __syncthreads();
}

}  // namespace nao::kernels::cuda
