package org.nao.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** The order in which native objects die. */
class HandleTest {
  private final List<String> destroyed = new ArrayList<>();

  private Handle<Pointer> handle(String name, Handle<?> owner) {
    return new Handle<>(name, owner, null, pointer -> destroyed.add(name));
  }

  @Test
  void anOwnerDiesAfterWhatWasMadeFromItNewestFirst() {
    final Handle<Pointer> device = handle("device", null);
    handle("data set", device);
    final Handle<Pointer> network = handle("network", device);
    handle("program 1", network);
    handle("program 2", network);
    device.close();
    assertThat(destroyed)
        .containsExactly("program 2", "program 1", "network", "data set", "device");
  }

  @Test
  void whatWasClosedAloneIsNotDestroyedAgain() {
    final Handle<Pointer> network = handle("network", null);
    final Handle<Pointer> first = handle("program 1", network);
    handle("program 2", network);
    first.close();
    first.close();
    network.close();
    network.close();
    assertThat(destroyed).containsExactly("program 1", "program 2", "network");
  }

  @Test
  void useAfterTheOwnersCloseIsRefusedByName() {
    final Handle<Pointer> network = handle("network", null);
    final Handle<Pointer> program = handle("program", network);
    program.get();
    network.close();
    assertThatIllegalStateException()
        .isThrownBy(program::get)
        .withMessage("The program is closed.");
  }
}
