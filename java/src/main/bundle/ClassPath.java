import java.util.jar.JarFile;

/** Prints the class path that a jar's manifest names. */
final class ClassPath {
  public static void main(String[] arguments) throws Exception {
    try (JarFile jar = new JarFile(arguments[0])) {
      System.out.println(jar.getManifest().getMainAttributes().getValue("Class-Path"));
    }
  }

  private ClassPath() {}
}
