package org.nao.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.RunException;

class RendezvousFileTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() {
    RendezvousFile.write(
        folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 4321), Secret.fresh());
  }

  @Test
  void isReadAsItWasWritten() {
    final RendezvousFile read = RendezvousFile.read(folder).orElseThrow();
    assertThat(read.host()).isEqualTo("127.0.0.1");
    assertThat(read.port()).isEqualTo(4321);
    assertThat(read.key().text()).isEqualTo(read.secret());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"port\":4321 | \"port\":0",
        "\"port\":4321 | \"port\":65536",
        "\"port\":4321 | \"port\":\"x\"",
        "\"host\":\"127.0.0.1\" | \"host\":\"\"",
        "\"secret\":\"[0-9a-f]{2} | \"secret\":\"",
        "\"secret\":\"[0-9a-f]{2} | \"secret\":\"xy",
        "\"secret\" | \"other\""
      })
  void damageIsASentence(String what, String by) throws IOException {
    final Path file = RendezvousFile.path(folder);
    final String before = Files.readString(file);
    final String after = before.replaceFirst(what, by);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, after);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> RendezvousFile.read(folder))
        .withMessageEndingWith(
            "rendezvous.json: is damaged: expected host, port, name and secret of rank 0.");
  }
}
