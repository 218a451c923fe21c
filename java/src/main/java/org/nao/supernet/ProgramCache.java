package org.nao.supernet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.network.SupernetProgram;
import org.nao.space.Architecture;

/**
 * The most recently used programs of one supernet. Older ones are closed once the memory is used up
 * that programs may have: a pool of 1,000 architectures, each of which is drawn many times in a
 * training, fits at the sizes that searches have.
 */
final class ProgramCache {
  /**
   * What the engine keeps for a word of a program, in bytes: 57 measured with six cells a stage,
   * and more of smaller programs, of which there are fewer bytes altogether.
   */
  private static final long BYTES_PER_WORD = 64;

  private final Network network;
  private final SupernetProgram supernet;
  private final int least;
  private final long mostBytes;
  private final Map<Architecture, Kept> programs = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Kept(Program program, long bytes) {}

  /**
   * An empty cache.
   *
   * @param least a program stays open at least until so many others were asked for
   * @param mostBytes of memory that programs use, but for that
   */
  ProgramCache(Network network, SupernetProgram supernet, int least, long mostBytes) {
    this.network = network;
    this.supernet = supernet;
    this.least = least;
    this.mostBytes = mostBytes;
  }

  Program get(Architecture architecture) {
    final Kept known = programs.get(architecture);
    if (known != null) {
      return known.program;
    }
    final int[] words = supernet.words(architecture);
    final Kept made = new Kept(Program.create(network, words), BYTES_PER_WORD * words.length);
    programs.put(architecture, made);
    bytes += made.bytes;
    final Iterator<Kept> oldest = programs.values().iterator();
    while (bytes > mostBytes && programs.size() > least) {
      final Kept closed = oldest.next();
      closed.program.close();
      bytes -= closed.bytes;
      oldest.remove();
    }
    return made.program;
  }
}
