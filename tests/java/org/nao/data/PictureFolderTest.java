package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFolderTest {
  @TempDir private Path folder;

  @Test
  void classesAreFolders() throws IOException {
    Pictures.folder(folder, 4, true);
    final ImageData data = load(ImageForm.AS_THEY_ARE);
    assertThat(data.training().classNames()).containsExactly("dark", "light");
    assertThat(data.training().countPerClass()).containsExactly(4, 4);
    assertThat(data.test().countPerClass()).containsExactly(2, 2);
    assertThat(data.training().channels()).isEqualTo(3);
    assertThat(data.training().height()).isEqualTo(8);
    assertThat(data.notices()).isEmpty();
    // The second picture is the second of the first class: 16 in red and blue.
    assertThat(data.training().labels()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    final byte[] second = Arrays.copyOfRange(data.training().pixels().all(), 3 * 64, 6 * 64);
    assertThat(Arrays.copyOf(second, 64)).containsOnly(16);
    assertThat(Arrays.copyOfRange(second, 64, 128)).containsOnly(0);
  }

  @Test
  void greyPicturesHaveOneChannelUnlessMoreAreWanted() throws IOException {
    Pictures.folder(folder, 2, false);
    assertThat(load(ImageForm.AS_THEY_ARE).training().channels()).isEqualTo(1);
    assertThat(load(ImageForm.AS_THEY_ARE.coloured(3)).training().channels()).isEqualTo(3);
    Pictures.write(folder.resolve("test/dark/red.png"), 8, 8, 0xff0000);
    assertThat(load(ImageForm.AS_THEY_ARE).training().channels()).isEqualTo(3);
    final ImageSet grey = load(ImageForm.AS_THEY_ARE.coloured(1)).test();
    assertThat(grey.channels()).isEqualTo(1);
    assertThat(grey.pixels().all()[64]).isEqualTo((byte) 76); // 0.299 of 255
  }

  @Test
  void severalSizesNeedOne() throws IOException {
    Pictures.folder(folder, 2, true);
    Pictures.write(folder.resolve("train/dark/wide.jpg"), 40, 20, 0x808080);
    fails(ImageForm.AS_THEY_ARE, "wide.jpg", "20 x 40", "8 x 8", "give --image-size S");
    assertThat(load(ImageForm.AS_THEY_ARE.cropped(14)).training().height()).isEqualTo(16);
    final ImageSet sized = load(ImageForm.of(4)).training();
    assertThat(sized.pixels().all()).hasSize(5 * 3 * 16);
    assertThat(sized.pixels().all()[2 * 3 * 16] & 0xff).isBetween(126, 130);
  }

  @Test
  void oneFolderOfClassesGivesATenthToTheTest() throws IOException {
    Pictures.folder(folder, 20, true);
    final ImageData data =
        DataSource.resolve(folder.resolve("train").toString()).load(ImageForm.AS_THEY_ARE);
    assertThat(data.training().countPerClass()).containsExactly(18, 18);
    assertThat(data.test().countPerClass()).containsExactly(2, 2);
    assertThat(data.notices()).singleElement().asString().contains("4 images of its 40");
    assertThat(data.sha256())
        .isEqualTo(DataSource.resolve(folder.resolve("train").toString()).load().sha256());
  }

  @Test
  void valIsTheTestSetWhereThereIsNoOther() throws IOException {
    Pictures.folder(folder, 2, true);
    Files.move(folder.resolve("test"), folder.resolve("val"));
    assertThat(load(ImageForm.AS_THEY_ARE).test().count()).isEqualTo(2);
  }

  @Test
  void badFilesAreNamedOrLeftOut() throws IOException {
    Pictures.folder(folder, 3, true);
    final Path bad = folder.resolve("train/dark/01.png");
    final byte[] whole = Files.readAllBytes(bad);
    Files.write(bad, Arrays.copyOf(whole, whole.length / 2));
    fails(ImageForm.AS_THEY_ARE, bad.toString(), "is cut short; --skip-bad leaves such files out.");
    Files.writeString(folder.resolve("train/light/notes.txt"), "not a picture");
    Files.createSymbolicLink(folder.resolve("test/light/away.png"), Path.of("nowhere"));
    Files.write(folder.resolve("test/light/bomb.png"), Pictures.png(30000, 30000, new byte[9]));
    final ImageForm skipping = ImageForm.AS_THEY_ARE.skippingBad(true);
    final ImageData data = load(skipping);
    assertThat(data.training().countPerClass()).containsExactly(2, 3);
    assertThat(data.test().countPerClass()).containsExactly(1, 1);
    assertThat(data.notices()).singleElement().asString().contains("4 bad files left out");
    // Closing the gap moved the pictures behind it.
    assertThat(data.training().pixels().all()[3 * 64]).isEqualTo((byte) (2 * 64 / 3));
    Files.delete(bad);
    Files.delete(folder.resolve("train/light/notes.txt"));
    Files.delete(folder.resolve("test/light/away.png"));
    Files.delete(folder.resolve("test/light/bomb.png"));
    assertThat(load(ImageForm.AS_THEY_ARE).sha256()).isEqualTo(data.sha256());
  }

  @Test
  void hiddenFilesArePassedOver() throws IOException {
    Pictures.folder(folder, 2, true);
    Files.writeString(folder.resolve("train/dark/.DS_Store"), "x");
    Files.createDirectories(folder.resolve("train/.cache"));
    Files.createDirectories(folder.resolve("train/__MACOSX"));
    assertThat(load(ImageForm.AS_THEY_ARE).training().count()).isEqualTo(4);
  }

  @Test
  void linksCountAsWhatTheyLeadTo() throws IOException {
    Pictures.folder(folder.resolve("real"), 2, true);
    final Path linked = Files.createDirectories(folder.resolve("linked/train"));
    Files.createSymbolicLink(linked.resolve("a"), folder.resolve("real/train/dark"));
    Files.createSymbolicLink(linked.resolve("b"), Path.of("../../real/train/light"));
    final DataSource source = DataSource.resolve(folder.resolve("real/../linked").toString());
    assertThat(source.name()).isEqualTo("linked");
    assertThat(source.load().training().count() + source.load().test().count()).isEqualTo(4);
    Files.createSymbolicLink(linked.resolve("loop"), Path.of("."));
    assertThatThrownBy(source::load)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is too deep");
  }

  @Test
  void classesMustBeTwoAndTheSameInBothSets() throws IOException {
    Pictures.write(folder.resolve("train/only/a.png"), 8, 8, 0);
    fails(ImageForm.AS_THEY_ARE, "one class only, only");
    Files.createDirectories(folder.resolve("train/empty"));
    fails(ImageForm.AS_THEY_ARE, "train/empty: expected pictures of the class, found none");
    Pictures.write(folder.resolve("train/empty/a.png"), 8, 8, 0);
    Pictures.write(folder.resolve("test/other/a.png"), 8, 8, 0);
    fails(ImageForm.AS_THEY_ARE, "test/other: expected a folder of that name beside the training");
  }

  @Test
  void picturesWithoutFoldersOfClassesAreNoClasses() throws IOException {
    Pictures.write(folder.resolve("train/a.png"), 8, 8, 0);
    Pictures.write(folder.resolve("test/b.png"), 8, 8, 0);
    fails(ImageForm.AS_THEY_ARE, "expected folders of pictures in the folder train");
  }

  @Test
  void tooLargePicturesNameTheSize() throws IOException {
    Pictures.folder(folder, 2, true);
    fails(ImageForm.of(30000), "are too large; give a smaller --image-size");
  }

  @Test
  void aHomeListsTheFolderOnce() throws IOException {
    Pictures.folder(folder.resolve("mine"), 2, true);
    assertThat(DataSource.all(Optional.of(folder)))
        .extracting(DataSource::name)
        .containsExactly(DataSource.DEFAULT, "mine");
    assertThat(load(ImageForm.AS_THEY_ARE).training().count()).isEqualTo(4);
  }

  private ImageData load(ImageForm form) {
    return DataSource.resolve(folder.toString()).load(form);
  }

  private void fails(ImageForm form, String... parts) {
    assertThatThrownBy(() -> load(form))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(folder.toString());
  }
}
