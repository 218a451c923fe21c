package org.nao.export;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.nao.model.ModelFile;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.run.Json;
import org.nao.run.Safetensors;

/** Writes the weights alone, those that classification needs, under the authors' names. */
public final class SafetensorsExport {
  private SafetensorsExport() {}

  /** Writes a file as a whole. */
  public static void write(ModelFile model, Path file) {
    final ParameterTable table = model.info().networks().program(model.info().parsed()).table();
    Safetensors.write(
        file,
        table.parameters().stream()
            .map(ParameterSpec::name)
            .collect(Collectors.toMap(name -> name, model.weights().tensors()::get)),
        Map.of("model", Json.line(model.info())));
  }
}
