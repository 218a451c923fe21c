package org.nao.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nao.run.ConfigFiles;
import org.nao.run.Input;
import org.nao.run.RunFolder;
import org.nao.run.Sha256;
import org.nao.run.UsedMachine;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.text.Csv;
import org.nao.train.TrainConfig;
import org.nao.train.TrainSummary;

/** Folders of runs as searches and trainings leave them, made without computing anything. */
public final class TinyRuns {
  private static final int ROUNDS = 3;
  private static final int WINNERS = 2;

  private TinyRuns() {}

  /** A finished search by NAO of that many architectures, at least 6. */
  public static void search(Path folder, int architectures) throws IOException {
    final SearchConfig config = Presets.of("nao-v2", "quick");
    final SearchSpace space = config.searchSpace();
    final ArchitectureFormat format = ArchitectureFormat.natural(space);
    final SplittableRandom random = new SplittableRandom(architectures);
    final List<String> texts =
        IntStream.range(0, architectures)
            .mapToObj(each -> format.write(space.random(random)))
            .toList();
    final double[] scores = random.doubles(architectures, 0.4, 0.7).toArray();
    final List<Integer> ranked =
        IntStream.range(0, architectures)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .toList();
    final int perRound = architectures / ROUNDS;
    try (RunFolder run = RunFolder.create(folder, config)) {
      run.tieTo(List.of(new Input("data set", "fashion", Sha256.of("fashion"))));
      run.noteMachine(new UsedMachine("a processor", 2, 2, "avx2", List.of(), "17", ""));
      for (int round = 0; round < ROUNDS; round++) {
        for (int epoch = 0; epoch < 2; epoch++) {
          run.events().append(epoch("train", Map.of("round", round), epoch));
        }
        final int end = round + 1 == ROUNDS ? architectures : (round + 1) * perRound;
        final List<Integer> pool = ranked.stream().filter(each -> each < end).toList();
        run.writePool(
            round,
            pool.stream().map(texts::get).toList(),
            pool.stream().mapToDouble(each -> scores[each]).toArray());
        run.events().append(Map.of("phase", "evaluate", "round", round, "pool", pool.size()));
      }
      final List<SearchSummary.Found> top = new ArrayList<>();
      for (int rank = 0; rank < WINNERS; rank++) {
        final String text = texts.get(ranked.get(rank));
        run.events().append(epoch("rerank", Map.of("index", rank, "rank", rank + 1), 0));
        run.events()
            .append(
                Map.of("phase", "rerank", "index", rank, "architecture", text, "accuracy", 0.8));
        top.add(new SearchSummary.Found(text, 1000, 2000, scores[ranked.get(rank)], 0.8));
      }
      Files.writeString(
          folder.resolve("candidates.csv"),
          "index,round,architecture,score,predicted_accuracy,standalone_accuracy,parameters,macs,"
              + "latency_ms,objective,pareto\n"
              + IntStream.range(0, architectures)
                  .mapToObj(
                      i ->
                          "%d,%d,%s,%s,%s,%s,%d,%d,%s,%s,%s\n"
                              .formatted(
                                  i,
                                  Math.min(i / perRound, ROUNDS - 1),
                                  texts.get(i),
                                  scores[i],
                                  i < perRound ? "" : random.nextDouble(),
                                  ranked.indexOf(i) < WINNERS ? "0.8" : "",
                                  random.nextInt(20_000, 70_000),
                                  random.nextInt(1_000_000, 9_000_000),
                                  1 + scores[i],
                                  scores[i],
                                  i % 2 == 0))
                  .collect(Collectors.joining()));
      run.writeSummary(
          new SearchSummary(
              "nao-v2", 1, Map.of("train", 20.0, "rerank", 60.5), ROUNDS, architectures, top));
    }
  }

  private static Map<String, Object> epoch(String phase, Map<String, Object> subject, int epoch) {
    final Map<String, Object> event = new LinkedHashMap<>(Map.of("phase", phase, "epoch", epoch));
    event.putAll(subject);
    event.put("step", 100 * (epoch + 1));
    event.put("loss", 2.0 / (epoch + 1));
    event.put("accuracy", 0.3 * (epoch + 1));
    event.put("seconds", 10.0);
    event.put("time", "2026-01-02T03:04:0%d.500Z".formatted(epoch));
    return event;
  }

  /** A finished training with classes of these names. */
  public static void training(Path folder, List<String> classes) throws IOException {
    final SearchSpace space = SearchSpace.naoSmall();
    final String text =
        ArchitectureFormat.natural(space).write(space.random(new SplittableRandom(1)));
    final TrainConfig config =
        ConfigFiles.resolve(
            TrainConfig.preset("quick", space.name()),
            TrainConfig.class,
            Optional.empty(),
            Map.of("architecture", text),
            Map.of());
    try (RunFolder run = RunFolder.create(folder, config)) {
      run.tieTo(List.of(new Input("data set", "fashion", Sha256.of("fashion"))));
      for (int epoch = 0; epoch < 3; epoch++) {
        final Map<String, Object> event = epoch("train", Map.of("learningRate", 0.025), epoch);
        event.put("validationAccuracy", 0.25 * (epoch + 1));
        run.events().append(event);
      }
      final StringBuilder confusion = new StringBuilder("class");
      classes.forEach(each -> confusion.append(',').append(Csv.field(each)));
      for (int row = 0; row < classes.size(); row++) {
        confusion.append('\n').append(Csv.field(classes.get(row)));
        for (int column = 0; column < classes.size(); column++) {
          confusion.append(',').append(row == column ? 20 : row + column);
        }
      }
      Files.writeString(folder.resolve("confusion.csv"), confusion + "\n");
      run.writeSummary(
          new TrainSummary(
              text,
              config.space(),
              "",
              config.layers(),
              config.channels(),
              1000,
              2000,
              3,
              2,
              0.75,
              0.74,
              0.99,
              0.8,
              classes,
              classes.stream().map(each -> 0.5).toList(),
              30.0,
              500.0,
              "model.safetensors"));
    }
  }
}
