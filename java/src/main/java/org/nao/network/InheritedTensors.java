package org.nao.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nao.error.UserException;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu;
import org.nao.space.Architecture;

/**
 * Which tensors of a supernet are those of an architecture's network alone.
 *
 * <p>Parts with the same layers in both networks have the same tensors: the stem, the operations
 * and the halving of a map. What a cell of the supernet makes of its joined states, [ReLU, 1x1
 * convolution, BN] to the channels of one state, the network alone does at the beginning of the
 * cells that read them: these have the tensors of that convolution, one per state, in a row. In
 * cells that change the channels the supernet has two such convolutions one after another and the
 * network alone has one, so that this and all else that differs, such as the classifier, inherits
 * nothing. Normalisations without tensors in the supernet give none to those of the network alone.
 */
public final class InheritedTensors {

  /** A block on a value, as a walk meets it. */
  private record Step(int src, Block block) {
    List<Layer> layers() {
      return block.sequence().layers();
    }
  }

  private InheritedTensors() {}

  /**
   * The supernet's tensors by name of the network's; several are parts of a weight
   * [out][in][height][width], one after another along its inputs.
   *
   * @param shape of both networks
   * @param networks of that shape with weights of their own
   * @param supernet of that shape; its walks meet the same parts in the same order
   * @throws UserException if the space does not have the architecture
   */
  public static Map<String, List<String>> of(
      NetworkShape shape,
      StandaloneNetworks networks,
      SupernetProgram supernet,
      Architecture architecture) {
    final Recorder alone = new Recorder(shape);
    networks.walk(architecture, alone);
    final Recorder shared = new Recorder(shape);
    supernet.walk(architecture, shared);
    final Map<String, List<String>> inherited = new LinkedHashMap<>();
    for (int i = 0; i < alone.steps.size(); i++) {
      final Step own = alone.steps.get(i);
      final Step other = shared.steps.get(i);
      final Step before = shared.makers.get(other.src());
      if (haveSameLayers(own.layers(), other.layers())) {
        addSame(own.block(), other.block(), inherited);
      } else if (other.layers().isEmpty()
          && before != null
          && joins(own.layers(), before.layers())) {
        addJoined(own.block(), before.block(), inherited);
      }
    }
    return inherited;
  }

  /** Whether they are the same layers, up to tensors that one's normalisations do not have. */
  private static boolean haveSameLayers(List<Layer> own, List<Layer> other) {
    if (own.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      final boolean without = other.get(i) instanceof BatchNorm && other.get(i).tensors().isEmpty();
      if (own.get(i).getClass() != other.get(i).getClass()
          || !without && !own.get(i).tensors().equals(other.get(i).tensors())) {
        return false;
      }
    }
    return true;
  }

  /** Whether both are [ReLU, 1x1 convolution, BN] of the same channels. */
  private static boolean joins(List<Layer> own, List<Layer> other) {
    return own.size() == 3
        && other.size() == 3
        && own.get(0) instanceof Relu
        && other.get(0) instanceof Relu
        && own.get(1) instanceof Pointwise one
        && other.get(1) instanceof Pointwise several
        && sum(one.in()) == sum(several.in())
        && one.out() == several.out()
        && own.get(2) instanceof BatchNorm
        && own.get(2).tensors().equals(other.get(2).tensors());
  }

  private static int sum(List<Integer> channels) {
    return channels.stream().mapToInt(Integer::intValue).sum();
  }

  private static void addSame(Block own, Block other, Map<String, List<String>> inherited) {
    for (int i = 0; i < own.tensors().size(); i++) {
      addSame(own.tensors().get(i), other.tensors().get(i), inherited);
    }
  }

  private static void addSame(
      List<ParameterSpec> own, List<ParameterSpec> other, Map<String, List<String>> inherited) {
    for (int i = 0; i < other.size(); i++) {
      inherited.put(own.get(i).name(), List.of(other.get(i).name()));
    }
  }

  private static void addJoined(Block own, Block other, Map<String, List<String>> inherited) {
    inherited.put(
        own.tensors().get(1).get(0).name(),
        other.tensors().get(1).stream().map(ParameterSpec::name).toList());
    addSame(own.tensors().get(2), other.tensors().get(2), inherited);
  }

  /** Writes down the blocks of a network in order, and which of them made a value. */
  private static final class Recorder implements LayerSink {
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, Step> makers = new HashMap<>();
    private final Value image;
    private int values;

    private Recorder(NetworkShape shape) {
      image = shape.image();
    }

    @Override
    public Value image() {
      return image;
    }

    @Override
    public Value block(Value src, Block block) {
      final Step step = new Step(src.number(), block);
      steps.add(step);
      if (step.layers().isEmpty()) {
        return src;
      }
      final Value dst = next(block.sequence().measure(src).dst());
      makers.put(dst.number(), step);
      return dst;
    }

    @Override
    public Value dropPath(Value src, int site, float layerFraction) {
      return src;
    }

    @Override
    public Value add(List<Value> sources) {
      return next(sources.get(0));
    }

    @Override
    public Value concat(List<Value> sources) {
      return next(Value.concat(sources));
    }

    @Override
    public Value weightedSum(ParameterSpec logits, List<Value> sources, int[] elements) {
      return next(sources.get(0));
    }

    @Override
    public void loss(Value logits, boolean auxiliary) {
      // A loss has no tensors.
    }

    private Value next(Value shape) {
      values++;
      return shape.like(values);
    }
  }
}
