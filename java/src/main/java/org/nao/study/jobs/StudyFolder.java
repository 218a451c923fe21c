package org.nao.study.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.nao.run.Folders;
import org.nao.run.IoFailure;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.SealedJson;
import org.nao.text.Shell;

/**
 * The folder of a study's results. Any number of processes with the same configuration may work for
 * it at once; each writes the same results in the end.
 */
public final class StudyFolder {
  private static final String CONFIG = "config.json";

  private StudyFolder() {}

  /**
   * Makes the folder, or joins the study that it holds.
   *
   * @throws RunException if it holds another study or something else
   */
  public static void create(Path path, Record config) {
    try {
      Files.createDirectories(path);
      final Path file = path.resolve(CONFIG);
      if (!Files.exists(file)) {
        requireEmpty(path);
        SealedJson.write(file, config);
      }
      if (!SealedJson.read(file).equals(Json.parseObject(Json.line(config)))) {
        throw new RunException(
            ("%s: already holds a run of another configuration; continue it with --resume %s or"
                    + " choose another --out.")
                .formatted(path, Shell.quoted(path.toString())));
      }
    } catch (IOException e) {
      throw IoFailure.of(path, "the folder cannot be used", e);
    }
  }

  private static void requireEmpty(Path path) throws IOException {
    final Optional<String> foreign =
        Folders.entries(path).stream()
            .map(entry -> entry.getFileName().toString())
            .filter(name -> !name.startsWith("." + CONFIG))
            .findFirst();
    if (foreign.isPresent()) {
      throw new RunException(
          ("%s: expected a new or empty folder, found one with other files (%s);"
                  + " choose another --out.")
              .formatted(path, foreign.get()));
    }
  }
}
