package org.nao.run;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.nao.error.UserException;

/**
 * JSON as nao reads and writes it: no duplicate or unknown keys, nothing after the value, no silent
 * conversions.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private Json() {}

  /** The shared mapper; configured once, never changed. */
  static ObjectMapper mapper() {
    return MAPPER;
  }

  /** One line, no line break in it. {@code value}: a record, map, list, array or tree. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a value as indented JSON with a final line break. */
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A record or map as a tree. */
  public static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads a file that holds one JSON object.
   *
   * @throws RunException naming the file, and the line and column of a mistake
   */
  public static ObjectNode readObject(Path file) {
    try {
      return asObject(MAPPER.readTree(Files.readAllBytes(file)), file);
    } catch (JsonProcessingException e) {
      final JsonLocation at = e.getLocation();
      throw new RunException(
          "%s%s: expected a JSON object, found a mistake (%s)."
              .formatted(
                  file,
                  at == null
                      ? ""
                      : " line %d column %d".formatted(at.getLineNr(), at.getColumnNr()),
                  mistake(e)),
          e);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  /**
   * Reads a text that holds one JSON object.
   *
   * @throws UserException with a sentence about a mistake
   */
  public static ObjectNode parseObject(String text) {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new UserException("expected a JSON object, found a mistake (" + mistake(e) + ").", e);
    }
    throw new UserException("expected a JSON object, found another value.");
  }

  /**
   * What {@link #line} wrote.
   *
   * @throws UserException with a sentence about a mistake
   */
  public static <T> T parse(String text, Class<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new UserException(
          "expected a %s, found a mistake (%s).".formatted(type.getSimpleName(), mistake(e)), e);
    }
  }

  private static ObjectNode asObject(JsonNode node, Path file) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new RunException(
        "%s: expected a JSON object, found %s."
            .formatted(
                file,
                node == null || node.isMissingNode()
                    ? "an empty file"
                    : "a JSON " + node.getNodeType().toString().toLowerCase(Locale.ROOT)));
  }

  /** What is wrong with a text, in a few words. */
  static String mistake(JsonProcessingException e) {
    return e instanceof MismatchedInputException
        ? "more follows after its end"
        : firstLine(e.getOriginalMessage());
  }

  /** The first line of a message, without its final dot. */
  static String firstLine(String message) {
    final String line = message.lines().findFirst().orElse("");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
