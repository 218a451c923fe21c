package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final double[] EDGES = {
    Double.NaN,
    Double.NEGATIVE_INFINITY,
    -0.0,
    Double.MIN_VALUE,
    -Double.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MAX_VALUE
  };

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("t.safetensors");
  }

  @Test
  void roundTripKeepsEveryBit() throws IOException {
    final SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      final long seed = random.nextLong();
      roundTrip(new SplittableRandom(seed), "seed " + seed);
    }
  }

  /** Up to 50 values of each type with any bits, edges first among the fractions. */
  private void roundTrip(SplittableRandom random, String drawn) throws IOException {
    final byte[] bytes = new byte[random.nextInt(51)];
    random.nextBytes(bytes);
    final int[] ints = random.ints(random.nextInt(51)).toArray();
    final long[] longs = random.longs(random.nextInt(51)).toArray();
    final float[] floats = new float[random.nextInt(51)];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = i < EDGES.length ? (float) EDGES[i] : Float.intBitsToFloat(random.nextInt());
    }
    final double[] doubles = new double[random.nextInt(51)];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = i < EDGES.length ? EDGES[i] : Double.longBitsToDouble(random.nextLong());
    }
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("bytes", Tensor.of(bytes, bytes.length));
    tensors.put("floats", Tensor.of(floats, 1, floats.length));
    tensors.put("doubles", Tensor.of(doubles, doubles.length, 1));
    tensors.put("ints", Tensor.of(ints, ints.length));
    tensors.put("longs", Tensor.of(longs, longs.length));
    final Safetensors.Written written =
        Safetensors.write(file, tensors, Map.of("made by", "a \"test\""));
    final SafetensorsFile read = SafetensorsFile.open(file);
    assertThat(read.metadata()).as(drawn).isEqualTo(Map.of("made by", "a \"test\""));
    assertThat(read.tensors()).as(drawn).containsOnlyKeys(tensors.keySet());
    assertThat(read.tensors().get("floats").floats()).as(drawn).isEqualTo(floats);
    assertThat(read.tensors().get("floats").shape()).as(drawn).containsExactly(1, floats.length);
    assertThat(read.tensors().get("doubles").doubles()).as(drawn).isEqualTo(doubles);
    assertThat(read.tensors().get("ints").ints()).as(drawn).isEqualTo(ints);
    assertThat(read.tensors().get("longs").longs()).as(drawn).isEqualTo(longs);
    assertThat(read.tensors().get("bytes").bytes()).as(drawn).isEqualTo(bytes);
    assertThat(written.bytes()).as(drawn).isEqualTo(Files.size(file));
    assertThat(written.crc32c()).as(drawn).isEqualTo(SafetensorsFile.crc32c(file));
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    Safetensors.write(file, Map.of("w", Tensor.of(new float[] {1, -2}, 2, 1)), Map.of());
    final String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}";
    final int padded = (header.length() + 7) / 8 * 8;
    final ByteBuffer expected = ByteBuffer.allocate(8 + padded + 8).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(header.getBytes(StandardCharsets.UTF_8));
    expected.put(" ".repeat(padded - header.length()).getBytes(StandardCharsets.UTF_8));
    expected.putFloat(1).putFloat(-2);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
  }

  /** Types of all widths, none of which ends where a chunk does. */
  @Test
  void tensorsLargerThanAChunkSurvive() throws IOException {
    final int size = ChunkedOutput.CHUNK_BYTES / 3;
    final long[] longs = new SplittableRandom(3).longs(size).toArray();
    final int[] ints = new SplittableRandom(4).ints(size).toArray();
    final byte[] bytes = new byte[3 * size + 5];
    new SplittableRandom(5).nextBytes(bytes);
    final Safetensors.Written written =
        Safetensors.write(
            file,
            Map.of(
                "l",
                Tensor.of(longs, size),
                "i",
                Tensor.of(ints, size),
                "b",
                Tensor.of(bytes, bytes.length)),
            Map.of());
    final Map<String, Tensor> read = SafetensorsFile.open(file).tensors();
    assertThat(read.get("l").longs()).isEqualTo(longs);
    assertThat(read.get("i").ints()).isEqualTo(ints);
    assertThat(read.get("b").bytes()).isEqualTo(bytes);
    assertThat(written.bytes()).isEqualTo(Files.size(file));
    assertThat(written.crc32c()).isEqualTo(SafetensorsFile.crc32c(file));
  }

  @Test
  void manySmallTensorsAreFewWrites() throws IOException {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 5_000; i++) {
      tensors.put("t" + i, Tensor.of(new float[] {i}, 1));
    }
    final long before = writes();
    Safetensors.write(file, tensors, Map.of());
    assertThat(writes() - before).isLessThan(1_000);
  }

  /** Writes of this process so far: other threads of it may make some. */
  private static long writes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("syscw: "))
        .mapToLong(line -> Long.parseLong(line.substring("syscw: ".length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void mappedTensorsOutliveTheFile() throws IOException {
    Safetensors.write(file, Map.of("w", Tensor.of(new int[] {5, 6}, 2)), Map.of());
    final SafetensorsFile read = SafetensorsFile.open(file);
    Files.delete(file);
    assertThat(read.tensors().get("w").ints()).containsExactly(5, 6);
  }

  @Test
  void requireNamesWhatIsWrong() {
    Safetensors.write(file, Map.of("stem.0.weight", Tensor.of(new float[6], 2, 3)), Map.of());
    final SafetensorsFile read = SafetensorsFile.open(file);
    assertThat(read.require("stem.0.weight", Tensor.Type.F32, 2, -1).size()).isEqualTo(6);
    assertThatThrownBy(() -> read.require("stem.0.weigth", Tensor.Type.F32, 2, 3))
        .isInstanceOf(RunException.class)
        .hasMessage(
            file
                + ": expected a tensor 'stem.0.weigth' (F32 [2, 3]), found none of that name"
                + " (nearest: 'stem.0.weight').");
    assertThatThrownBy(() -> read.require("stem.0.weight", Tensor.Type.I64, 2, 3))
        .hasMessage(file + ": expected tensor 'stem.0.weight' to be I64 [2, 3], found F32 [2, 3].");
    assertThatThrownBy(() -> read.require("stem.0.weight", Tensor.Type.F32, 3, 2))
        .hasMessageContaining("to be F32 [3, 2], found F32 [2, 3]");
    assertThatThrownBy(() -> read.tensors().get("stem.0.weight").ints())
        .hasMessage("expected a tensor of type I32, found F32 [2, 3].");
  }

  @Test
  void refusesCutFiles() throws IOException {
    Safetensors.write(file, Map.of("w", Tensor.of(new float[] {1, 2, 3}, 3)), Map.of());
    final byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .as("cut to %d bytes", length)
          .isInstanceOf(RunException.class)
          .hasMessageContaining(file.toString());
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    fails("expected 12 bytes of tensors, found 11; the file is cut short");
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    fails("expected 12 bytes of tensors, found 13; the file is longer than its header says");
  }

  @Test
  void refusesOverlapsGapsAndWrongSizes() throws IOException {
    write(
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
            + "'b':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}",
        6);
    fails("tensor 'b' begins at byte 2, expected 4; tensors must not overlap or leave gaps");
    write("{'a':{'dtype':'U8','shape':[4],'data_offsets':[1,5]}}", 5);
    fails("tensor 'a' begins at byte 1, expected 0");
    write("{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,4]}}", 4);
    fails("tensor 'a' of type F32 and shape [4] does not fill its 4 bytes");
    write("{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}}", 4);
    fails("does not fill its 4 bytes");
  }

  @Test
  void refusesOtherTypesAndForms() throws IOException {
    write("{'a':{'dtype':'BF16','shape':[2],'data_offsets':[0,4]}}", 4);
    fails("tensor 'a' has type 'BF16'; nao reads F32, F64, I32, I64 and U8");
    write("{'a':{'dtype':'U8','shape':[-1],'data_offsets':[0,4]}}", 4);
    fails("tensor 'a' needs a dtype, a shape and two data_offsets");
    write("{'a':{'dtype':'U8','shape':[4],'data_offsets':[4,0]}}", 4);
    fails("tensor 'a' needs a dtype, a shape and two data_offsets");
    write("{'a':1,'a':2}", 0);
    fails("expected a JSON header, found a mistake");
    write("[1,2]", 0);
    fails("expected a JSON object as header");
    Files.writeString(file, "PK, this is a zip file and no safetensors file");
    fails("expected a safetensors file, found a header length of");
    Files.delete(file);
    fails("cannot be read (no such file or folder)");
  }

  /** The system allows some 65,530 mappings a process. */
  @Test
  void manyTensorsAreOneMapping() throws IOException {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 70_000; i++) {
      tensors.put("t" + i, Tensor.of(new float[] {i}, 1));
    }
    Safetensors.write(file, tensors, Map.of());
    final int before = mappings();
    final Map<String, Tensor> read = SafetensorsFile.open(file).tensors();
    assertThat(mappings() - before).isLessThan(100);
    assertThat(read.get("t0").floats()).containsExactly(0);
    assertThat(read.get("t69999").floats()).containsExactly(69_999);
  }

  private static int mappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).size();
  }

  private void write(String header, int dataBytes) throws IOException {
    final byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(8 + text.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .array());
  }

  private void fails(String sentence) {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(sentence);
  }
}
