package org.nao.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nao.error.UserException;

/**
 * The tensors of a network in the engine's order; programs name a tensor by its index.
 *
 * <p>All values together fit one float array, so that a checkpoint can be read in one call.
 */
public final class ParameterTable {

  /** Longest array a Java virtual machine is sure to make. */
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8L;

  private final List<ParameterSpec> parameters;
  private final Map<String, Integer> indices;
  private final int[] offsets;

  private ParameterTable(List<ParameterSpec> parameters, Map<String, Integer> indices) {
    this.parameters = List.copyOf(parameters);
    this.indices = Map.copyOf(indices);
    this.offsets = new int[parameters.size() + 1];
    long end = 0;
    for (int i = 0; i < parameters.size(); i++) {
      end += parameters.get(i).elements();
      if (end > MAX_ELEMENTS) {
        throw new UserException(
            "the network has more than " + MAX_ELEMENTS + " values: take fewer layers or channels");
      }
      offsets[i + 1] = (int) end;
    }
  }

  /** The tensors in order. */
  public List<ParameterSpec> parameters() {
    return parameters;
  }

  /** Number of tensors. */
  public int size() {
    return parameters.size();
  }

  /** Values of all tensors together. */
  public int elements() {
    return offsets[parameters.size()];
  }

  /** Where tensor {@code index} begins when all are stored one after another. */
  public int offset(int index) {
    return offsets[index];
  }

  /** Whether the network has a tensor of that name. */
  public boolean contains(String name) {
    return indices.containsKey(name);
  }

  /**
   * Index of the tensor of that name.
   *
   * @throws UserException if the network has none
   */
  public int index(String name) {
    final Integer index = indices.get(name);
    if (index == null) {
      throw new UserException("the network has no tensor '" + name + "'");
    }
    return index;
  }

  /**
   * Index of a tensor, which must be in the table as described.
   *
   * @throws UserException if there is none of that name or it differs
   */
  int index(ParameterSpec wanted) {
    final int index = index(wanted.name());
    checkSame(parameters.get(index), wanted);
    return index;
  }

  private static void checkSame(ParameterSpec present, ParameterSpec wanted) {
    if (present != wanted && !present.equals(wanted)) {
      throw new UserException("the network has " + present + ", not " + wanted);
    }
  }

  /** Collects tensors; one that operations share is declared by each and kept once. */
  public static final class Builder {
    private final List<ParameterSpec> parameters = new ArrayList<>();
    private final Map<String, Integer> indices = new HashMap<>();

    /** Index of the tensor, which is added if it is new. */
    public int declare(ParameterSpec parameter) {
      final Integer index = indices.putIfAbsent(parameter.name(), parameters.size());
      if (index == null) {
        parameters.add(parameter);
        return parameters.size() - 1;
      }
      checkSame(parameters.get(index), parameter);
      return index;
    }

    void declareAll(List<ParameterSpec> tensors) {
      tensors.forEach(this::declare);
    }

    /** The table of what was declared. */
    public ParameterTable build() {
      return new ParameterTable(parameters, indices);
    }
  }
}
