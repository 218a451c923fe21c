package org.nao.bench;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.nao.error.InvalidValue;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneNetworks;
import org.nao.network.SupernetProgram;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/**
 * The network whose training steps are measured, and the programs they run.
 *
 * @param shape of the network
 * @param table its tensors
 * @param programs each writes its words anew, as a search does
 */
public record Workload(NetworkShape shape, ParameterTable table, List<Item> programs) {

  /**
   * One program.
   *
   * @param macs multiply-adds of a forward pass of one image
   */
  public record Item(Supplier<int[]> words, long macs) {}

  public Workload {
    programs = List.copyOf(programs);
  }

  /**
   * Random architectures over one supernet, those that {@code nao arch sample} prints for the seed.
   */
  public static Workload supernet(
      SearchSpace space, NetworkShape shape, int architectures, long seed) {
    positive("archs", architectures);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Random random = new Random(seed);
    final List<Architecture> drawn =
        Stream.generate(() -> space.random(random)).limit(architectures).toList();
    return new Workload(
        shape,
        supernet.table(),
        drawn.stream()
            .map(each -> new Item(() -> supernet.words(each), supernet.size(each).macs()))
            .toList());
  }

  /** DARTS' search network, every edge a mixed operation. */
  public static Workload dartsSearch(SearchSpace space, NetworkShape shape) {
    final DartsSearchNetwork search = new DartsSearchNetwork(space, shape);
    final Item mixed = new Item(search::words, DartsSearchNetwork.size(space, shape).macs());
    return new Workload(shape, search.table(), List.of(mixed));
  }

  /** One architecture's network with weights of its own, without auxiliary head. */
  public static Workload standalone(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    final StandaloneNetworks networks = NetworkFamilies.standalone(space, shape);
    final ParameterTable table = networks.program(architecture).table();
    final Item network =
        new Item(
            () -> networks.withoutHead(architecture, table), networks.size(architecture).macs());
    return new Workload(shape, table, List.of(network));
  }

  int imageSize() {
    return shape.imageChannels() * shape.height() * shape.width();
  }

  static void positive(String name, int value) {
    if (value < 1) {
      throw new InvalidValue(name, "is %d, allowed: at least 1".formatted(value));
    }
  }
}
