package org.nao.supernet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.network.SupernetProgram;
import org.nao.space.Architecture;

/** The most recently used programs of one supernet; older ones are closed. */
final class ProgramCache {
  private final Network network;
  private final SupernetProgram supernet;
  private final int capacity;
  private final Map<Architecture, Program> programs = new LinkedHashMap<>(16, 0.75f, true);

  /** A program stays open at least until {@code capacity} others were asked for. */
  ProgramCache(Network network, SupernetProgram supernet, int capacity) {
    this.network = network;
    this.supernet = supernet;
    this.capacity = capacity;
  }

  Program get(Architecture architecture) {
    final Program known = programs.get(architecture);
    if (known != null) {
      return known;
    }
    final Program made = Program.create(network, supernet.words(architecture));
    programs.put(architecture, made);
    if (programs.size() > capacity) {
      final Iterator<Program> oldest = programs.values().iterator();
      oldest.next().close();
      oldest.remove();
    }
    return made;
  }
}
