package org.nao.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.nao.run.IoFailure;
import org.tukaani.xz.XZInputStream;

/**
 * The files in an archive, none of which is unpacked to a disk. Those of a zip file are read when
 * they are wanted, those of a tar file at once.
 */
final class ArchiveTree implements FileTree {
  /** The character behind the slash. */
  private static final char AFTER_SLASH = '/' + 1;

  /** The ends of names of archives, for messages. */
  static final String ENDINGS = ".zip, .npz, .tar, .tar.gz, .tgz or .tar.xz";

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final long changed;
  private final NavigableMap<String, Member> members = new TreeMap<>();

  /** Empty for tar. */
  private Optional<ZipFile> zip = Optional.empty();

  /**
   * A file in the archive.
   *
   * @param bytes of it, as the archive says
   * @param content how to read it
   */
  private record Member(long bytes, Content content) {}

  /** Opens a member. */
  @FunctionalInterface
  private interface Content {
    InputStream open() throws IOException;
  }

  /** The kinds of archives, by the ends of their files' names. */
  private enum Packing {
    ZIP(".zip", ".npz"),
    TAR_GZ(".tar.gz", ".tgz"),
    TAR_XZ(".tar.xz"),
    TAR(".tar");

    private final List<String> endings;

    Packing(String... endings) {
      this.endings = List.of(endings);
    }

    private static Optional<Packing> of(String name) {
      final String lower = name.toLowerCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(each -> each.endings.stream().anyMatch(lower::endsWith))
          .findFirst();
    }
  }

  private ArchiveTree(Path file, long changed) {
    this.file = file;
    this.changed = changed;
  }

  /** Whether a file has a name of an archive. */
  static boolean names(Path file) {
    return file.getFileName() != null && Packing.of(file.getFileName().toString()).isPresent();
  }

  /** Whether opening an archive means to read all of it. */
  static boolean isSlow(Path file) {
    return Packing.of(file.getFileName().toString()).orElseThrow() != Packing.ZIP;
  }

  /**
   * Opens an archive.
   *
   * @throws DataException if it is none, or cut short or damaged
   */
  static ArchiveTree open(Path file) {
    try {
      final ArchiveTree tree = new ArchiveTree(file, Files.getLastModifiedTime(file).toMillis());
      final Packing kind = Packing.of(file.getFileName().toString()).orElseThrow();
      if (kind == Packing.ZIP) {
        tree.addZip();
      } else {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
            InputStream plain =
                kind == Packing.TAR_GZ
                    ? new GZIPInputStream(raw, BUFFER)
                    : kind == Packing.TAR_XZ ? new XZInputStream(raw) : raw) {
          new TarReader(file, new BufferedInputStream(plain, BUFFER))
              .forEach(
                  (name, content) ->
                      tree.members.put(
                          checked(file, name),
                          new Member(content.length, () -> new ByteArrayInputStream(content))));
        }
      }
      return tree;
    } catch (EOFException | ZipException e) {
      throw new DataException(file + ": the archive is cut short or damaged.", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }

  private void addZip() throws IOException {
    final ZipFile opened = new ZipFile(file.toFile());
    zip = Optional.of(opened);
    try {
      for (final Enumeration<? extends ZipEntry> all = opened.entries(); all.hasMoreElements(); ) {
        final ZipEntry entry = next(all);
        if (!entry.isDirectory()) {
          members.put(
              checked(file, entry.getName()),
              new Member(entry.getSize(), () -> opened.getInputStream(entry)));
        }
      }
    } catch (RuntimeException | ZipException e) {
      opened.close();
      throw e;
    }
  }

  /** The next member. Of some archives Java finds only now that a name is no text. */
  private static ZipEntry next(Enumeration<? extends ZipEntry> all) throws ZipException {
    try {
      return all.nextElement();
    } catch (IllegalArgumentException e) {
      final ZipException damaged = new ZipException(e.getMessage());
      damaged.initCause(e);
      throw damaged;
    }
  }

  /** A member's path as it is used here. */
  private static String checked(Path file, String name) {
    final String path = name.startsWith("./") ? name.substring(2) : name;
    if (path.isEmpty() || path.startsWith("/") || List.of(path.split("/", -1)).contains("..")) {
      throw new DataException(
          "%s: has a member named '%s'; expected names without .. that do not begin with a slash."
              .formatted(file, name));
    }
    return path;
  }

  @Override
  public Path place() {
    return file;
  }

  @Override
  public String title(String path) {
    return path.isEmpty() ? file.toString() : file + "/" + path;
  }

  @Override
  public List<Entry> entries(String folder) {
    final String prefix = folder.isEmpty() ? "" : folder + "/";
    final List<Entry> entries = new ArrayList<>();
    String path = members.ceilingKey(prefix);
    while (path != null && path.startsWith(prefix)) {
      final int slash = path.indexOf('/', prefix.length());
      if (slash < 0) {
        entries.add(entry(path.substring(prefix.length()), members.get(path)));
        path = members.higherKey(path);
      } else {
        entries.add(
            new Entry(path.substring(prefix.length(), slash), FileTree.Kind.FOLDER, 0, changed));
        path = members.ceilingKey(path.substring(0, slash) + AFTER_SLASH);
      }
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  @Override
  public Optional<Entry> find(String path) {
    final Member member = members.get(path);
    final String name = path.substring(path.lastIndexOf('/') + 1);
    if (member != null) {
      return Optional.of(entry(name, member));
    }
    final String inside = members.ceilingKey(path.isEmpty() ? "" : path + "/");
    return path.isEmpty() || inside != null && inside.startsWith(path + "/")
        ? Optional.of(new Entry(name, FileTree.Kind.FOLDER, 0, changed))
        : Optional.empty();
  }

  private Entry entry(String name, Member member) {
    return new Entry(name, FileTree.Kind.FILE, member.bytes, changed);
  }

  @Override
  public InputStream open(String path) throws IOException {
    return members.get(path).content.open();
  }

  @Override
  public FileTree at(String folder) {
    return folder.isEmpty() ? this : new SubTree(this, folder);
  }

  @Override
  public void close() throws IOException {
    if (zip.isPresent()) {
      zip.get().close();
    }
  }
}
