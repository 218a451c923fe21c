package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.network.darts.DartsSearchNetwork;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/**
 * Tensors, programs, sizes and texts of a hundred random architectures per space, as one hash: runs
 * that were saved stay readable, and seeded searches repeat, only while these stay the same bits.
 */
public class ProgramGoldenTest {

  private static final int ARCHITECTURES = 100;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nao-small, bb0fb0f754162427f46b963dd557a92c9c98a9eacb27af3f2fb660e46b9fb00a",
    "nao-middle, f63604088945edb2b82a657e886abe102bd5df5afed6a567e7c2123affbb16a9",
    "nasnet, ef7da0c7ee3c06f138a0c0e919647975c50c514713165fd6cc3aaef10441f829",
    "enas-micro, dad8087a9a16f521464a1b93af1d401d9a617ca7c1c86ff6150c4b18cc619fd1",
    "nasbench201, 5e7f23636da80023ecd8fa1b26dcc0378692e4ec72b80eb7162c6be03ab8c2ed",
  })
  void supernetsStayTheSame(String name, String hash) {
    final SearchSpace space = SearchSpace.named(name, SearchSpace.defaultNodes(name));
    final NetworkShape shape = NetworkShape.cifar10(2, 8).withAuxiliary(!space.hasEdgeCells());
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Digest digest = new Digest();
    digest.add(supernet.table());
    final Random random = new Random(11);
    for (int i = 0; i < ARCHITECTURES; i++) {
      final Architecture architecture = space.random(random);
      digest.add(supernet.words(architecture));
      digest.add(supernet.size(architecture));
    }
    assertThat(digest.text()).isEqualTo(hash);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nao-small, 27a5adf98c791d19fe04d30d8b339f4d2119ef50237f36edaba43bd8024e3437",
    "nao-middle, 18c897ca5cc76ae00bdc73e31a32ed0974bf8087872dc4de86beadad28a2fbe0",
    "nasnet, 6d17c92b321a23dd73de5f06caff96df105ce824b10552436fe3eace21204562",
    "enas-micro, b0f67a0ef7a45c3e0af284aecb46dee151d02b075df23faff5b02b0123d2e29f",
    "darts, 55d08de54ddbde947e49d1fd9ff061c598a54ed371f1a1b3b41ebb81a99591b7",
    "nasbench201, 86a3902615718af3c7e29aa215a22b97e56efe17581e294101478fd6785b00cc",
  })
  void networksAndTextsStayTheSame(String name, String hash) {
    final SearchSpace space = SearchSpace.named(name, SearchSpace.defaultNodes(name));
    final NetworkShape shape = NetworkShape.cifar10(3, 12).withAuxiliary(!space.hasEdgeCells());
    final Digest digest = new Digest();
    final Random random = new Random(12);
    for (int i = 0; i < ARCHITECTURES; i++) {
      final Architecture architecture = space.random(random);
      final StandaloneProgram network =
          NetworkFamilies.standalone(space, shape).program(architecture);
      digest.add(network.table());
      digest.add(network.words());
      digest.add(NetworkFamilies.standalone(space, shape).size(architecture));
      for (final ArchitectureFormat format :
          List.of(
              ArchitectureFormat.natural(space),
              ArchitectureFormat.integers(space),
              ArchitectureFormat.readable(space),
              ArchitectureFormat.json(space))) {
        digest.add(format.write(architecture));
      }
    }
    assertThat(digest.text()).isEqualTo(hash);
  }

  @Test
  void theMixedNetworkStaysTheSame() {
    final SearchSpace space = SearchSpace.darts();
    final NetworkShape shape = NetworkShape.cifar10(8, 16);
    final DartsSearchNetwork search = new DartsSearchNetwork(space, shape);
    final Digest digest = new Digest();
    digest.add(search.table());
    digest.add(search.words());
    digest.add(DartsSearchNetwork.size(space, shape));
    assertThat(digest.text())
        .isEqualTo("c046d1b0c62f617c8547c72647f57030de39e620eb1fbec179812e3485a2ef66");
  }

  /** A hash over everything that was added, in order. */
  private static final class Digest {
    private final MessageDigest sha;

    Digest() {
      try {
        sha = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e); // every Java has it
      }
    }

    void add(int[] words) {
      final ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * words.length);
      bytes.asIntBuffer().put(words);
      sha.update(bytes);
    }

    void add(ParameterTable table) {
      for (final ParameterSpec tensor : table.parameters()) {
        add(
            "%s %s %b %d %s"
                .formatted(
                    tensor.name(),
                    tensor.shape(),
                    tensor.trainable(),
                    tensor.fanIn(),
                    tensor.initialization()));
      }
    }

    void add(ModelSize size) {
      add(size.parameters() + " " + size.macs());
    }

    void add(String text) {
      sha.update(text.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) '\n');
    }

    String text() {
      return HexFormat.of().formatHex(sha.digest());
    }
  }
}
