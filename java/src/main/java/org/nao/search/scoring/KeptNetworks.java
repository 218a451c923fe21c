package org.nao.search.scoring;

import java.nio.file.Path;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.space.Architecture;
import org.nao.training.StandaloneTraining;

/** Model files of the networks that a search trains alone. */
public final class KeptNetworks {
  private KeptNetworks() {}

  /** Writes the file of a network that is trained. */
  public static void write(
      SearchSession session, Path file, Architecture architecture, StandaloneTraining training) {
    ModelFile.write(
        file,
        new ModelInfo(
            session.format().write(architecture),
            session.config().space(),
            session.config().nodes(),
            session.config().operations(),
            session.config().layers(),
            session.config().channels(),
            session.set(),
            new ModelInfo.TrainedOn(
                session.config().data(),
                session.dataSha256(),
                session.config().validation(),
                session.seed(Purpose.SPLIT, 0))),
        training);
  }
}
