package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir private Path folder;

  @Test
  void tellsTheWidestInstructionSet() {
    assertThat(Machine.simd("fpu avx avx2 fma avx512f avx512bw avx512dq avx512vl fma"))
        .isEqualTo("avx512");
    assertThat(Machine.simd("fpu avx avx2 fma avx512f")).isEqualTo("avx2");
    assertThat(Machine.simd("fpu avx avx2")).isEqualTo("none");
    assertThat(Machine.simd("")).isEqualTo("none");
  }

  @Test
  void examinesThisMachine() {
    final Machine machine = Machine.examine();
    assertThat(machine.cpuModel()).isNotBlank();
    assertThat(machine.cores()).isPositive();
    assertThat(machine.usableThreads()).isPositive();
    assertThat(machine.javaVersion()).startsWith(System.getProperty("java.version"));
  }

  @Test
  void addsUpAFolder() throws IOException {
    Files.createDirectory(folder.resolve("inner"));
    Files.write(folder.resolve("a"), new byte[100]);
    Files.write(folder.resolve("inner/b"), new byte[11]);
    assertThat(Machine.folder(folder).bytes()).isEqualTo(111);
    final Machine.Folder missing = Machine.folder(folder.resolve("none/at/all"));
    assertThat(missing.exists()).isFalse();
    assertThat(missing.bytes()).isZero();
    assertThat(missing.freeBytes()).isPositive();
  }
}
