package org.nao.search;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nao.model.ModelFile;
import org.nao.run.IoFailure;
import org.nao.run.RunException;
import org.nao.search.scoring.KeptNetworks;
import org.nao.search.session.SearchSession;
import org.nao.space.Architecture;
import org.nao.training.StandaloneTraining;

/**
 * The model files of the architectures that are trained at the end of a search. Until all are
 * trained, nobody knows their ranks: they lie in the folder {@code reranked} under their place in
 * the pool.
 */
final class WinnersWeights {
  private static final String FOLDER = "reranked";

  private final SearchSession session;
  private final Path folder;

  WinnersWeights(SearchSession session) {
    this.session = session;
    folder = session.folder().path().resolve(FOLDER);
  }

  /** Writes the file of a network that is trained; {@code index}: its place in the pool. */
  void keep(int index, Architecture architecture, StandaloneTraining training) {
    session.folder().folder(FOLDER);
    KeptNetworks.write(session, file(index), architecture, training);
  }

  /**
   * Moves the files beside the summary, under their ranks; those that are there already stay.
   *
   * @param ranks places in the pool, the best first
   * @throws RunException if a file cannot be read or moved; all are kept for another time
   */
  void name(List<Integer> ranks) {
    if (!Files.isDirectory(folder)) {
      return; // They were moved before, by a process that was stopped right after it.
    }
    for (int rank = 1; rank <= ranks.size(); rank++) {
      final Path kept = file(ranks.get(rank - 1));
      final String name = ModelFile.OF_WINNER.formatted(rank);
      if (isWhole(kept)) {
        session.folder().publish(kept, name);
      } else if (!Files.exists(session.folder().path().resolve(name))) {
        session.notice(
            "%s: is missing or damaged; the weights of architecture %d are lost, its accuracy is not."
                .formatted(kept, rank));
      }
    }
    session.folder().removeFolder(FOLDER);
  }

  private static boolean isWhole(Path file) {
    try {
      return Files.exists(file) && ModelFile.open(file) != null;
    } catch (RunException e) {
      if (IoFailure.caused(e)) {
        throw e; // Another time it may be read.
      }
      return false;
    }
  }

  private Path file(int index) {
    return folder.resolve("pool-%d.safetensors".formatted(index + 1));
  }
}
