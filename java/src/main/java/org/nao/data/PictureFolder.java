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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
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
  private final PictureCache cache;
  private final PictureList list;
  private final List<String> notices = new ArrayList<>();

  /** Sentences about files that cannot be used, by their place among all files. */
  private final Map<Integer, String> bad = new ConcurrentSkipListMap<>();

  private PictureFolder(FileTree tree, String name, ImageForm form, PictureCache cache) {
    this.tree = tree;
    this.name = name;
    this.form = form;
    this.cache = cache;
    list = divided(PictureList.of(tree));
  }

  static ImageData load(FileTree tree, String name, ImageForm form) {
    return load(tree, name, form, PictureCache.of(tree, form));
  }

  static ImageData load(FileTree tree, String name, ImageForm form, PictureCache cache) {
    return new PictureFolder(tree, name, form, cache).load();
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
    final String manifest = manifest();
    final Optional<ImageData> kept = kept(manifest);
    if (kept.isPresent()) {
      return kept.get();
    }
    final PictureDecoder.Size size = size();
    final int channels = form.channels() == 1 ? 1 : Picture.COLOURS;
    final long image = (long) channels * size.height() * size.width();
    if (cache.memory().holds(list.training().size() * image, list.test().size() * image)) {
      return decodedInMemory(manifest, size, channels);
    }
    if (image > Integer.MAX_VALUE - Long.BYTES) {
      throw new DataException(
          "%s: pictures of %d x %d pixels are too large; give a smaller --image-size."
              .formatted(tree.title(""), size.height(), size.width()));
    }
    final int slots = list.training().size() + list.test().size();
    try (PictureDecoding file = cache.begin(manifest, tree.title(""), slots * image)) {
      final Optional<ImageData> meanwhile = kept(manifest);
      return meanwhile.isPresent()
          ? meanwhile.get()
          : decodedInto(file, slots, manifest, size, channels);
    }
  }

  /** The images in the cache, with what there is to say about them. */
  private Optional<ImageData> kept(String manifest) {
    return form.anew() ? Optional.empty() : cache.find(manifest, name).map(this::told);
  }

  /** Says where the pixels are if memory does not hold them. */
  private ImageData told(ImageData data) {
    if (!(data.training().pixels() instanceof FilePixels pixels)) {
      return data;
    }
    final List<String> told = new ArrayList<>(data.notices());
    told.add(
        "%s: %,d bytes of decoded pictures stay on disk, in %s, and are read from there as needed"
            .formatted(
                tree.title(""), pixels.bytes() + data.test().pixels().bytes(), pixels.file()));
    return new ImageData(data.name(), data.training(), data.test(), data.origin(), told);
  }

  private ImageData decodedInMemory(String manifest, PictureDecoder.Size size, int channels) {
    final Part training = new Part(list.training(), 0);
    final Part test = new Part(list.test(), list.training().size());
    final int image = channels * size.height() * size.width();
    final byte[] trainingPixels = training.readInto(size, channels, image);
    final byte[] testPixels = test.readInto(size, channels, image);
    final boolean grey = checked(training, test) && channels > 1;
    final int plane = size.height() * size.width();
    final ImageSet trained =
        ImageSet.training(
            name + " training",
            grey ? 1 : channels,
            size.height(),
            size.width(),
            list.classNames(),
            grey ? Greys.of(training.good(trainingPixels), plane) : training.good(trainingPixels),
            training.labels());
    final ImageSet tested =
        new ImageSet(
            name + " test",
            trained.channels(),
            size.height(),
            size.width(),
            list.classNames(),
            grey ? Greys.of(test.good(testPixels), plane) : test.good(testPixels),
            test.labels(),
            trained.statistics());
    final ImageData data =
        new ImageData(name, trained, tested, Optional.of(sha256(training, test)), notices);
    if (!form.anew()) {
      cache.keep(manifest, data).ifPresent(notices::add);
    }
    return new ImageData(name, trained, tested, data.origin(), notices);
  }

  private ImageData decodedInto(
      PictureDecoding file, int slots, String manifest, PictureDecoder.Size size, int channels) {
    final int plane = size.height() * size.width();
    final Part training = new Part(list.training(), 0);
    final Part test = new Part(list.test(), list.training().size());
    final PixelCounts counts = new PixelCounts(channels);
    final int[] checksums = new int[slots];
    for (final Part part : List.of(training, test)) {
      final Place place =
          (entry, pixels) -> {
            if (part == training) {
              final PixelCounts own = new PixelCounts(channels);
              own.add(pixels, plane);
              counts.add(own);
            }
            checksums[entry.slot()] = entry.checksum();
          };
      part.restore(file, channels * plane, place);
      part.read(
          size,
          channels,
          (entry, pixels) -> {
            place.put(entry, pixels);
            file.put(entry, pixels);
          });
    }
    final boolean grey = checked(training, test) && channels > 1;
    final int[] sums = grey ? file.toGrey(slots, plane) : checksums;
    final PictureFile.Index index =
        new PictureFile.Index(
            new PictureFile.Header(
                manifest,
                grey ? 1 : channels,
                size.height(),
                size.width(),
                list.classNames(),
                slots,
                training.good.length,
                test.good.length,
                sha256(training, test),
                notices),
            grey ? counts.statistics().first() : counts.statistics(),
            training.index(sums),
            test.index(sums));
    return told(index.data(file.publish(index), name));
  }

  /** Sees that there is enough to go on with; whether images that may be grey all are. */
  private boolean checked(Part training, Part test) {
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
    return form.channels() == 0 && training.allGrey() && test.allGrey();
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
      for (final int i : part.good) {
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
    final AtomicReference<PictureDecoder.Size> one = new AtomicReference<>();
    final AtomicBoolean several = new AtomicBoolean();
    eachOf(
        all,
        0,
        i -> form.uneven() <= 0 || !several.get(),
        (i, bytes) -> {
          sizes[i] = PictureDecoder.size(bytes);
          one.compareAndSet(null, sizes[i]);
          several.compareAndSet(false, !sizes[i].equals(one.get()));
        });
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
   * @param matters whether a file must still be read
   * @throws DataException about the first file found that cannot be used, unless such are skipped
   */
  private void eachOf(List<PictureList.Source> files, int offset, IntPredicate matters, Use use) {
    final int before = (int) IntStream.range(0, files.size()).filter(i -> !matters.test(i)).count();
    final AtomicInteger done = new AtomicInteger(before);
    try (Progress progress =
        files.size() < LEAST_SHOWN
            ? null
            : Progress.start("reading pictures", before, files.size(), "pictures")) {
      IntStream.range(0, files.size())
          .parallel()
          .filter(i -> (form.skipBad() || bad.isEmpty()) && !bad.containsKey(offset + i))
          .filter(matters)
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

  /** What becomes of the image of a file. */
  @FunctionalInterface
  private interface Place {
    void put(PictureJournal.Entry entry, byte[] image);
  }

  /** The training or the test files, and what was read of them. */
  private final class Part {
    /** Of the first file among all. */
    private final int offset;

    private final List<PictureList.Source> files;
    private final byte[][] digests;
    private final boolean[] greys;

    /** Indices of files that can be used. */
    private int[] good = {};

    private Part(List<PictureList.Source> files, int offset) {
      this.files = files;
      this.offset = offset;
      digests = new byte[files.size()][];
      greys = new boolean[files.size()];
    }

    /** Takes what an interrupted process has decoded, as far as it is right. */
    private void restore(PictureDecoding file, int bytes, Place place) {
      file.filled().parallelStream()
          .filter(entry -> entry.slot() >= offset && entry.slot() < offset + files.size())
          .forEach(
              entry -> {
                final byte[] image = new byte[bytes];
                if (file.read(entry, image)) {
                  keep(entry);
                  place.put(entry, image);
                }
              });
    }

    private void keep(PictureJournal.Entry entry) {
      greys[entry.slot() - offset] = entry.grey();
      digests[entry.slot() - offset] = entry.digest();
    }

    private void read(PictureDecoder.Size size, int channels, Place place) {
      final int plane = size.height() * size.width();
      final PictureReader reader =
          new PictureReader(size, form.size() > 0 || form.uneven() == size.width());
      eachOf(
          files,
          offset,
          i -> digests[i] == null,
          (i, file) -> {
            final byte[] colours = new byte[Picture.COLOURS * plane];
            reader.read(file, colours, 0);
            final byte[] image = channels == 1 ? Greys.of(colours, plane) : colours;
            final PictureJournal.Entry entry =
                new PictureJournal.Entry(
                    offset + i,
                    FilePixels.checksum(image),
                    Greys.are(colours, 0, plane),
                    Sha256.digest().digest(file));
            place.put(entry, image);
            keep(entry);
          });
    }

    /** Reads all files into one array, in which those that cannot be used leave gaps. */
    private byte[] readInto(PictureDecoder.Size size, int channels, int image) {
      final byte[] pixels = new byte[files.size() * image];
      read(
          size,
          channels,
          (entry, each) ->
              System.arraycopy(each, 0, pixels, (entry.slot() - offset) * image, image));
      return pixels;
    }

    private void keepGood() {
      good = IntStream.range(0, files.size()).filter(i -> digests[i] != null).toArray();
      if (good.length == 0) {
        throw new DataException(bad.values().iterator().next());
      }
    }

    /** Closes the gaps. */
    private byte[] good(byte[] pixels) {
      return good.length == files.size()
          ? pixels
          : ImagePixels.of(pixels, pixels.length / files.size()).some(good).all();
    }

    private boolean allGrey() {
      return Arrays.stream(good).allMatch(i -> greys[i]);
    }

    private int[] labels() {
      return Arrays.stream(good).map(i -> files.get(i).label()).toArray();
    }

    private PictureFile.Part index(int[] checksums) {
      final int[] slots = Arrays.stream(good).map(i -> offset + i).toArray();
      return new PictureFile.Part(
          labels(), slots, Arrays.stream(slots).map(slot -> checksums[slot]).toArray());
    }
  }
}
