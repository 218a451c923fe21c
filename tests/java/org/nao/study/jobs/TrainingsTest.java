package org.nao.study.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.estimate.Estimation;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;

class TrainingsTest {
  @TempDir private Path folder;

  record Key(int number) {}

  record Result(int square) {}

  /** Squares a number in two steps, with a checkpoint between them. */
  private record Squaring(Key key, Between between) implements Job<Result> {
    /** What happens between the steps. */
    interface Between {
      void happens(StopRequest stop) throws Exception;
    }

    @Override
    public String kind() {
      return "square";
    }

    @Override
    public Class<Result> resultType() {
      return Result.class;
    }

    @Override
    public Object likeness() {
      return key.number % 2;
    }

    @Override
    public int sample() {
      return 2;
    }

    @Override
    public void estimate(Estimation estimation) {
      estimation.add("squaring", 10, "step", key.number);
      estimation.keep(key.number);
      estimation.checkpoint(100L * key.number);
    }

    @Override
    public Optional<Result> run(RunFolder folder, String title, StopRequest stop) {
      final Optional<Integer> begun =
          folder.checkpoint().load().map(loaded -> loaded.tree().path("number").asInt());
      folder.events().append(Map.of("number", key.number));
      if (begun.isEmpty()) {
        folder.checkpoint().save(Map.of("number", key.number), Map.of());
        try {
          between.happens(stop);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
      return stop.isRequested()
          ? Optional.empty()
          : Optional.of(new Result(begun.orElse(key.number) * key.number));
    }
  }

  private static List<Squaring> jobs(int count, Squaring.Between between) {
    return IntStream.range(0, count).mapToObj(i -> new Squaring(new Key(i), between)).toList();
  }

  private Trainings trainings(StopRequest stop, List<String> notices) {
    return new Trainings(folder, new Conduct(stop, notices::add));
  }

  /** Of 0 to 6, of which 0 is done, 1, 3 and 5 are alike, and 2, 4 and 6: two are measured each. */
  @Test
  void whatIsNotDoneIsEstimated() {
    final Trainings trainings = trainings(new StopRequest(), new ArrayList<>());
    final List<Squaring> jobs = jobs(7, stop -> {});
    assertThat(trainings.complete("square", jobs.subList(0, 1))).isTrue();
    final Estimation estimation = new Estimation(Instant.now(), 0);
    trainings.estimate("square", jobs, estimation);
    // (1 + 3) / 2 for each of three, and (2 + 4) / 2.
    assertThat(estimation.seconds()).isEqualTo(10 * (3 * 2 + 3 * 3), within(1e-9));
    assertThat(estimation.keptBytes()).isEqualTo(3 * 2 + 3 * 3);
    assertThat(estimation.checkpointBytes()).isEqualTo(400);
  }

  @Test
  void whatIsStoppedIsGoneOnWithByAnyone() throws IOException {
    final List<String> notices = new ArrayList<>();
    final StopRequest stop = new StopRequest();
    final List<Squaring> jobs = jobs(3, asked -> stop.request(StopRequest.Reason.REQUEUE));
    assertThat(trainings(stop, notices).complete("square", jobs)).isFalse();
    assertThat(names()).hasSize(2).anyMatch(name -> name.endsWith(".work-1"));
    final Trainings other = trainings(new StopRequest(), notices);
    final AtomicInteger begun = new AtomicInteger();
    final List<Squaring> same = jobs(3, asked -> begun.incrementAndGet());
    assertThat(other.complete("square", same)).isTrue();
    assertThat(begun).hasValue(2);
    assertThat(notices).hasSize(1).allMatch(each -> each.contains("goes on where process"));
    assertThat(same).allMatch(job -> squared(other, job));
    assertThat(names()).hasSize(3).noneMatch(name -> name.contains("claim"));
  }

  /** An owner that sleeps for longer than its lease does no harm and finds other work. */
  @Test
  void aJobThatIsTakenFromASleeperHasOneResult() throws Exception {
    final List<String> notices = new ArrayList<>();
    final AtomicBoolean slept = new AtomicBoolean();
    final Squaring.Between taking =
        stop -> {
          if (!slept.getAndSet(true)) {
            // As another worker does after the lease.
            final Claims others =
                new Claims(folder, new Worker("x", "me", "far", "away", 1, "1"), () -> 0);
            final String job = others.list().newest().keySet().iterator().next();
            final Claims.Claim claim = others.take(job, 1).orElseThrow();
            RunFolder.takeOver(folder.resolve(job + ".work-1"), folder.resolve(job + ".work-2"));
            claim.release();
          }
        };
    final Trainings sleeper = trainings(new StopRequest(), notices);
    final List<Squaring> jobs = jobs(2, taking);
    assertThat(sleeper.complete("square", jobs)).isTrue();
    assertThat(jobs).allMatch(job -> squared(sleeper, job));
    assertThat(notices)
        .anyMatch(each -> each.contains("another process has taken it over"))
        .anyMatch(each -> each.contains("goes on where process 1 on far stopped"));
    assertThat(names()).hasSize(2);
  }

  @Test
  void whatAnEarlierVersionBeganIsGoneOnWith() throws IOException {
    final Squaring job = jobs(8, stop -> {}).get(7);
    final Trainings trainings = trainings(new StopRequest(), new ArrayList<>());
    try (RunFolder old = RunFolder.create(trainings.folder(job), job.key())) {
      old.checkpoint().save(Map.of("number", 7), Map.of());
    }
    final Squaring same = new Squaring(job.key(), stop -> Files.delete(Path.of("/never")));
    assertThat(trainings.complete("square", List.of(same))).isTrue();
    assertThat(squared(trainings, same)).isTrue();
  }

  /** Each job waits until a second one is being done. */
  @Test
  void jobsAreDoneAtTheSameTime() {
    final CyclicBarrier pair = new CyclicBarrier(2);
    final List<String> notices = new CopyOnWriteArrayList<>();
    final Trainings trainings =
        new Trainings(folder, new Conduct(new StopRequest(), notices::add, 2));
    final List<Squaring> jobs = jobs(6, stop -> pair.await(60, TimeUnit.SECONDS));
    assertThat(trainings.complete("square", jobs)).isTrue();
    assertThat(jobs).allMatch(job -> squared(trainings, job));
    assertThat(notices).isEmpty();
  }

  /** One fails while another one is at work, which then stops and can be gone on with. */
  @Test
  void aJobThatFailsStopsTheOthers() throws IOException {
    final CyclicBarrier pair = new CyclicBarrier(2);
    final List<Squaring> jobs =
        List.of(
            new Squaring(
                new Key(1),
                stop -> {
                  pair.await(60, TimeUnit.SECONDS);
                  while (!stop.isRequested()) {
                    Thread.onSpinWait();
                  }
                }),
            new Squaring(
                new Key(2),
                stop -> {
                  pair.await(60, TimeUnit.SECONDS);
                  throw new IOException("cannot be squared");
                }));
    final Trainings trainings =
        new Trainings(folder, new Conduct(new StopRequest(), notice -> {}, 2));
    assertThatThrownBy(() -> trainings.complete("square", jobs))
        .hasRootCauseMessage("cannot be squared");
    assertThat(names()).allMatch(name -> name.contains(".work-") || name.contains(".claim-"));
    final Trainings again = trainings(new StopRequest(), new ArrayList<>());
    assertThat(again.complete("square", jobs)).isTrue();
    assertThat(jobs).allMatch(job -> squared(again, job));
  }

  /** Many workers and trivial jobs: each is done once, none is lost. */
  @Test
  void workersDoEachJobOnce() throws Exception {
    final int workers = 40;
    final List<Squaring> jobs =
        jobs(
            200,
            stop -> {
              Files.writeString(
                  folder.resolveSibling("log"),
                  "x",
                  StandardOpenOption.CREATE,
                  StandardOpenOption.APPEND);
              Thread.sleep(5);
            });
    final ExecutorService threads = Executors.newFixedThreadPool(workers);
    final CountDownLatch start = new CountDownLatch(1);
    final List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      final Trainings worker =
          new Trainings(folder.resolve("t"), new Conduct(new StopRequest(), notice -> {}));
      all.add(
          threads.submit(
              () -> {
                start.await();
                return worker.complete("square", jobs);
              }));
    }
    start.countDown();
    for (final Future<Boolean> each : all) {
      assertThat(each.get()).isTrue();
    }
    threads.shutdown();
    assertThat(Files.size(folder.resolveSibling("log"))).isEqualTo(jobs.size());
    Files.delete(folder.resolveSibling("log"));
    final Trainings any =
        new Trainings(folder.resolve("t"), new Conduct(new StopRequest(), notice -> {}));
    assertThat(jobs).allMatch(job -> squared(any, job));
    try (var left = Files.list(folder.resolve("t"))) {
      assertThat(left).hasSize(jobs.size());
    }
  }

  /**
   * A hundred workers on jobs of a second, which is shorter than any training. Their processor time
   * counts, since here they share the processors that on a cluster each has for itself. Longer and
   * with others: {@code JAVA_TOOL_OPTIONS='-Dnao.claims.jobs=2000 -Dnao.claims.millis=500'}.
   */
  @Test
  void claimsTakeLittleTime() throws Exception {
    final int workers = 100;
    final int count = Integer.getInteger("nao.claims.jobs", 400);
    final long millis = Integer.getInteger("nao.claims.millis", 1000);
    final ExecutorService threads = Executors.newFixedThreadPool(workers);
    final AtomicLong claiming = new AtomicLong();
    final AtomicLong working = new AtomicLong();
    final AtomicInteger[] done =
        IntStream.range(0, count).mapToObj(i -> new AtomicInteger()).toArray(AtomicInteger[]::new);
    final List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      all.add(threads.submit(() -> worker(done, millis, claiming, working)));
    }
    for (final Future<?> each : all) {
      each.get();
    }
    threads.shutdown();
    assertThat(done).allMatch(each -> each.get() == 1);
    final double share = (double) claiming.get() / (claiming.get() + working.get());
    System.out.printf(
        "%d workers, %d jobs of %d ms: %.2f ms of claims for each job, %.2f %% of the time%n",
        workers, count, millis, claiming.get() / 1e6 / count, 100 * share);
    assertThat(share).isLessThan(0.01);
  }

  private void worker(AtomicInteger[] done, long millis, AtomicLong claiming, AtomicLong working) {
    final Claims claims = new Claims(folder, Worker.here(), System::nanoTime);
    final long begin = cpu();
    final OpenJobs open =
        new OpenJobs(
            claims,
            IntStream.range(0, done.length).mapToObj(i -> "job-" + i).toList(),
            name -> Files.exists(folder.resolve(name)),
            notice -> {});
    claiming.addAndGet(cpu() - begin);
    try {
      while (true) {
        final long start = cpu();
        final Optional<Claims.Claim> claim = open.next();
        claiming.addAndGet(cpu() - start);
        if (claim.isEmpty()) {
          return;
        }
        final long work = System.nanoTime();
        final Path result = folder.resolve(claim.get().name());
        if (!Files.exists(result)) {
          Thread.sleep(millis);
          done[Integer.parseInt(claim.get().name().substring(4))].incrementAndGet();
          Files.createFile(result);
        }
        working.addAndGet(System.nanoTime() - work);
        final long end = cpu();
        claim.get().finish();
        claiming.addAndGet(cpu() - end);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static boolean squared(Trainings trainings, Squaring job) {
    return trainings.result(job).orElseThrow().square() == job.key.number * job.key.number;
  }
}
