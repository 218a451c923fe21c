package org.nao.study.winners;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.nao.error.UserException;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.ConfigFiles;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.study.jobs.Conduct;
import org.nao.study.jobs.KeptModels;
import org.nao.study.jobs.SearchJob;
import org.nao.study.jobs.StandaloneJob;
import org.nao.study.jobs.Study;
import org.nao.study.jobs.Trainings;
import org.nao.study.jobs.Workplace;
import org.nao.training.Seeds;

/** Runs searches and trains their winners alone (paper, sections 3.1, 5.1 and 5.2). */
public final class WinnersStudy implements Study<WinnersResult> {
  private static final String SEARCH = "search";
  private static final String STANDALONE = "stand-alone";

  /** What a derived seed is for. */
  private enum Purpose {
    SPLIT,
    STANDALONE
  }

  private final String name;
  private final WinnersConfig config;
  private final Map<String, SearchConfig> searches;
  private final Consumer<String> notices;
  private final Workplace workplace;
  private final Trainings trainings;

  private WinnersStudy(
      String name, WinnersConfig config, Map<String, SearchConfig> searches, Conduct conduct) {
    this.name = name;
    this.config = config;
    this.searches = searches;
    notices = conduct.notices();
    final SearchConfig search = config.search();
    workplace =
        new Workplace(
            search.data(),
            search.imageSize(),
            search.validation(),
            seed(Purpose.SPLIT, 0),
            search.device(),
            search.threads(),
            search.searchSpace());
    trainings = new Trainings(Path.of(config.cache()), conduct);
  }

  /** One algorithm. */
  public static WinnersStudy stability(WinnersConfig config, Conduct conduct) {
    return new WinnersStudy(
        "stability", config, Map.of(config.search().algorithm(), config.search()), conduct);
  }

  /**
   * NAO-V2 with and without each of its components.
   *
   * @throws UserException for another algorithm
   */
  public static WinnersStudy ablation(WinnersConfig config, Conduct conduct) {
    if (!config.search().algorithm().equals("nao-v2")) {
      throw new UserException(
          "the ablation takes components from nao-v2, the configuration's search.algorithm is "
              + config.search().algorithm());
    }
    return new WinnersStudy("ablation", config, Ablation.searches(config.search()), conduct);
  }

  @Override
  public Optional<WinnersResult> run() {
    if (!trainings.complete(SEARCH, searchJobs())) {
      return Optional.empty();
    }
    final List<StandaloneJob> alone = new ArrayList<>();
    for (final SearchConfig search : searches.values()) {
      winners(search).forEach(winner -> alone.addAll(standalone(winner.found().architecture())));
    }
    return trainings.complete(STANDALONE, alone) ? Optional.of(result()) : Optional.empty();
  }

  private List<SearchJob> searchJobs() {
    final List<SearchJob> all = new ArrayList<>();
    searches.values().forEach(search -> all.addAll(jobs(search)));
    return all;
  }

  /** Random architectures stand for the winners, which nobody knows yet. */
  @Override
  public Cost estimate() {
    final Estimation estimation = Estimation.ofProcess();
    estimation.ready();
    trainings.estimate(SEARCH, searchJobs(), estimation);
    final Random random = new Random(config.search().seed());
    final List<StandaloneJob> alone = new ArrayList<>();
    for (int i = 0; i < searches.size() * config.networks(); i++) {
      alone.addAll(standalone(workplace.write(workplace.space().random(random))));
    }
    trainings.estimate(STANDALONE, alone, estimation);
    estimation.note(
        STANDALONE + ": as long as random architectures take; the winners may be larger.");
    return estimation.finish(workplace.device());
  }

  @Override
  public void keep(Path folder) {
    final KeptModels models = new KeptModels(trainings);
    searches.forEach(
        (title, search) -> {
          final List<Winner> winners = winners(search);
          for (int i = 0; i < winners.size(); i++) {
            final List<StandaloneJob> jobs = standalone(winners.get(i).found().architecture());
            for (int j = 0; j < jobs.size(); j++) {
              models.add(title, i, j, jobs.get(j));
            }
          }
        });
    models.write(folder);
  }

  @Override
  public void close() {
    workplace.close();
  }

  private record Winner(long seed, SearchSummary.Found found) {}

  private List<SearchJob> jobs(SearchConfig search) {
    final int runs = config.winners() == WinnersConfig.Winners.TOP ? 1 : config.networks();
    final List<SearchJob> jobs = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      jobs.add(
          SearchJob.of(
              workplace,
              ConfigFiles.resolve(search, Optional.empty(), Map.of("seed", search.seed() + i)),
              notices));
    }
    return jobs;
  }

  private List<Winner> winners(SearchConfig search) {
    final int each = config.winners() == WinnersConfig.Winners.TOP ? config.networks() : 1;
    final List<Winner> winners = new ArrayList<>();
    for (final SearchJob job : jobs(search)) {
      trainings.result(job).orElseThrow().top().stream()
          .limit(each)
          .forEach(found -> winners.add(new Winner(job.config().seed(), found)));
    }
    return winners;
  }

  private List<StandaloneJob> standalone(String architecture) {
    final List<StandaloneJob> jobs = new ArrayList<>();
    for (int i = 0; i < config.standalone().repeats(); i++) {
      jobs.add(
          StandaloneJob.of(
              workplace,
              config.standalone(),
              architecture,
              seed(Purpose.STANDALONE, i),
              config.keepWeights()));
    }
    return jobs;
  }

  private WinnersResult result() {
    final List<WinnersResult.Row> rows = new ArrayList<>();
    searches.forEach(
        (title, search) ->
            rows.add(
                WinnersResult.Row.of(
                    title,
                    winners(search).stream().map(this::network).toList(),
                    config.level(),
                    jobs(search).stream().mapToDouble(this::seconds).sum())));
    return new WinnersResult(name, config.winners(), rows);
  }

  private WinnersResult.Network network(Winner winner) {
    final String architecture = winner.found().architecture();
    return new WinnersResult.Network(
        winner.seed(),
        architecture,
        NetworkFamilies.standalone(
                workplace.space(),
                workplace.shape(config.standalone().layers(), config.standalone().channels()))
            .size(workplace.parse(architecture))
            .parameters(),
        standalone(architecture).stream()
            .mapToDouble(job -> 1 - trainings.result(job).orElseThrow().testAccuracy())
            .average()
            .orElseThrow());
  }

  private double seconds(SearchJob job) {
    return trainings.result(job).orElseThrow().seconds().values().stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private long seed(Purpose purpose, long index) {
    return Seeds.derive(config.search().seed(), purpose.ordinal(), index);
  }
}
