/**
 * Search spaces and the architectures in them.
 *
 * <p>An {@link org.nao.space.Architecture} is a normal and a reduction {@link org.nao.space.Cell};
 * a cell is a list of {@link org.nao.space.Node}s. States 0 and 1 are the cell's inputs (the
 * outputs of the cell before the previous one and of the previous cell); node i, counted from 0,
 * makes state i + 2. A {@link org.nao.space.SearchSpace} says how many nodes a cell has and which
 * {@link org.nao.space.Operation}s it may choose from, all of a named space's or, by their names,
 * some of them; it samples and validates. {@link org.nao.space.ArchitectureFormat} reads and writes
 * text; {@link org.nao.space.SearchSpace#canonical} tells duplicates.
 *
 * <p>Everything here is immutable and free of weights, shapes and devices.
 */
package org.nao.space;
