import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Makes of Maven's bill of materials, which names the jars, the bundle's: what else is shipped is
 * added, and where Maven does not know a license, components.json says it. Writes
 * bill-of-materials.json (CycloneDX) and the folder licenses, whose file COMPONENTS.txt lists all
 * components; fails if one has no license, or a license has no text.
 */
final class BillOfMaterials {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path texts;
  private final Path jars;
  private final Path bundle;

  /** License texts by identifier, those of Maven's bill. */
  private final Map<String, byte[]> known = new TreeMap<>();

  private final StringBuilder list = new StringBuilder();

  private BillOfMaterials(Path texts, Path jars, Path bundle) {
    this.texts = texts;
    this.jars = jars;
    this.bundle = bundle;
  }

  /** Arguments: Maven's bill, components.json, folders of license texts, of jars, of the bundle. */
  public static void main(String[] arguments) throws IOException {
    final ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(arguments[0]).toFile());
    final JsonNode more = JSON.readTree(Path.of(arguments[1]).toFile());
    new BillOfMaterials(Path.of(arguments[2]), Path.of(arguments[3]), Path.of(arguments[4]))
        .make(bill, more);
  }

  private void make(ObjectNode bill, JsonNode more) throws IOException {
    Files.createDirectories(bundle.resolve("licenses"));
    final ArrayNode components = (ArrayNode) bill.get("components");
    final Map<String, String> versions = new TreeMap<>();
    versions.put("java", System.getProperty("java.version"));
    for (final JsonNode component : components) {
      takeTexts(component);
      correct((ObjectNode) component, more.get("corrections"));
      versions.put(component.get("name").asText(), component.get("version").asText());
    }
    for (final JsonNode addition : more.get("additions")) {
      if (!addition.has("where") || Files.exists(bundle.resolve(addition.get("where").asText()))) {
        components.add(added(addition, versions));
      }
    }
    for (final JsonNode component : components) {
      list((ObjectNode) component);
    }
    Files.writeString(bundle.resolve("licenses/COMPONENTS.txt"), list.toString());
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(bundle.resolve("bill-of-materials.json").toFile(), bill);
  }

  /** License texts lie as files in the bundle, once. */
  private void takeTexts(JsonNode component) {
    for (final JsonNode entry : component.path("licenses")) {
      if (entry.path("license") instanceof ObjectNode license && license.has("id")) {
        final String content = license.path("text").path("content").asText();
        if (content.length() > 100) {
          known.put(license.get("id").asText(), Base64.getMimeDecoder().decode(content));
        }
        license.remove("text");
      }
    }
  }

  private static void correct(ObjectNode component, JsonNode corrections) {
    for (final JsonNode correction : corrections) {
      if (component.get("purl").asText().startsWith(correction.get("purl").asText())) {
        if (correction.has("licenses")) {
          license(component, correction.get("licenses"));
        }
        component.set("copyright", correction.get("copyright"));
      }
    }
  }

  private ObjectNode added(JsonNode addition, Map<String, String> versions) {
    final ObjectNode component = JSON.createObjectNode();
    component.put("type", "library");
    component.set("name", addition.get("name"));
    String version = addition.get("version").asText();
    for (final Map.Entry<String, String> each : versions.entrySet()) {
      version = version.replace("${" + each.getKey() + ".version}", each.getValue());
    }
    component.put("version", version);
    license(component, addition.get("licenses"));
    component.set("copyright", addition.get("copyright"));
    if (addition.has("texts")) {
      final ObjectNode property = component.putArray("properties").addObject();
      property.put("name", "nao:licenseTexts");
      property.set("value", addition.get("texts"));
    }
    return component;
  }

  private static void license(ObjectNode component, JsonNode identifiers) {
    final ArrayNode licenses = component.putArray("licenses");
    for (final JsonNode identifier : identifiers) {
      final String name = identifier.asText();
      final boolean listed = !name.contains(" ") && !name.matches("LicenseRef-.*|.*-exception-.*");
      licenses.addObject().putObject("license").put(listed ? "id" : "name", name);
    }
  }

  private void list(ObjectNode component) throws IOException {
    final String name = component.get("name").asText();
    final List<String> identifiers = new ArrayList<>();
    for (final JsonNode entry : component.path("licenses")) {
      final JsonNode license = entry.path("license");
      identifiers.add(license.has("id") ? license.get("id").asText() : license.get("name").asText());
    }
    if (identifiers.isEmpty()) {
      throw new IOException(name + " has no license; components.json may name it.");
    }
    list.append(name).append(' ').append(component.get("version").asText());
    list.append("\n  ").append(String.join(", ", identifiers));
    if (component.hasNonNull("copyright")) {
      list.append("\n  Copyright (c) ").append(component.get("copyright").asText());
    }
    final JsonNode elsewhere = component.path("properties").path(0);
    if (elsewhere.path("name").asText().equals("nao:licenseTexts")) {
      list.append("\n  texts: ").append(elsewhere.get("value").asText());
    } else if (!copyOwn(component)) {
      for (final String identifier : identifiers) {
        copyText(identifier, name);
      }
    }
    list.append("\n\n");
  }

  /** Whether the component's jar holds texts of its own; copies them. */
  private boolean copyOwn(JsonNode component) throws IOException {
    final String prefix =
        component.get("name").asText() + "-" + component.get("version").asText() + ".jar";
    boolean any = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(jars, prefix)) {
      for (final Path file : files) {
        try (JarFile jar = new JarFile(file.toFile())) {
          for (final ZipEntry entry : (Iterable<ZipEntry>) jar.stream().map(e -> (ZipEntry) e)::iterator) {
            if (entry.getName().matches("META-INF/[^/]*(LICENSE|NOTICE)(\\.txt)?")) {
              final String own = component.get("name").asText();
              final Path to = bundle.resolve("licenses").resolve(own).resolve(
                  entry.getName().substring("META-INF/".length()));
              Files.createDirectories(to.getParent());
              try (InputStream stream = jar.getInputStream(entry)) {
                Files.copy(stream, to, StandardCopyOption.REPLACE_EXISTING);
              }
              list.append("\n  text: licenses/").append(own).append('/').append(to.getFileName());
              any |= entry.getName().contains("LICENSE");
            }
          }
        }
      }
    }
    return any;
  }

  private void copyText(String identifier, String component) throws IOException {
    final Path to = bundle.resolve("licenses").resolve(identifier + ".txt");
    final Path committed = texts.resolve(identifier + ".txt");
    if (known.containsKey(identifier)) {
      Files.write(to, known.get(identifier));
    } else if (Files.exists(committed) && Files.size(committed) > 0) {
      Files.writeString(to, Files.readString(committed), StandardCharsets.UTF_8);
    } else {
      throw new IOException(
          "the text of " + identifier + ", the license of " + component + ", is missing: " + committed);
    }
    list.append("\n  text: licenses/").append(identifier).append(".txt");
  }
}
