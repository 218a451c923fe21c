import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fails unless every line of the file is one JSON object. */
final class Json {
  public static void main(String[] arguments) throws Exception {
    final ObjectMapper mapper =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    for (final String line : Files.readAllLines(Path.of(arguments[0]))) {
      final JsonNode node = mapper.readTree(line);
      if (!node.isObject()) {
        throw new IllegalArgumentException("no JSON object: " + line);
      }
    }
  }
}
