// An LSTM over one sequence by the threads of one item. As in cpu/lstm.h, what W_ih makes of each token, with the
// biases, is a table, and backward the gradients of the gates are added up by token; lstm_steps.cuh has the steps.
#pragma once

#include "kernels/cuda/block_product.cuh"

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

/// An LSTM and what it keeps, in device memory: see ControllerWork.
struct Lstm {
  int vocabulary, tokensPerStep, embedding, hiddenSize, steps;
  float *gates, *hidden, *cellSlopes, *forgets, *table, *tableGradient;

  __device__ int gateCount() const { return 4 * hiddenSize; }
  __device__ int inputs() const { return tokensPerStep * embedding; }
};

/// Makes the table. All threads call; ends with a barrier.
__device__ inline void makeTable(const Lstm& l, const LstmWeights<const float>& w) {
  const int gates = l.gateCount(), inputs = l.inputs();
  for (int i = threadIdx.x; i < l.vocabulary * gates; i += kThreads) {
    const int gate = i % gates;
    l.table[i] = w.inputBias[gate] + w.hiddenBias[gate];
  }
  for (int p = 0; p < l.tokensPerStep; ++p)
    multiply(l.vocabulary, gates, l.embedding, rowsOf(w.embedding, l.embedding),
             transposedRowsOf(w.input + p * l.embedding, inputs), l.table + p * l.vocabulary * gates, gates,
             p == 0 ? Write::kAdd : Write::kOver);
}

/// The gradient of W_hh from those of one sequence's gates.
__device__ inline void hiddenGradient(const Lstm& l, float* gradient, Write write) {
  multiply(l.gateCount(), l.hiddenSize, l.steps, transposedRowsOf(l.gates, l.gateCount()),
           rowsOf(l.hidden, l.hiddenSize), gradient, l.hiddenSize, write);
}

/// The other gradients, from those of the table.
__device__ inline void tableGradients(const Lstm& l, const LstmWeights<const float>& w, const LstmWeights<float>& dw) {
  const int gates = l.gateCount(), inputs = l.inputs();
  for (int p = 0; p < l.tokensPerStep; ++p) {
    const float* const byToken = l.tableGradient + p * l.vocabulary * gates;
    multiply(gates, l.embedding, l.vocabulary, transposedRowsOf(byToken, gates), rowsOf(w.embedding, l.embedding),
             dw.input + p * l.embedding, inputs, Write::kOver);
    multiply(l.vocabulary, l.embedding, gates, rowsOf(byToken, gates), rowsOf(w.input + p * l.embedding, inputs),
             dw.embedding, l.embedding, p == 0 ? Write::kOver : Write::kAdd);
  }
  for (int gate = threadIdx.x; gate < gates; gate += kThreads) {
    float sum = 0;
    for (int v = 0; v < l.vocabulary; ++v) sum += l.tableGradient[v * gates + gate];
    dw.inputBias[gate] = dw.hiddenBias[gate] = sum;
  }
}

}  // namespace nao::kernels::cuda
