package org.nao.study.jobs;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nao.data.DataSource;
import org.nao.estimate.Estimation;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;

/** Searches. */
public record SearchJob(SearchConfig config, SearchKey key, Consumer<String> notices)
    implements Job<SearchSummary> {

  public static SearchJob of(Workplace workplace, SearchConfig config, Consumer<String> notices) {
    return new SearchJob(
        config,
        new SearchKey(
            StudyFormat.VERSION,
            workplace.place().data(),
            workplace.place().device(),
            ConfigFiles.resolve(
                config, Optional.empty(), Map.of("data", "", "device", "", "threads", 0))),
        notices);
  }

  @Override
  public String kind() {
    return "search";
  }

  @Override
  public Class<SearchSummary> resultType() {
    return SearchSummary.class;
  }

  @Override
  public Object likeness() {
    return ConfigFiles.resolve(key.config(), Optional.empty(), Map.of("seed", 0));
  }

  @Override
  public void estimate(Estimation estimation) {
    Search.estimate(
        estimation, config, DataSource.resolve(config.data()).load(config.form()), notices);
  }

  @Override
  public Optional<SearchSummary> run(RunFolder folder, String title, StopRequest stop) {
    notices.accept(title + ": " + config.algorithm() + " in " + folder.path());
    try (Search search = new Search(folder, config, stop, notices)) {
      return search.run();
    }
  }
}
