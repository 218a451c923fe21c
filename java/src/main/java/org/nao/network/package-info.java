/**
 * From an architecture to what the engine runs: tensors, programs and their cost.
 *
 * <p>{@link org.nao.network.NetworkShape} says how large a network is. A network's tensors are a
 * {@link org.nao.network.ParameterTable}; one architecture's operations over them are a program, a
 * flat list of int32 words written by {@link org.nao.network.ProgramWriter}. {@link
 * org.nao.network.SupernetProgram} makes programs over the shared weights of all architectures,
 * {@link org.nao.network.StandaloneNetworks} the networks of architectures alone. {@link
 * org.nao.network.Initializer} draws starting weights.
 *
 * <p>A network is made of {@link org.nao.network.Block}s, layers whose tensors have names. What
 * layers an operation has, {@link org.nao.network.CellLayers} says and nothing else. A walk hands
 * the blocks to a {@link org.nao.network.LayerSink}: the same walk writes the program ({@link
 * org.nao.network.LayerWriter}) and counts parameters and multiply-adds ({@link
 * org.nao.network.SizeCounter}). {@code NetworkWalk} is that of NAO's and ENAS' cells, supernet and
 * stand-alone; a {@code WeightScheme} names the tensors of each. DARTS' networks are a package of
 * their own above this one, and {@code org.nao.network.family} knows both.
 *
 * <p>Legend: N normal cells per stage, C channels, H and W height and width; maps are [C][H][W] per
 * image, weights [out][in / groups][k][k].
 */
package org.nao.network;
