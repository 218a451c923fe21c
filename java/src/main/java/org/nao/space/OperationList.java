package org.nao.space;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;

/** Chooses some of a space's operations by a list of their names. */
record OperationList(SearchSpace space) {

  /**
   * The operations of that list in the space's order.
   *
   * @param names with commas between
   * @throws UserException saying which name is wrong and which the space has
   */
  List<Operation> choose(String names) {
    if (space.isDarts()) {
      throw new InvalidValue(
          "operations", ": the space darts has all of its own, only the others can do with some");
    }
    final Set<String> chosen = new HashSet<>();
    for (final String name : names.split(",", -1)) {
      final String stripped = name.strip();
      if (stripped.isEmpty()) {
        throw wrong("a name is missing in '" + names + "'");
      }
      if (space.operationNumber(stripped) < 0) {
        throw wrong("'" + stripped + "' is unknown");
      }
      if (!chosen.add(stripped)) {
        throw wrong("'" + stripped + "' is there twice");
      }
    }
    return space.operations().stream().filter(each -> chosen.contains(each.name())).toList();
  }

  private InvalidValue wrong(String what) {
    return new InvalidValue(
        "operations", ": %s, %s has %s".formatted(what, space.name(), space.operationNames()));
  }
}
