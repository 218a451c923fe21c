/**
 * The native engine in Java's terms: objects that are closed, arrays, exceptions.
 *
 * <p>A {@link org.nao.engine.Device} makes {@link org.nao.engine.Dataset}s and {@link
 * org.nao.engine.Network}s, a network makes {@link org.nao.engine.Program}s; a {@link
 * org.nao.engine.Policy} needs no device. Closing an object also closes what was made from it;
 * using it afterwards throws {@link java.lang.IllegalStateException}. What the engine itself
 * refuses arrives as an {@link org.nao.engine.EngineException} whose message can be shown to a
 * user; an array of the wrong length is an {@link java.lang.IllegalArgumentException}, since the
 * native side sees only addresses.
 *
 * <p>Only this package touches {@code org.nao.binding}.
 */
package org.nao.engine;
