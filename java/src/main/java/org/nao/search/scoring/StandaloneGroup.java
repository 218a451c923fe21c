package org.nao.search.scoring;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.nao.error.UserException;
import org.nao.ranks.Ranks;
import org.nao.run.SideBySide;
import org.nao.run.StopRequest;
import org.nao.search.session.SearchState.Running;
import org.nao.training.StandaloneTraining;

/**
 * Trainings alone that all ranks do at the same time, dealt to them in turn. Each rank trains its
 * own side by side for an epoch, reports to rank 0, and hears whether to go on. Closes the
 * trainings that it is given.
 */
final class StandaloneGroup implements AutoCloseable {
  private static final byte GO_ON = 1;
  private static final byte END = 0;

  private final Ranks ranks;
  private final StopRequest stop;
  private final int all;
  private final List<StandaloneTraining> trainings = new ArrayList<>();
  private final List<StandaloneShare> shares = new ArrayList<>();

  /** {@code all}: trainings of all ranks. */
  StandaloneGroup(Ranks ranks, StopRequest stop, int all) {
    this.ranks = ranks;
    this.stop = stop;
    this.all = all;
  }

  /** Which of all trainings are this rank's, in order. */
  List<Integer> own() {
    return of(ranks.rank());
  }

  private List<Integer> of(int rank) {
    return IntStream.range(0, all).filter(i -> i % ranks.size() == rank).boxed().toList();
  }

  /**
   * Adds the next of this rank's trainings, which it closes in any case.
   *
   * @param restore gives the network what it held before
   */
  void add(StandaloneTraining training, Running begun, Runnable restore) {
    trainings.add(training);
    restore.run();
    shares.add(new StandaloneShare(training, begun));
  }

  /** Steps of each training. */
  long totalSteps() {
    return trainings.get(0).totalSteps();
  }

  /**
   * Trains until rank 0 says that it is enough.
   *
   * @param longest bytes of a report
   * @param shown is told how far this rank's first training is
   * @param goesOn in rank 0: hears the reports on all trainings, in order
   */
  void run(int longest, StandaloneShare.Shown shown, Predicate<List<StandaloneReport>> goesOn) {
    shares.stream().limit(1).forEach(first -> first.show(shown));
    byte answer = GO_ON;
    while (answer == GO_ON) {
      final List<StandaloneReport> reports = reports(longest);
      final boolean enough = ranks.rank() == 0 && !goesOn.test(reports);
      answer = ranks.broadcast(new byte[] {enough ? END : GO_ON}, 1)[0];
    }
  }

  /** After an epoch those of all ranks in rank 0, nothing elsewhere; one alone sends nothing. */
  private List<StandaloneReport> reports(int longest) {
    final List<Function<StopRequest, StandaloneReport>> epochs = new ArrayList<>();
    shares.forEach(share -> epochs.add(share::epoch));
    final List<StandaloneReport> own = SideBySide.run(stop, epochs);
    if (ranks.size() == 1) {
      return own;
    }
    final List<byte[]> gathered = ranks.gather(joined(own), most(longest));
    final StandaloneReport[] reports = new StandaloneReport[gathered.isEmpty() ? 0 : all];
    for (int rank = 0; rank < gathered.size(); rank++) {
      final ByteBuffer rest = ByteBuffer.wrap(gathered.get(rank));
      for (final int index : of(rank)) {
        reports[index] = StandaloneReport.of(next(rest));
      }
    }
    return List.of(reports);
  }

  /** Bytes of the longest {@link #joined} that a rank sends. */
  private int most(int longest) {
    final long most = (long) of(0).size() * (Integer.BYTES + longest);
    if (most > Integer.MAX_VALUE) {
      throw new UserException(
          "networks trained alone at the same time are too large together: fewer need a smaller --parallel");
    }
    return (int) most;
  }

  private static byte[] joined(List<StandaloneReport> reports) {
    final List<byte[]> each = reports.stream().map(StandaloneReport::bytes).toList();
    final ByteBuffer bytes =
        ByteBuffer.allocate(each.stream().mapToInt(one -> Integer.BYTES + one.length).sum());
    each.forEach(one -> bytes.putInt(one.length).put(one));
    return bytes.array();
  }

  private static byte[] next(ByteBuffer rest) {
    final int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
    if (length < 0 || length > rest.remaining()) {
      throw new UserException("a rank sent a report that this version does not know");
    }
    final byte[] bytes = new byte[length];
    rest.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    trainings.forEach(StandaloneTraining::close);
  }
}
