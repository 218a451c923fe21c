package org.nao.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nao.run.IoFailure;

/** The layouts of files in which a folder may hold a data set: the one list of them. */
enum FolderLayout {
  /** MNIST's. */
  IDX(IdxFolder::recognises, IdxFolder::load, "IDX files (train-images-idx3-ubyte[.gz] and so on)"),
  /** CIFAR's. */
  CIFAR(
      CifarFolder::recognises,
      CifarFolder::load,
      "CIFAR binary files (data_batch_1.bin and test_batch.bin, or train.bin and test.bin)");

  /** Libraries unpack data sets into such folders: MNIST/raw, cifar-10-batches-bin. */
  private static final int DEPTH = 2;

  private final Predicate<Path> recognises;
  private final BiFunction<Path, String, ImageData> load;
  private final String files;

  FolderLayout(Predicate<Path> recognises, BiFunction<Path, String, ImageData> load, String files) {
    this.recognises = recognises;
    this.load = load;
    this.files = files;
  }

  /** The layout of a folder itself. */
  static Optional<FolderLayout> of(Path folder) {
    return Arrays.stream(values()).filter(each -> each.recognises.test(folder)).findFirst();
  }

  /**
   * The folder that holds the files: {@code folder}, or the only one in it, at most two levels
   * down.
   *
   * @throws DataException if there is none or there are several
   */
  static Path locate(Path folder) {
    if (of(folder).isPresent()) {
      return folder;
    }
    final List<Path> inside;
    try (Stream<Path> folders = Files.walk(folder, DEPTH)) {
      inside =
          folders.filter(each -> Files.isDirectory(each) && of(each).isPresent()).sorted().toList();
    } catch (UncheckedIOException e) { // of a folder in it
      throw new DataException(
          folder + ": cannot be read (" + IoFailure.reason(e.getCause()) + ").", e);
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
    if (inside.size() == 1) {
      return inside.get(0);
    }
    if (inside.size() > 1) {
      throw new DataException(
          "%s: holds several data sets, name one of them: %s."
              .formatted(
                  folder, inside.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
    throw new DataException(
        "%s: expected %s, found neither%s."
            .formatted(
                folder,
                Arrays.stream(values()).map(each -> each.files).collect(Collectors.joining(" or ")),
                hasPythonBatches(folder)
                    ? "; data_batch_1 without .bin is CIFAR's version for Python, nao reads the"
                        + " binary version"
                    : ""));
  }

  private static boolean hasPythonBatches(Path folder) {
    return Stream.of("data_batch_1", "cifar-10-batches-py/data_batch_1", "cifar-100-python/train")
        .anyMatch(each -> Files.exists(folder.resolve(each)));
  }

  /** Reads and checks all images of a folder of this layout. */
  ImageData load(Path folder, String name) {
    return load.apply(folder, name);
  }
}
