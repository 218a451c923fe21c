package org.nao.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.nao.run.IoFailure;
import org.nao.run.Progress;
import org.nao.run.Sha256;
import org.nao.text.Counted;

/**
 * A folder of pictures, a folder for each class ({@link PictureList}). Pictures become squares of
 * one side, or stay as they are where all have one size. Without test pictures a tenth of all
 * become the test set, always the same.
 */
final class PictureFolder {
  /** Fewer pictures are read before anyone wonders. */
  private static final int LEAST_SHOWN = 2000;

  private final FileTree tree;
  private final String name;
  private final ImageForm form;
  private final PictureList list;
  private final List<String> notices = new ArrayList<>();

  /** Sentences about files that cannot be used, by their place among all files. */
  private final Map<Integer, String> bad = new ConcurrentSkipListMap<>();

  private PictureFolder(FileTree tree, String name, ImageForm form) {
    this.tree = tree;
    this.name = name;
    this.form = form;
    list = divided(PictureList.of(tree));
  }

  static ImageData load(FileTree tree, String name, ImageForm form) {
    return new PictureFolder(tree, name, form).load();
  }

  /** Takes the test files out of the training files where there are no others. */
  private PictureList divided(PictureList found) {
    if (!found.test().isEmpty()) {
      return found;
    }
    final int[] labels = found.training().stream().mapToInt(PictureList.Source::label).toArray();
    final Split split = TestShare.of(labels, found.classNames().size());
    notices.add(TestShare.notice(tree.title(""), split));
    return new PictureList(
        found.classNames(),
        Arrays.stream(split.training()).mapToObj(found.training()::get).toList(),
        Arrays.stream(split.validation()).mapToObj(found.training()::get).toList());
  }

  private ImageData load() {
    final PictureCache cache = form.anew() ? PictureCache.NONE : PictureCache.of(tree, form);
    final String manifest = manifest();
    final Optional<ImageData> kept = cache.find(manifest, name);
    if (kept.isPresent()) {
      return kept.get();
    }
    final Part training = new Part(list.training(), 0);
    final Part test = new Part(list.test(), list.training().size());
    final PictureDecoder.Size size = size();
    training.read(size);
    test.read(size);
    training.keepGood();
    test.keepGood();
    requireAllClasses(training);
    if (!bad.isEmpty()) {
      notices.add(
          "%s: %s left out; %s"
              .formatted(
                  tree.title(""),
                  Counted.of(bad.size(), "bad file"),
                  bad.values().iterator().next()));
    }
    final boolean grey = form.channels() == 1 || form.channels() == 0 && training.grey && test.grey;
    final ImageSet trained =
        ImageSet.training(
            name + " training",
            grey ? 1 : Picture.COLOURS,
            size.height(),
            size.width(),
            list.classNames(),
            training.pixels(grey, size),
            training.labels());
    final ImageData data =
        new ImageData(
            name,
            trained,
            new ImageSet(
                name + " test",
                trained.channels(),
                size.height(),
                size.width(),
                list.classNames(),
                test.pixels(grey, size),
                test.labels(),
                trained.statistics()),
            Optional.of(sha256(training, test)),
            notices);
    cache.keep(manifest, data).ifPresent(notices::add);
    return data;
  }

  private void requireAllClasses(Part training) {
    final boolean[] present = new boolean[list.classNames().size()];
    Arrays.stream(training.labels()).forEach(label -> present[label] = true);
    for (int label = 0; label < present.length; label++) {
      if (!present[label]) {
        throw new DataException(
            "%s: no file of the class %s can be used; %s"
                .formatted(
                    tree.title(""),
                    list.classNames().get(label),
                    bad.isEmpty()
                        ? "all of its pictures became test pictures."
                        : bad.values().iterator().next()));
      }
    }
  }

  /** What the pictures are, without reading them: names, sizes and times of all files. */
  private String manifest() {
    final MessageDigest digest = Sha256.digest();
    digest.update(String.join("\n", list.classNames()).getBytes(StandardCharsets.UTF_8));
    for (final List<PictureList.Source> part : List.of(list.training(), list.test())) {
      for (final PictureList.Source each : part) {
        digest.update(
            "\n%s\t%d\t%d"
                .formatted(each.path(), each.entry().bytes(), each.entry().changed())
                .getBytes(StandardCharsets.UTF_8));
      }
      digest.update((byte) 0);
    }
    return Sha256.text(digest);
  }

  /** SHA-256 of the classes, and of label and bytes of every file. */
  private String sha256(Part... parts) {
    final MessageDigest digest = Sha256.digest();
    digest.update(String.join("\n", list.classNames()).getBytes(StandardCharsets.UTF_8));
    for (final Part part : parts) {
      digest.update((byte) 0);
      for (int i = 0; i < part.count; i++) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.files.get(i).label()).array());
        digest.update(part.digests[i]);
      }
    }
    return Sha256.text(digest);
  }

  /** The size that all images are to have. */
  private PictureDecoder.Size size() {
    if (form.size() > 0) {
      return new PictureDecoder.Size(form.size(), form.size());
    }
    final List<PictureList.Source> all = new ArrayList<>(list.training());
    all.addAll(list.test());
    final PictureDecoder.Size[] sizes = new PictureDecoder.Size[all.size()];
    eachOf(all, 0, (i, bytes) -> sizes[i] = PictureDecoder.size(bytes));
    int first = -1;
    for (int i = 0; i < sizes.length; i++) {
      first = first < 0 && sizes[i] != null ? i : first;
      if (first >= 0 && sizes[i] != null && !sizes[i].equals(sizes[first])) {
        if (form.uneven() > 0) {
          return new PictureDecoder.Size(form.uneven(), form.uneven());
        }
        throw new DataException(
            ("%s: has %d x %d pixels (height, width), and %s has %d x %d; give --image-size S, the"
                    + " side of the squares that all become.")
                .formatted(
                    tree.title(all.get(i).path()),
                    sizes[i].height(),
                    sizes[i].width(),
                    tree.title(all.get(first).path()),
                    sizes[first].height(),
                    sizes[first].width()));
      }
    }
    if (first < 0) {
      throw new DataException(bad.values().iterator().next());
    }
    return sizes[first];
  }

  /** Something that is done with the bytes of a file. */
  @FunctionalInterface
  private interface Use {
    void accept(int index, byte[] bytes) throws BadPicture;
  }

  /**
   * Reads files on all processors.
   *
   * @param offset of the first among all files
   * @throws DataException about the first file found that cannot be used, unless such are skipped
   */
  private void eachOf(List<PictureList.Source> files, int offset, Use use) {
    final AtomicInteger done = new AtomicInteger();
    try (Progress progress =
        files.size() < LEAST_SHOWN
            ? null
            : Progress.start("reading pictures", 0, files.size(), "pictures")) {
      IntStream.range(0, files.size())
          .parallel()
          .filter(i -> (form.skipBad() || bad.isEmpty()) && !bad.containsKey(offset + i))
          .forEach(
              i -> {
                try {
                  use.accept(i, bytes(files.get(i)));
                } catch (BadPicture e) {
                  bad.put(
                      offset + i,
                      "%s %s.".formatted(tree.title(files.get(i).path()), e.getMessage()));
                }
                if (progress != null) {
                  progress.update(done.incrementAndGet(), "");
                }
              });
    }
    if (!form.skipBad() && !bad.isEmpty()) {
      throw new DataException(
          bad.values()
              .iterator()
              .next()
              .replaceFirst("\\.$", "; --skip-bad leaves such files out."));
    }
  }

  private byte[] bytes(PictureList.Source file) throws BadPicture {
    if (!file.mayBePicture()) {
      throw new BadPicture(
          file.entry().kind() == FileTree.Kind.FILE
              ? "is no file of a picture (.png, .jpg, .jpeg, .bmp or .webp)"
              : "is no file, or a link that leads nowhere");
    }
    try (InputStream stream = tree.open(file.path())) {
      return PictureReader.bytes(stream);
    } catch (IOException e) {
      throw new BadPicture("cannot be read (" + IoFailure.reason(e) + ")");
    }
  }

  /** The training or the test files, and what was read of them. */
  private final class Part {
    private final int offset;
    private List<PictureList.Source> files;
    private int count;
    private byte[] colours;
    private byte[][] digests;
    private boolean[] greys;
    private boolean grey = true;

    private Part(List<PictureList.Source> files, int offset) {
      this.files = files;
      this.offset = offset;
      count = files.size();
    }

    private void read(PictureDecoder.Size size) {
      final int plane = size.height() * size.width();
      final int bytes = Picture.COLOURS * plane;
      if ((long) count * bytes > Integer.MAX_VALUE - Long.BYTES) {
        throw new DataException(
            ("%s: %,d pictures of %d x %d pixels would take %,d bytes of memory, at most %,d are"
                    + " possible; give a smaller --image-size, or fewer pictures.")
                .formatted(
                    tree.title(""),
                    count,
                    size.height(),
                    size.width(),
                    (long) count * bytes,
                    Integer.MAX_VALUE));
      }
      colours = new byte[count * bytes];
      digests = new byte[count][];
      greys = new boolean[count];
      final PictureReader reader =
          new PictureReader(size, form.size() > 0 || form.uneven() == size.width());
      eachOf(
          files,
          offset,
          (i, file) -> {
            reader.read(file, colours, i * bytes);
            greys[i] = Greys.are(colours, i * bytes, plane);
            digests[i] = Sha256.digest().digest(file);
          });
    }

    /** Closes the gaps that files leave which cannot be used. */
    private void keepGood() {
      final int bytes = files.isEmpty() ? 0 : colours.length / files.size();
      final List<PictureList.Source> good = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        if (digests[i] != null) {
          final int to = good.size();
          if (to < i) {
            System.arraycopy(colours, i * bytes, colours, to * bytes, bytes);
          }
          digests[to] = digests[i];
          grey &= greys[i];
          good.add(files.get(i));
        }
      }
      if (good.isEmpty()) {
        throw new DataException(bad.values().iterator().next());
      }
      if (good.size() < files.size()) {
        colours = Arrays.copyOf(colours, good.size() * bytes);
      }
      files = good;
      count = good.size();
    }

    private byte[] pixels(boolean asGrey, PictureDecoder.Size size) {
      return asGrey ? Greys.of(colours, size.height() * size.width()) : colours;
    }

    private int[] labels() {
      return files.stream().mapToInt(PictureList.Source::label).toArray();
    }
  }
}
