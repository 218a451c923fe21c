package org.nao.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.nao.engine.CudaPart;
import org.nao.engine.Device;
import org.nao.engine.EngineException;
import org.nao.run.Machine;
import picocli.CommandLine.IVersionProvider;

/** What {@code nao --version} prints: what was built, from which sources, and what of it runs. */
final class Version implements IVersionProvider {
  /** Written by the build. */
  private static final String BUILD = "build.properties";

  @Override
  public String[] getVersion() {
    final Properties build = build();
    return new String[] {
      "nao " + build.getProperty("version"),
      "commit     %s, %s".formatted(build.getProperty("commit"), build.getProperty("date")),
      "CPU part   " + instructionSet(),
      "CUDA part  " + architectures(),
      "Java       " + Machine.examine().javaVersion()
    };
  }

  /** Version and commit, by which processes tell whether they are the same. */
  static String line() {
    final Properties build = build();
    return build.getProperty("version") + " " + build.getProperty("commit");
  }

  /** Keys version, commit and date. */
  static Properties build() {
    final Properties properties = new Properties();
    try (InputStream stream = Version.class.getResourceAsStream(BUILD)) {
      properties.load(stream);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(BUILD + " cannot be read", e);
    }
  }

  private static String instructionSet() {
    try (Device device = Device.open("cpu", 1)) {
      return device.isa();
    } catch (EngineException e) {
      return e.getMessage();
    }
  }

  private static String architectures() {
    try {
      final CudaPart cuda = CudaPart.find();
      return cuda.problem().isEmpty() ? cuda.architectures() : "none: " + cuda.problem();
    } catch (EngineException e) {
      return "none";
    }
  }
}
