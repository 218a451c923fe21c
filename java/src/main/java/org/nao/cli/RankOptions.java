package org.nao.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import org.nao.ranks.LocalRanks;
import org.nao.ranks.Placement;
import org.nao.ranks.ProcessName;
import org.nao.ranks.Ranks;
import org.nao.ranks.Rendezvous;
import org.nao.run.StopRequest;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.UsedKeys;
import org.nao.supernet.GradientExchange;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How many processes do the work together, and how they find each other. */
final class RankOptions {
  private static final String PER_STEP = "supernet.architecturesPerStep";
  private static final int WAIT_SECONDS = 600;
  private static final int LAST_PORT = 65_535;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--ranks",
      paramLabel = "R",
      description =
          "Processes that search together, where weights are shared at most as many as"
              + " --architectures-per-step; the result does not depend on it. The others are started on this machine, unless srun has"
              + " started them (default: the tasks of srun, else 1).")
  private Integer ranks;

  @Option(
      names = "--rendezvous",
      paramLabel = "HOST[:PORT]",
      description =
          "Where rank 0 waits for the others (default: 127.0.0.1 where all are on one machine, else"
              + " the address of its host name; any port).")
  private String rendezvous;

  @Option(
      names = "--exchange",
      paramLabel = "E",
      description =
          "How ranks give each other gradients: host: through the host; nccl: from GPU to GPU by NCCL;"
              + " auto (default): by NCCL where every rank has it and a GPU of its own, else through"
              + " the host. The result is the same.")
  private GradientExchange.Choice exchange = GradientExchange.Choice.AUTO;

  /** How ranks are to exchange gradients. */
  GradientExchange.Choice exchange() {
    return exchange;
  }

  /** Which rank this process is. */
  Placement place() {
    final Optional<Placement> started = Placement.ofThisProcess();
    if (ranks != null && ranks < 1) {
      throw wrong("--ranks is %d, must be 1 or more.".formatted(ranks));
    }
    if (started.isPresent() && ranks != null && ranks != started.get().size()) {
      throw wrong("--ranks is %d, srun has started %d.".formatted(ranks, started.get().size()));
    }
    return started.orElse(new Placement(0, ranks == null ? 1 : ranks));
  }

  /** Whether a search can be shared out among as many. */
  void require(Placement place, SearchConfig config) {
    if (place.size() == 1 || config.scoring() == Scoring.STANDALONE) {
      return;
    }
    final boolean shares =
        config.scoring() == Scoring.ONE_SHOT
            && UsedKeys.of(Algorithm.named(config.algorithm())).contain(PER_STEP, config.scoring());
    if (!shares) {
      throw wrong(
          "--ranks is %d: only algorithms that train shared weights with --architectures-per-step,"
                  .formatted(place.size())
              + " or every architecture alone, can be shared out.");
    }
    final int perStep = config.supernet().architecturesPerStep();
    if (place.size() > perStep) {
      throw wrong(
          "--ranks is %d, at most %d can share the steps of --architectures-per-step %d."
              .formatted(place.size(), perStep, perStep));
    }
  }

  /** Rank 0: starts the others, where that is its task. */
  LocalRanks start(Placement place, Path folder) {
    return place.size() == 1 || Placement.ofThisProcess().isPresent()
        ? LocalRanks.none()
        : LocalRanks.start(place.size(), folder);
  }

  /** Rank 0: waits for the others. */
  Ranks host(Placement place, Path folder, StopRequest stop, LocalRanks started) {
    return place.size() == 1
        ? Ranks.alone()
        : meeting(place, folder, stop).host(address(), started::problem).endProcessIfStuck();
  }

  /** Another rank: finds rank 0. */
  Ranks join(Placement place, Path folder, StopRequest stop) {
    return meeting(place, folder, stop)
        .join(place.rank(), ProcessName.ofThisProcess())
        .endProcessIfStuck();
  }

  private static Rendezvous meeting(Placement place, Path folder, StopRequest stop) {
    final boolean bySlurm = Placement.ofThisProcess().isPresent() && LocalRanks.folder().isEmpty();
    return new Rendezvous(folder, place.size(), bySlurm ? 1 : place.size(), WAIT_SECONDS, stop);
  }

  private InetSocketAddress address() {
    try {
      if (rendezvous == null) {
        return new InetSocketAddress(
            Placement.onOneMachine()
                ? InetAddress.getByName("127.0.0.1")
                : InetAddress.getLocalHost(),
            0);
      }
      final int colon = rendezvous.lastIndexOf(':');
      final String host = colon < 0 ? rendezvous : rendezvous.substring(0, colon);
      final String port = colon < 0 ? "0" : rendezvous.substring(colon + 1);
      if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > LAST_PORT) {
        throw wrong("--rendezvous is '%s', HOST or HOST:PORT is expected.".formatted(rendezvous));
      }
      return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
    } catch (UnknownHostException e) {
      throw wrong(
          "--rendezvous: the address of %s is not known."
              .formatted(rendezvous == null ? "this machine" : rendezvous));
    }
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
