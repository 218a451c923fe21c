package org.nao.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;

class ProgramCacheTest {
  private static final SearchSpace SPACE = SearchSpace.naoSmall();

  @Test
  void aPoolStaysWhereItFits() {
    assertThat(kept(2, 1L << 30)).isEqualTo(20);
  }

  @Test
  void oldProgramsGoWhereMemoryEnds() {
    // Some 2,000 words each.
    assertThat(kept(2, 64L * 2000 * 8)).isBetween(6, 10);
  }

  @Test
  void theLeastStayWhateverTheyTake() {
    assertThat(kept(5, 1)).isEqualTo(5);
  }

  /** How many of the last of 20 programs are the same when they are asked for again. */
  private static int kept(int least, long mostBytes) {
    final SupernetProgram maker =
        NetworkFamilies.supernet(SPACE, new NetworkShape(1, 2, 1, 8, 8, 3, AuxiliaryHead.NONE));
    try (Device device = Device.open("cpu", 1);
        Network network = Networks.create(device, maker.table())) {
      final ProgramCache cache = new ProgramCache(network, maker, least, mostBytes);
      final SplittableRandom random = new SplittableRandom(1);
      final List<Architecture> pool = new ArrayList<>();
      final List<Program> programs = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pool.add(SPACE.random(random));
        programs.add(cache.get(pool.get(i)));
      }
      int kept = 0;
      while (kept < 20 && cache.get(pool.get(19 - kept)) == programs.get(19 - kept)) {
        kept++;
      }
      return kept;
    }
  }
}
