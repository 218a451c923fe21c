package org.nao.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nao.data.DataException;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.text.Counted;

/**
 * Images that a model is tried on.
 *
 * @param set of the model's shape and classes
 * @param indices of its images that count
 * @param notices sentences for the user about what was read
 */
public record ModelImages(ImageSet set, int[] indices, List<String> notices) {

  /** Which images of a data set. */
  public enum Part {
    /** All images of the test set. */
    TEST,
    /** Those of the training set that the training kept to validate with. */
    VALIDATION,
    /** The other images of the training set. */
    TRAINING;

    /** In small letters. */
    public String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads images.
   *
   * @param data name or folder of a data set; empty: the one that the model was trained on
   * @param skipBad whether files that cannot be read are left out
   * @throws DataException if they are not of the model's shape and classes, or if another data set
   *     than the model's is to have the model's validation images
   */
  public static ModelImages load(
      ModelFile model, Optional<String> data, Part part, boolean skipBad) {
    final ModelInfo info = model.info();
    final ImageData read =
        DataSource.resolve(data.orElse(info.training().data()))
            .load(form(info).skippingBad(skipBad));
    if (part != Part.TEST && !read.sha256().equals(info.training().sha256())) {
      throw new DataException(
          "%s: is not the data set that %s was trained on, which alone tells its %s images apart."
              .formatted(read.name(), model.file(), part.title()));
    }
    final ImageSet whole = part == Part.TEST ? read.test() : read.training();
    if (info.cropped()
        && (whole.height() != info.height() || whole.width() != info.width())
        && whole.channels() == info.imageChannels()) {
      // The chosen images alone, since crops of all may be large.
      final int[] chosen = indices(info, whole, part);
      final ImageSet set = CroppedImages.of(whole, chosen, info.height());
      check(model, set);
      return new ModelImages(set, IntStream.range(0, chosen.length).toArray(), read.notices());
    }
    check(model, whole);
    return new ModelImages(whole, indices(info, whole, part), read.notices());
  }

  /** What images must be like for a model; those that it takes crops of stay larger. */
  private static ImageForm form(ModelInfo info) {
    final ImageForm form = ImageForm.AS_THEY_ARE.coloured(info.imageChannels());
    if (info.cropped()) {
      return form.cropped(info.height());
    }
    return info.height() == info.width() ? form.sized(info.height()) : form;
  }

  private static void check(ModelFile model, ImageSet set) {
    final ModelInfo info = model.info();
    if (set.channels() != info.imageChannels()
        || set.height() != info.height()
        || set.width() != info.width()) {
      throw new DataException(
          "%s: has images of %d x %d x %d (channels, height, width), %s takes %d x %d x %d."
              .formatted(
                  set.name(),
                  set.channels(),
                  set.height(),
                  set.width(),
                  model.file(),
                  info.imageChannels(),
                  info.height(),
                  info.width()));
    }
    if (!set.classNames().equals(info.classNames())) {
      throw new DataException(
          "%s: has %s that are not the %d of %s."
              .formatted(
                  set.name(),
                  Counted.of(set.classes(), "class"),
                  info.classNames().size(),
                  model.file()));
    }
  }

  private static int[] indices(ModelInfo info, ImageSet set, Part part) {
    if (part == Part.TEST) {
      return IntStream.range(0, set.count()).toArray();
    }
    final Split split =
        Split.stratified(
            set.labels(), set.classes(), info.training().validation(), info.training().splitSeed());
    final int[] indices = part == Part.TRAINING ? split.training() : split.validation();
    if (indices.length == 0) {
      throw new DataException("the model was trained without validation images.");
    }
    return indices;
  }
}
