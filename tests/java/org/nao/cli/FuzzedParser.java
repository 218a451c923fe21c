package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.nao.data.Archives;
import org.nao.data.CifarPickles;
import org.nao.data.DataSource;
import org.nao.data.ImageForm;
import org.nao.data.Npy;
import org.nao.data.PictureReader;
import org.nao.data.Pictures;
import org.nao.model.ModelFile;
import org.nao.model.ModelInfo;
import org.nao.model.Models;
import org.nao.run.ConfigFile;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.PoolFiles;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.Safetensors;
import org.nao.run.SafetensorsFile;
import org.nao.run.SealedJson;
import org.nao.run.Tensor;
import org.nao.search.algorithm.NoiseImages;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.table.CellTable;
import org.nao.search.table.SyntheticTable;
import org.nao.search.table.TableConfig;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.study.ranking.RankingConfig;
import org.nao.study.winners.WinnersConfig;
import org.nao.train.TrainConfig;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Everything that nao reads: files that it accepts, and how it reads them. */
enum FuzzedParser {
  /** All formats of all spaces. */
  ARCHITECTURES {
    @Override
    void write(Path folder) throws IOException {
      for (final String name : SearchSpace.names()) {
        final SearchSpace space = SearchSpace.named(name, SearchSpace.defaultNodes(name));
        final Architecture architecture = space.random(new SplittableRandom(1));
        Files.writeString(
            folder.resolve(name + ".integers"),
            ArchitectureFormat.integers(space).write(architecture));
        Files.writeString(
            folder.resolve(name + ".readable"),
            ArchitectureFormat.readable(space).write(architecture));
        Files.writeString(
            folder.resolve(name + ".json"), ArchitectureFormat.json(space).write(architecture));
        if (space.isDarts()) {
          final Architecture published = ArchitectureFormat.parseAny(space, "DARTS_V2");
          Files.writeString(
              folder.resolve(name + ".nni"), ArchitectureFormat.nni(space).write(published));
          Files.writeString(
              folder.resolve(name + ".naslib"), ArchitectureFormat.naslib(space).write(published));
        }
        if (space.hasGenotypes()) {
          Files.writeString(
              folder.resolve(name + ".genotype"),
              "log: x = " + ArchitectureFormat.genotype(space).write(architecture));
        }
      }
    }

    @Override
    void read(Path file) {
      final String space = file.getFileName().toString().split("\\.")[0];
      command("arch", "size", "--space", space, "--file", file.toString());
    }
  },

  CONFIGURATIONS {
    @Override
    void write(Path folder) throws IOException {
      for (final Algorithm algorithm : Algorithm.values()) {
        final SearchConfig preset = Presets.of(algorithm.title(), "quick");
        Files.writeString(
            folder.resolve("search." + algorithm.title()), Json.pretty(ConfigFiles.used(preset)));
      }
      Files.writeString(
          folder.resolve("ranking.x"),
          Json.pretty(ConfigFiles.used(RankingConfig.preset("quick"))));
      Files.writeString(
          folder.resolve("stability.x"),
          Json.pretty(ConfigFiles.used(WinnersConfig.preset("quick", "nao-v2"))));
      Files.writeString(folder.resolve("table.x"), Json.pretty(TableConfig.preset("quick")));
      Files.writeString(
          folder.resolve("train.x"),
          Json.pretty(TrainConfig.preset("cifar10", "").put("architecture", ARCHITECTURE)));
    }

    @Override
    void read(Path file) {
      final String kind = file.getFileName().toString().split("\\.")[0];
      if (kind.equals("table")) {
        ConfigFiles.resolve(
            TableConfig.preset("quick"), Optional.of(ConfigFile.read(file)), Map.of());
      } else if (kind.equals("search") || kind.equals("train")) {
        command(kind, "--config", file.toString(), "--show-config");
      } else {
        command("study", kind, "--config", file.toString(), "--show-config");
      }
    }
  },

  /** What is behind the checksum, too. */
  SEALED_CONFIGURATIONS {
    @Override
    void write(Path folder) throws IOException {
      SealedJson.write(folder.resolve("search.sealed"), Presets.of("nao-v2", "quick"));
      Files.writeString(folder.resolve("search"), Json.pretty(Presets.of("enas", "paper")));
      Files.writeString(folder.resolve("ranking"), Json.pretty(RankingConfig.preset("quick")));
      Files.writeString(folder.resolve("table"), Json.pretty(TableConfig.preset("quick")));
    }

    @Override
    void read(Path file) throws IOException {
      final String name = file.getFileName().toString();
      if (!name.endsWith("sealed")) {
        final ObjectNode tree = Json.readObject(file);
        if (tree.isEmpty()) {
          return;
        }
        tree.remove("checksum");
        SealedJson.write(file, tree);
      }
      switch (name) {
        case "ranking" -> ConfigFiles.read(file, RankingConfig.class);
        case "table" -> ConfigFiles.read(file, TableConfig.class);
        default -> ConfigFiles.read(file, SearchConfig.class);
      }
    }
  },

  /** Model files, and what is behind their checksum. */
  MODELS {
    @Override
    void write(Path folder) throws IOException {
      final ModelFile model =
          Models.write(folder.resolve("model"), "nao-small", 5, ARCHITECTURE, 1, 2);
      Files.writeString(folder.resolve("model.json"), Json.pretty(model.info()));
    }

    @Override
    void read(Path file) {
      if (file.toString().endsWith(".json")) {
        ConfigFiles.of(Json.readObject(file), ModelInfo.class, file).networks();
      } else {
        ModelFile.open(file);
      }
    }
  },

  SAFETENSORS {
    @Override
    void write(Path folder) {
      Safetensors.write(folder.resolve("weights"), tensors(), Map.of("format", "pt"));
    }

    @Override
    void read(Path file) {
      final SafetensorsFile tensors = SafetensorsFile.open(file);
      tensors.tensors().values().forEach(Tensor::toString);
      tensors.require("a.weight", Tensor.Type.F32, -1, 2).floats();
      tensors.require("b", Tensor.Type.I64, -1).longs();
    }
  },

  IDX_FOLDERS {
    @Override
    void write(Path folder) throws IOException {
      final Path data = Files.createDirectory(folder.resolve("data"));
      NoiseImages.write(data);
    }

    @Override
    void read(Path file) {
      DataSource.resolve(file.getParent().toString()).load();
    }
  },

  /** Compressed, which is damaged after that. */
  IDX_GZ_FOLDERS {
    @Override
    void write(Path folder) throws IOException {
      final Path data = Files.createDirectory(folder.resolve("data"));
      NoiseImages.write(data);
      for (final Path file : files(data)) {
        Files.write(Path.of(file + ".gz"), compressed(Files.readAllBytes(file)));
        Files.delete(file);
      }
    }

    @Override
    void read(Path file) {
      DataSource.resolve(file.getParent().toString()).load();
    }
  },

  CIFAR_FOLDERS {
    @Override
    void write(Path folder) throws IOException {
      final Path ten = Files.createDirectory(folder.resolve("ten"));
      Files.write(ten.resolve("data_batch_1.bin"), new byte[3 * 3073]);
      Files.write(ten.resolve("data_batch_2.bin"), new byte[2 * 3073]);
      Files.write(ten.resolve("test_batch.bin"), new byte[2 * 3073]);
      Files.writeString(ten.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
      final Path hundred = Files.createDirectory(folder.resolve("hundred"));
      Files.write(hundred.resolve("train.bin"), new byte[2 * 3074]);
      Files.write(hundred.resolve("test.bin"), new byte[3074]);
    }

    @Override
    void read(Path file) {
      DataSource.resolve(file.getParent().toString()).load();
    }
  },

  CIFAR_PYTHON_FOLDERS {
    @Override
    void write(Path folder) throws IOException {
      final Path ten = Files.createDirectory(folder.resolve("ten"));
      CifarPickles.ten(ten);
      final Path hundred = Files.createDirectory(folder.resolve("hundred"));
      CifarPickles.hundred(hundred);
    }

    @Override
    void read(Path file) {
      DataSource.resolve(file.getParent().toString()).load();
    }
  },

  NUMPY_FOLDERS {
    @Override
    void write(Path folder) throws IOException {
      final Path four = Files.createDirectory(folder.resolve("four"));
      for (final String set : List.of("train", "test")) {
        Files.write(four.resolve(set + "_images.npy"), Npy.bytes(new int[] {4, 4, 4, 3}));
        Files.write(four.resolve(set + "_labels.npy"), Npy.labels("<i8", 0, 1, 0, 1));
      }
      final Path alone = Files.createDirectory(folder.resolve("alone"));
      Files.write(alone.resolve("images.npy"), Npy.bytes(new int[] {4, 4, 4}));
      Files.write(alone.resolve("labels.npy"), Npy.labels("|u1", 0, 1, 0, 1));
    }

    @Override
    void read(Path file) {
      DataSource.resolve(file.getParent().toString()).load();
    }
  },

  /** Tar, plain and compressed, and zip, also one of NumPy's. */
  ARCHIVES {
    @Override
    void write(Path folder) throws IOException {
      final Path images = Files.createDirectory(folder.resolve("images"));
      NoiseImages.write(images);
      final Map<String, byte[]> members = new LinkedHashMap<>();
      for (final Path file : files(images)) {
        members.put("./set/" + file.getFileName(), Files.readAllBytes(file));
        Files.delete(file);
      }
      Files.delete(images);
      Archives.tar(folder.resolve("a.tar"), members);
      Files.write(
          folder.resolve("b.tar.gz"), compressed(Files.readAllBytes(folder.resolve("a.tar"))));
      Archives.zip(folder.resolve("c.zip"), members);
      Archives.zip(
          folder.resolve("d.npz"),
          Map.of(
              "images.npy", Npy.bytes(new int[] {4, 4, 4}),
              "labels.npy", Npy.labels("|u1", 0, 1, 0, 1)));
    }

    @Override
    void read(Path file) {
      DataSource.resolve(file.toString()).load();
    }
  },

  /** Of every format, in a folder whose other pictures are whole. */
  PICTURES {
    @Override
    void write(Path folder) throws IOException {
      Pictures.golden(folder.resolve("train/a"));
      Pictures.write(folder.resolve("train/b/b.png"), 4, 4, 0x102030);
      Pictures.write(folder.resolve("test/a/c.png"), 4, 4, 0x102030);
    }

    @Override
    void read(Path file) {
      new PictureReader(8, 8).read(file, 3);
      DataSource.resolve(file.getParent().getParent().getParent().toString())
          .load(ImageForm.of(8).skippingBad(true));
    }
  },

  /** Its first lines, which are not the whole table: mistakes in them are found before that. */
  TABLES {
    @Override
    void write(Path folder) throws IOException {
      final byte[] text =
          (String.join("\n", SyntheticTable.lines().subList(0, 20)) + "\n")
              .getBytes(StandardCharsets.UTF_8);
      Files.write(folder.resolve("table.csv"), text);
      Files.write(folder.resolve("table.csv.gz"), compressed(text));
      try (OutputStream xz =
          new XZOutputStream(
              Files.newOutputStream(folder.resolve("table.csv.xz")), new LZMA2Options(0))) {
        xz.write(text);
      }
    }

    @Override
    void read(Path file) {
      CellTable.read(file, "cifar10", Optional.empty(), Optional.empty());
    }

    @Override
    boolean accepts() {
      return false;
    }
  },

  RUN_FOLDERS {
    @Override
    void write(Path folder) throws IOException {
      final Path path = folder.resolve("run");
      try (RunFolder run = RunFolder.create(path, Presets.of("random", "quick"))) {
        run.tieTo(List.of());
        run.events().append(Map.of("phase", "train", "round", 0));
        run.events().append(Map.of("phase", "evaluate", "round", 0));
        run.writePool(0, List.of("0 1", "1 0"), new double[] {0.5, 0.25});
        run.checkpoint().save(Map.of("round", 1, "events", run.events().sync()), tensors());
        run.checkpoint().save(Map.of("round", 2, "events", run.events().sync()), tensors());
        run.writeFinalPool(List.of("0 1"));
        run.writeSummary(Map.of("algorithm", "random"));
      }
    }

    @Override
    void read(Path file) {
      Path path = file.getParent();
      path = path.endsWith("run") ? path : path.getParent();
      final SearchConfig config = ConfigFiles.read(RunFolder.configFile(path), SearchConfig.class);
      try (RunFolder run = RunFolder.resume(path, config)) {
        run.tieTo(List.of());
        run.checkpoint().load().ifPresent(loaded -> loaded.tensors().get("a.weight").floats());
        run.events().read();
        SealedJson.read(RunFolder.summaryFile(path));
        PoolFiles.read(path, 0);
        PoolFiles.readFinal(path);
        PoolFiles.readPerformances(path, 0);
      }
    }
  },

  PAGES {
    @Override
    void write(Path folder) throws IOException {
      TinyRuns.search(folder.resolve("searched"), 12);
      TinyRuns.training(folder.resolve("trained"), List.of("a", "b, or \"c\"", "d"));
    }

    @Override
    void read(Path file) {
      Path root = file.getParent();
      while (!Files.exists(root.resolve("trained"))) {
        root = root.getParent();
      }
      command(
          "report",
          root.resolve("searched").toString(),
          root.resolve("trained").toString(),
          "--out",
          root.resolve("page.html").toString());
    }
  },

  BENCHMARKS {
    @Override
    void write(Path folder) throws IOException {
      Files.writeString(
          folder.resolve("steps.json"), Invocation.of((BENCH + " --json").split(" ")).out());
    }

    @Override
    void read(Path file) {
      command((BENCH + " --threshold 1e9 --compare " + file).split(" "));
    }

    @Override
    int cost() {
      return 10;
    }
  };

  private static final String ARCHITECTURE =
      "0 0 0 3 2 2 1 3 2 3 0 1 4 4 3 4 2 4 3 2 1 1 0 0 0 2 0 3 2 3 2 2 1 3 0 1 3 4 2 4";

  private static final String BENCH =
      "bench step --layers 1 --channels 2 --batch 4 --archs 1 --repetitions 1" + " --threads 1";

  /** Writes files that {@link #read} accepts into an empty folder, or into folders of it. */
  abstract void write(Path folder) throws IOException;

  /** Reads a file, and what belongs to it, as nao does. */
  abstract void read(Path file) throws IOException;

  /** Whether {@link #read} accepts what {@link #write} writes. */
  boolean accepts() {
    return true;
  }

  /** How many times as long as others it takes. */
  int cost() {
    return 1;
  }

  /** Runs a command line, which must end well or say one sentence. */
  private static void command(String... arguments) {
    final Invocation invocation = Invocation.of(arguments);
    if (invocation.exitCode() != ExitCode.DONE) {
      throw new RunException(invocation.err().strip());
    }
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Map<String, Tensor> tensors() {
    return Map.of(
        "a.weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2),
        "b", Tensor.of(new long[] {1, 2}, 2));
  }

  private static byte[] compressed(byte[] bytes) throws IOException {
    final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gz = new GZIPOutputStream(compressed)) {
      gz.write(bytes);
    }
    return compressed.toByteArray();
  }
}
