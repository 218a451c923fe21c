package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class ArchiveTreeTest {
  @TempDir private Path folder;

  /** Whatever it is packed in, a data set is the same. */
  @ParameterizedTest
  @ValueSource(strings = {"a.zip", "a.tar", "a.tar.gz", "a.TGZ", "a.tar.xz"})
  void holdsTheSameAsAFolder(String name) throws IOException {
    CifarPickles.ten(Files.createDirectory(folder.resolve("python")));
    Pictures.folder(folder.resolve("pictures"), 2, true);
    for (final String set : new String[] {"python", "pictures"}) {
      final Path packed = Files.createDirectories(folder.resolve("packed-" + set)).resolve(name);
      pack(folder.resolve(set), packed);
      final ImageData expected = DataSource.resolve(folder.resolve(set).toString()).load();
      final ImageData found = DataSource.resolve(packed.toString()).load();
      assertThat(found.sha256()).isEqualTo(expected.sha256());
      assertThat(found.pixelsSha256()).isEqualTo(expected.pixelsSha256());
      // A folder with nothing but it will do.
      assertThat(DataSource.resolve(packed.getParent().toString()).load().sha256())
          .isEqualTo(expected.sha256());
    }
    assertThat(DataSource.all(Optional.of(folder)))
        .extracting(DataSource::name)
        .containsExactly(
            DataSource.DEFAULT, "packed-pictures", "packed-python", "pictures", "python");
  }

  @Test
  void longNamesAreWhole() throws IOException {
    final String longName = "x".repeat(60) + "/" + "y".repeat(80);
    final ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Archives.member(tar, "././@LongLink", (longName + "\0").getBytes(StandardCharsets.UTF_8), 'L');
    Archives.member(tar, longName.substring(0, 99), new byte[] {1}, '0');
    final String record = " path=" + longName + "2\n";
    Archives.member(
        tar, "PaxHeader", (record.length() + 3 + record).getBytes(StandardCharsets.UTF_8), 'x');
    Archives.member(tar, "short", new byte[] {2, 3}, '0');
    Archives.member(tar, "link", new byte[0], '2');
    tar.writeBytes(new byte[1024]);
    final Path file = Files.write(folder.resolve("a.tar"), tar.toByteArray());
    try (ArchiveTree tree = ArchiveTree.open(file)) {
      assertThat(tree.entries("x".repeat(60)))
          .extracting(FileTree.Entry::name)
          .containsExactly("y".repeat(80), "y".repeat(80) + "2");
      assertThat(tree.open(longName + "2").readAllBytes()).containsExactly(2, 3);
      assertThat(tree.find("link")).isEmpty();
      assertThat(tree.find("x".repeat(60)))
          .get()
          .extracting(FileTree.Entry::kind)
          .isEqualTo(FileTree.Kind.FOLDER);
    }
  }

  @Test
  void foldersAreFoundAmongNamesThatSortAroundThem() throws IOException {
    final Map<String, byte[]> members = new LinkedHashMap<>();
    for (final String name : new String[] {"a/1", "a-b", "a.b/2", "a/c/3", "a0", "b"}) {
      members.put(name, new byte[1]);
    }
    Archives.zip(folder.resolve("a.zip"), members);
    try (ArchiveTree tree = ArchiveTree.open(folder.resolve("a.zip"))) {
      assertThat(tree.entries(""))
          .extracting(FileTree.Entry::name)
          .containsExactly("a", "a-b", "a.b", "a0", "b");
      assertThat(tree.entries("a")).extracting(FileTree.Entry::name).containsExactly("1", "c");
      assertThat(tree.at("a").entries("c")).extracting(FileTree.Entry::name).containsExactly("3");
    }
  }

  @Test
  void leadingUpwardsIsRefused() throws IOException {
    for (final String name : new String[] {"../a", "/a", "a/../../b"}) {
      Archives.zip(folder.resolve("a.zip"), Map.of(name, new byte[1]));
      fails("a.zip", "has a member named '" + name + "'");
      Archives.tar(folder.resolve("a.tar"), Map.of(name, new byte[1]));
      fails("a.tar", "has a member named '" + name + "'");
    }
  }

  @Test
  void damageIsOneSentence() throws IOException {
    CifarPickles.ten(Files.createDirectory(folder.resolve("python")));
    for (final String name : new String[] {"a.zip", "a.tar", "a.tar.gz"}) {
      pack(folder.resolve("python"), folder.resolve(name));
      final byte[] whole = Files.readAllBytes(folder.resolve(name));
      Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length / 2));
      fails(name, "cut short or damaged");
      Files.write(folder.resolve(name), new byte[700]);
      if (name.equals("a.tar")) {
        fails(name, "expected IDX files"); // zeros are an empty one
      } else {
        fails(name, "cut short or damaged");
      }
    }
    Files.writeString(folder.resolve("b.tar"), "no archive".repeat(100));
    fails("b.tar", "no tar archive");
  }

  /** Java's own reader accepts this one and stumbles over a name when members are listed. */
  @Test
  void namesThatAreNoTextAreOneSentence() throws IOException {
    try (InputStream stream =
        ArchiveTreeTest.class.getResourceAsStream("/golden/damaged/name-that-is-no-text.npz")) {
      Files.write(folder.resolve("a.npz"), stream.readAllBytes());
    }
    fails("a.npz", "cut short or damaged");
  }

  private void fails(String name, String sentence) {
    assertThatThrownBy(() -> DataSource.resolve(folder.resolve(name).toString()).load())
        .isInstanceOf(DataException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(sentence);
  }

  private static void pack(Path from, Path to) throws IOException {
    final Map<String, byte[]> members = new LinkedHashMap<>();
    try (var files = Files.walk(from)) {
      for (final Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        members.put("top/" + from.relativize(file), Files.readAllBytes(file));
      }
    }
    final String name = to.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
    if (name.endsWith(".zip")) {
      Archives.zip(to, members);
      return;
    }
    final Path tar = Files.createTempFile(to.getParent(), "plain", "");
    Archives.tar(tar, members);
    final byte[] plain = Files.readAllBytes(tar);
    Files.delete(tar);
    try (OutputStream raw = Files.newOutputStream(to);
        OutputStream stream =
            name.endsWith("gz")
                ? new GZIPOutputStream(raw)
                : name.endsWith("xz") ? new XZOutputStream(raw, new LZMA2Options(0)) : raw) {
      stream.write(plain);
    }
  }
}
