/**
 * The controllers. ENAS' is {@link org.nao.controller.EnasController}: a policy that draws
 * sequences and learns from their rewards. NAO's: an encoder, a performance predictor and a decoder
 * trained together on the evaluated architectures, which propose new ones by following the gradient
 * of the prediction.
 *
 * <p>The controller sees token sequences only, described by a {@link
 * org.nao.controller.SequenceLayout}; {@link org.nao.controller.ArchitectureTokens} is the one
 * class that knows both architectures and tokens. A search uses the package like this:
 *
 * <ol>
 *   <li>{@link org.nao.controller.Controller#train} on all sequences of the pool with their
 *       accuracies;
 *   <li>{@link org.nao.controller.Controller#generate} from the best sequences with step sizes 1,
 *       2, 3, ... until enough unseen architectures are found;
 *   <li>{@link org.nao.controller.Controller#state} for the checkpoint between two rounds.
 * </ol>
 *
 * <p>Tensor shapes are written with these letters: B sequences in a batch, T tokens in a sequence,
 * S = T / tokens per step encoder steps, V vocabulary size, E embedding size, H hidden size.
 *
 * <p>The engine computes all of it, in float32. Results depend on the seed, the data and the kind
 * of device or instruction set, never on the number of threads. Classes whose names begin with
 * Torch, and what only they use, are the same networks on libtorch, to compare with.
 */
package org.nao.controller;
