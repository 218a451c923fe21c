package org.nao.search.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nao.training.Seeds;

/** Random architectures, no two the same. */
public final class RandomSearch implements TokenStrategy {
  private final TokenSpace space;
  private final long seed;
  private final SeenKeys seen;
  private long proposed;

  /** A search that knows of no architecture yet. */
  public RandomSearch(TokenSpace space, long seed) {
    this.space = space;
    this.seed = seed;
    seen = new SeenKeys(space);
  }

  @Override
  public List<int[]> ask(int most) {
    final List<int[]> asked = new ArrayList<>(most);
    while (asked.size() < most) {
      final SplittableRandom random =
          new SplittableRandom(Seeds.derive(seed, proposed + asked.size()));
      asked.add(seen.draw(() -> space.random(random)));
    }
    return asked;
  }

  @Override
  public boolean learns() {
    return false;
  }

  @Override
  public void tell(List<Candidate> scored) {
    scored.forEach(each -> seen.add(each.tokens()));
    proposed += scored.size();
  }
}
