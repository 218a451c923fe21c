package org.nao.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.run.AtomicFiles;
import org.nao.run.Json;
import org.nao.run.Safetensors;
import org.nao.run.Tensor;

/**
 * Writes a model as a PyTorch program: {@code NAME.py}, which builds the network, {@code
 * NAME.safetensors} with its weights and {@code NAME.check.safetensors} with images and the logits
 * that nao computes of them, which the program compares when it is run.
 */
public final class PythonExport {
  private static final String SUFFIX = ".py";

  private PythonExport() {}

  /**
   * Writes the files.
   *
   * @param file whose name ends with .py
   * @param images normalised, N,C,H,W
   * @param logits of the images, N x classes
   */
  public static void write(ModelFile model, Path file, float[] images, float[] logits) {
    final ModelInfo info = model.info();
    final String name = file.getFileName().toString();
    final String stem = name.substring(0, name.length() - SUFFIX.length());
    final Map<String, Tensor> check = new LinkedHashMap<>();
    final int classes = info.classNames().size();
    final int count = logits.length / classes;
    check.put(
        "images", Tensor.of(images, count, info.imageChannels(), info.height(), info.width()));
    check.put("logits", Tensor.of(logits, count, classes));
    Safetensors.write(file.resolveSibling(stem + ".check.safetensors"), check, Map.of());
    SafetensorsExport.write(model, file.resolveSibling(stem + ".safetensors"));
    AtomicFiles.write(file, program(model, stem));
  }

  private static String program(ModelFile model, String module) {
    final ModelInfo info = model.info();
    return template()
        .replace("@DESCRIPTION@", description(info))
        .replace("@MODULE@", module)
        .replace("@CHANNELS@", Integer.toString(info.imageChannels()))
        .replace("@HEIGHT@", Integer.toString(info.height()))
        .replace("@WIDTH@", Integer.toString(info.width()))
        .replace("@CLASSES@", Json.line(info.classNames()))
        .replace("@MEAN@", Json.line(info.mean()))
        .replace("@DEVIATION@", Json.line(info.deviation()))
        .replace("@FORWARD@", PythonForward.of(Graph.of(model)));
  }

  private static String description(ModelInfo info) {
    if (!info.hasCells()) {
      return "A " + info.network() + ", trained by nao.";
    }
    return "A network of the space %s with N = %d and C = %d, trained by nao.\n\nIts architecture is %s"
        .formatted(
            info.space(),
            info.layers(),
            info.channels(),
            info.architecture().replace("\\", "\\\\").replace("\"", "\\\""));
  }

  private static String template() {
    try (InputStream stream = PythonExport.class.getResourceAsStream("network.py")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
