package org.nao.network;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nao.error.UserException;
import org.nao.space.Cell;
import org.nao.space.Operation;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * The blocks of NAO's and ENAS' networks: walks, tables of tensors and sizes take them from here.
 * Each is made once and kept, since a search walks through thousands of networks that are made of
 * the same ones, and naming a block's tensors is what costs.
 */
final class CellBlocks {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final WeightScheme scheme;
  private final Halving halving;
  private final CellLayers layers = new CellLayers(false, true, true, false);
  private final Map<Object, Block> blocks = new ConcurrentHashMap<>();

  private record StemKey(int state) {}

  private record CalibrationKey(int cell, int state, int from) {}

  private record EntryKey(int cell) {}

  private record OutputReduceKey(int cell, int state, int ordinal) {}

  private record CombineKey(int cell, List<Integer> states) {}

  private record AuxiliaryHeadKey(Value src) {}

  private record ClassifierKey(int features) {}

  /**
   * The blocks of a network.
   *
   * @throws UserException if the space has cells of another family
   */
  CellBlocks(SearchSpace space, NetworkShape shape, WeightScheme scheme) {
    if (space.isDarts()) {
      throw new UserException(
          "the space " + space.name() + " has no supernet, its search trains one mixed network");
    }
    this.space = space;
    this.shape = shape;
    this.scheme = scheme;
    this.halving = new Halving(space, shape, scheme.isShared());
  }

  SearchSpace space() {
    return space;
  }

  NetworkShape shape() {
    return shape;
  }

  /** What makes the first state before the first cell. */
  Block stem() {
    return blocks.computeIfAbsent(new StemKey(0), key -> CommonBlocks.stem(shape));
  }

  /** What makes the second one of it. */
  Block secondStem() {
    return blocks.computeIfAbsent(new StemKey(1), key -> CommonBlocks.secondStem(shape));
  }

  /** The auxiliary head over the output of the second reduction. */
  Block auxiliaryHead(Value src) {
    return blocks.computeIfAbsent(
        new AuxiliaryHeadKey(src.like(0)),
        key -> CommonBlocks.auxiliaryHead(shape, src, AuthorsNames.auxiliaryHead()));
  }

  /** The classifier over a map of that many channels. */
  Block classifier(int features) {
    return blocks.computeIfAbsent(
        new ClassifierKey(features),
        key ->
            space.isEnas()
                ? CommonBlocks.enasClassifier(shape, features, dropoutSite())
                : CommonBlocks.classifier(shape, features, dropoutSite()));
  }

  private int dropoutSite() {
    return site(shape.cells(), 0, 0);
  }

  /** The number of an operand's drop-path, which no other of the network has. */
  int site(Operand operand) {
    return site(operand.cell(), operand.node(), operand.side());
  }

  /** Those of cell 3N + 2 are free. */
  private int site(int cell, int node, int side) {
    return (cell * space.nodes() + node) * Operand.SIDES + side;
  }

  /** See {@link Halving#readsLastTwice}. */
  boolean readsLastTwice(int cell) {
    return halving.readsLastTwice(cell);
  }

  /** Whether the operand's result may be dropped: in ENAS' networks alone identities never are. */
  boolean isDropped(Operand operand) {
    return scheme.isShared()
        || !space.isEnas()
        || space.operation(operand.operation()).kind() != OperationKind.IDENTITY;
  }

  /** What brings an input state of {@code from} channels to the cell's channels and size. */
  Block calibration(int cell, int state, int from) {
    return blocks.computeIfAbsent(
        new CalibrationKey(cell, state, from), key -> newCalibration(cell, state, from));
  }

  private Block newCalibration(int cell, int state, int from) {
    final int to = shape.channelsAt(cell);
    final boolean halves = halving.byCalibration(cell, state);
    if (!halves && from == to) {
      return Block.NOTHING;
    }
    final boolean plain = state == 1 && halving.readsLastTwice(cell);
    return new Block(
        plain ? layers.plainReduce(from, to) : layers.calibration(from, to, halves),
        AuthorsNames.calibration(cell, state));
  }

  /**
   * What a cell does with the calibrated output of the cell before it: in ENAS' networks alone
   * [ReLU, 1x1 convolution, BN], in others nothing.
   */
  Block entry(int cell) {
    return blocks.computeIfAbsent(new EntryKey(cell), key -> newEntry(cell));
  }

  private Block newEntry(int cell) {
    if (scheme.isShared() || !space.isEnas()) {
      return Block.NOTHING;
    }
    final int channels = shape.channelsAt(cell);
    return new Block(
        layers.calibration(channels, channels, false),
        AuthorsNames.reluConvBn("cells." + cell + ".entry"));
  }

  /** What an operand computes. */
  Block operand(Operand operand) {
    return blocks.computeIfAbsent(operand, key -> newOperand(operand));
  }

  private Block newOperand(Operand operand) {
    final Operation operation = space.operation(operand.operation());
    final int stride = halving.byOperation(operand.cell(), operand.input()) ? 2 : 1;
    return shared(
        new Block(
            layers.operation(operation, shape.channelsAt(operand.cell()), stride),
            scheme.operand(operand)),
        operand.node() + Cell.INPUTS);
  }

  /** A block that has weights for each of so many states; in ENAS' supernet they are a table. */
  private Block shared(Block block, int states) {
    return scheme.isShared() && space.isEnas() ? block.inTables(states) : block;
  }

  /** Whether a state that becomes output must be halved before. */
  boolean halvesOutput(int cell, int state) {
    return halving.byOperation(cell, state);
  }

  /** See {@link WeightScheme#outputReduce}. */
  Block outputReduce(int cell, int state, int ordinal) {
    return blocks.computeIfAbsent(
        new OutputReduceKey(cell, state, ordinal),
        key -> scheme.outputReduce(cell, state, ordinal, shape.channelsAt(cell)));
  }

  /** See {@link WeightScheme#combine}. */
  Block combine(int cell, List<Integer> states) {
    return blocks.computeIfAbsent(
        new CombineKey(cell, List.copyOf(states)),
        key ->
            shared(
                scheme.combine(cell, states, shape.channelsAt(cell)), space.nodes() + Cell.INPUTS));
  }
}
