/**
 * From an architecture to what the engine runs: tensors, programs and their cost.
 *
 * <p>{@link org.nao.network.NetworkShape} says how large a network is. A network's tensors are a
 * {@link org.nao.network.ParameterTable}; one architecture's operations over them are a program, a
 * flat list of int32 words written by {@link org.nao.network.ProgramWriter}. {@link
 * org.nao.network.SupernetProgram} makes programs over the shared weights of all architectures,
 * {@link org.nao.network.StandaloneProgram} the network of one architecture alone. {@link
 * org.nao.network.Initializer} draws starting weights, {@link org.nao.network.ModelSize} counts
 * parameters and multiply-adds without building anything.
 *
 * <p>Both kinds of network are wired by the same walk, {@code NetworkWalk}; a {@code WeightScheme}
 * tells it which tensors an operation uses. Legend: N normal cells per stage, C channels, H and W
 * height and width; maps are [C][H][W] per image, weights [out][in / groups][k][k].
 */
package org.nao.network;
