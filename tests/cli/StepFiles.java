import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.nao.network.Initializer;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.Safetensors;
import org.nao.run.Tensor;
import org.nao.space.SearchSpace;

/**
 * Writes what {@code nao step} reads, for N = 1, C = 2 and 4 classes, to the working folder:
 * weights.safetensors and batch.safetensors, and spoilt ones.
 */
final class StepFiles {
  private static final int IMAGES = 4;
  private static final int SIDE = 8;

  public static void main(String[] arguments) {
    final NetworkShape shape = new NetworkShape(1, 2, 3, SIDE, SIDE, 4, false);
    final ParameterTable table = NetworkFamilies.supernet(SearchSpace.naoSmall(), shape).table();
    final float[] values = new Initializer(1).values(table);
    final Map<String, Tensor> weights = new LinkedHashMap<>();
    for (int i = 0; i < table.size(); i++) {
      final ParameterSpec spec = table.parameters().get(i);
      weights.put(
          spec.name(),
          Tensor.of(
              Arrays.copyOfRange(
                  values, table.offset(i), table.offset(i) + (int) spec.elements()),
              spec.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
    write("weights", weights);
    writeWith("weights-nan", weights, "classifier.bias", Tensor.of(fill(4, Float.NaN), 4));
    writeWith("weights-shape", weights, "classifier.bias", Tensor.of(fill(5, 0), 5));
    weights.remove("classifier.bias");
    write("weights-missing", weights);

    final float[] pixels = new float[IMAGES * 3 * SIDE * SIDE];
    final Random random = new Random(2);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    final Map<String, Tensor> batch = new LinkedHashMap<>();
    batch.put("input", Tensor.of(pixels, IMAGES, 3, SIDE, SIDE));
    batch.put("target", Tensor.of(new long[] {0, 1, 2, 3}, IMAGES));
    write("batch", batch);
    writeWith("batch-label", batch, "target", Tensor.of(new long[] {0, 1, 2, 4}, IMAGES));
    writeWith("batch-count", batch, "target", Tensor.of(new long[] {0, 1, 2}, 3));
    writeWith(
        "batch-side", batch, "input", Tensor.of(fill(IMAGES * 3 * 36, 0), IMAGES, 3, 6, 6));
  }

  private static float[] fill(int count, float value) {
    final float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  private static void writeWith(
      String name, Map<String, Tensor> tensors, String changed, Tensor value) {
    final Map<String, Tensor> other = new LinkedHashMap<>(tensors);
    other.put(changed, value);
    write(name, other);
  }

  private static void write(String name, Map<String, Tensor> tensors) {
    Safetensors.write(Path.of(name + ".safetensors"), tensors, Map.of());
  }
}
