package org.nao.search.tokens;

import java.util.Arrays;
import java.util.List;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.SequenceLayout;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** The architectures of two cells as token sequences, see {@link ArchitectureTokens}. */
public final class ArchitectureTokenSpace implements TokenSpace {
  private final SearchSpace space;
  private final ArchitectureTokens tokens;
  private final ArchitectureFormat format;
  private final SequenceLayout layout;
  private final Duplicates duplicates;

  /** The sequences of that space. */
  public ArchitectureTokenSpace(SearchSpace space, Duplicates duplicates) {
    this.space = space;
    this.duplicates = duplicates;
    tokens = new ArchitectureTokens(space);
    format = ArchitectureFormat.line(space);
    layout = tokens.layout();
  }

  @Override
  public SequenceLayout layout() {
    return layout;
  }

  /** The tokens of an architecture. */
  public int[] encode(Architecture architecture) {
    return tokens.encode(architecture);
  }

  /** The architecture of legal tokens. */
  public Architecture decode(int[] sequence) {
    return tokens.decode(sequence);
  }

  @Override
  public List<Integer> key(int[] sequence) {
    final int[] key =
        duplicates == Duplicates.CANONICAL ? encode(space.canonical(decode(sequence))) : sequence;
    return Arrays.stream(key).boxed().toList();
  }

  @Override
  public String write(int[] sequence) {
    return format.write(decode(sequence));
  }
}
