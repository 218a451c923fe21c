package org.nao.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nao.data.DataException;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.export.OnnxCheck;
import org.nao.export.OnnxExport;
import org.nao.export.PythonExport;
import org.nao.export.SafetensorsExport;
import org.nao.model.Logits;
import org.nao.model.ModelFile;
import org.nao.model.ModelImages;
import org.nao.model.ModelInfo;
import org.nao.model.OpenModel;
import org.nao.model.Pixels;
import org.nao.run.RunException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao export}: a model file for other tools. */
@Command(
    name = "export",
    description = "Writes a model file in a form that other tools read.",
    footer = {
      "",
      "Examples:",
      "  nao export runs/b --to onnx                  model.onnx beside the model",
      "  nao export runs/a --to pytorch --out best.py  python3 best.py compares it"
    })
final class ExportCommand implements Runnable {
  private static final int CHECK_IMAGES = 32;

  /** Of the largest logit; both sum floats in another order. */
  private static final double TOLERANCE = 1e-4;

  /** A form, and how its files' names end. */
  private enum Form {
    ONNX(".onnx"),
    PYTORCH(".py"),
    SAFETENSORS(".weights.safetensors");

    private final String suffix;

    Form(String suffix) {
      this.suffix = suffix;
    }
  }

  @Parameters(
      paramLabel = "MODEL",
      description = "A model file, or the folder of a training or a search: its best model.")
  private Path model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORM",
      description =
          "onnx, operator set 17; pytorch, a Python file with its weights; safetensors, the weights"
              + " alone.")
  private Form form;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write (default: beside the model, with its name).")
  private Path out;

  @Option(
      names = "--no-fold",
      description = "ONNX: leave batch normalisations as nodes of their own.")
  private boolean noFold;

  @Mixin private Output output;

  /** Between the logits of both, as a part of the largest; null where that is not known. */
  private Double difference;

  @Override
  public void run() {
    if (noFold && form != Form.ONNX) {
      throw new UserException("--no-fold needs --to onnx.");
    }
    final ModelFile file = ModelFile.open(ModelFile.locate(model));
    final Path target = out == null ? beside(file.file()) : out;
    check(file, target);
    switch (form) {
      case ONNX -> checked(file, target);
      case PYTORCH -> python(file, target);
      case SAFETENSORS -> SafetensorsExport.write(file, target);
    }
    if (output.json()) {
      final Map<String, Object> result = new LinkedHashMap<>();
      result.put("model", file.file().toString());
      result.put("to", form.name().toLowerCase(Locale.ROOT));
      result.put("file", target.toString());
      if (form == Form.ONNX) {
        result.put("largestDifference", difference);
      }
      output.object(result);
    } else {
      output.line("wrote " + target);
      if (form == Form.ONNX) {
        output.line(
            difference == null
                ? "not checked: there is no python3 with onnxruntime on the PATH"
                : String.format(
                    Locale.ROOT,
                    "checked in onnxruntime: its logits differ by %.1e of the largest at most",
                    difference));
      }
      if (form == Form.PYTORCH) {
        output.line("python3 " + target + " compares it with nao");
      }
    }
  }

  private Path beside(Path file) {
    final String name = file.getFileName().toString().replaceFirst("\\.safetensors$", "");
    // Files that Python imports have names without dots and dashes.
    return file.resolveSibling(
        (form == Form.PYTORCH ? name.replaceAll("\\W", "_") + "_pytorch" : name) + form.suffix);
  }

  private void check(ModelFile file, Path target) {
    final String name = target.getFileName().toString();
    if (form == Form.PYTORCH && !name.matches("[A-Za-z_]\\w*\\.py")) {
      throw new UserException(
          "--out is %s; the name of a Python module has letters, digits and _ and ends with .py."
              .formatted(target));
    }
    final Path folder = target.toAbsolutePath().normalize().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UserException("--out is %s; there is no folder %s.".formatted(target, folder));
    }
    if (Files.isDirectory(target)) {
      throw new UserException("--out is %s, which is a folder.".formatted(target));
    }
    final Path weights =
        form == Form.PYTORCH
            ? target.resolveSibling(name.replaceFirst("\\.py$", ".safetensors"))
            : target;
    if (weights.toAbsolutePath().normalize().equals(file.file().toAbsolutePath().normalize())) {
      throw new UserException(
          "--out is %s, which would replace the model file; choose another name."
              .formatted(target));
    }
  }

  /** Writes the file and runs it in onnxruntime, where that is at hand. */
  private void checked(ModelFile file, Path target) {
    OnnxExport.write(file, target, !noFold);
    final float[] pixels = checkImages(file);
    try {
      final Optional<float[]> there = OnnxCheck.logits(target, file.info(), pixels);
      if (there.isPresent()) {
        difference = Logits.difference(there.get(), logits(file, pixels));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (difference != null && !(difference <= TOLERANCE)) {
      throw new RunException(
          "%s: its logits in onnxruntime differ by %.1e of the largest, at most %.0e are expected."
              .formatted(target, difference, TOLERANCE));
    }
  }

  /** With images of the model's own data where they are at hand, else with random ones. */
  private static void python(ModelFile file, Path target) {
    final float[] pixels = checkImages(file);
    PythonExport.write(file, target, pixels, logits(file, pixels));
  }

  private static float[] logits(ModelFile file, float[] pixels) {
    final ModelInfo info = file.info();
    final int count = pixels.length / (info.imageChannels() * info.height() * info.width());
    try (Device device = Device.open("cpu", 0);
        OpenModel open = new OpenModel(device, file)) {
      return open.logits(pixels, count);
    }
  }

  private static float[] checkImages(ModelFile file) {
    try {
      final ModelImages images =
          ModelImages.load(file, Optional.empty(), ModelImages.Part.TEST, true);
      final int count = Math.min(CHECK_IMAGES, images.indices().length);
      final int[] some = Arrays.copyOf(images.indices(), count);
      return Pixels.normalised(images.set(), file.info(), some, 0, count);
    } catch (DataException e) {
      return Pixels.random(file.info(), CHECK_IMAGES);
    }
  }
}
