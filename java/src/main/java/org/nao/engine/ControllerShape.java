package org.nao.engine;

import org.nao.binding.nao_controller_shape;

/**
 * Sizes of a {@link ControllerNetwork}.
 *
 * @param vocabulary number of tokens V, the start token 0 included
 * @param tokens T of a sequence
 * @param tokensPerStep tokens whose embeddings are joined to one encoder input; divides T
 * @param embedding size E of a token's embedding in the encoder
 * @param hidden size H of both LSTMs and of the decoder's token embedding
 */
public record ControllerShape(
    int vocabulary, int tokens, int tokensPerStep, int embedding, int hidden) {

  nao_controller_shape toNative() {
    return new nao_controller_shape()
        .vocabulary(vocabulary)
        .tokens(tokens)
        .tokens_per_step(tokensPerStep)
        .embedding(embedding)
        .hidden(hidden);
  }
}
