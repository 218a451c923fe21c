package org.nao.ranks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.nao.run.IoFailure;
import org.nao.run.Json;
import org.nao.run.RunException;

/**
 * Where rank 0 listens.
 *
 * @param host its address
 * @param name of rank 0 for people
 * @param secret that both sides must know
 */
record RendezvousFile(String host, int port, String name, String secret) {
  private static final String NAME = "rendezvous.json";
  private static final int MOST_PORT = 0xffff;
  private static final Pattern SECRET = Pattern.compile("[0-9a-f]{%d}".formatted(2 * Secret.BYTES));
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  static Path path(Path folder) {
    return folder.resolve(NAME);
  }

  Secret key() {
    return Secret.of(secret);
  }

  /** Writes it as a whole; nobody but the owner can read it at any time. */
  static void write(Path folder, InetSocketAddress address, Secret secret) {
    final Path file = path(folder);
    final Path partial =
        folder.resolve(".%s.%d.partial".formatted(NAME, ProcessHandle.current().pid()));
    try {
      Files.deleteIfExists(partial);
      Files.createFile(partial, PosixFilePermissions.asFileAttribute(OWNER));
      Files.writeString(
          partial,
          Json.line(
              new RendezvousFile(
                  address.getAddress().getHostAddress(),
                  address.getPort(),
                  ProcessName.ofThisProcess(),
                  secret.text())));
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  static void delete(Path folder) {
    try {
      Files.deleteIfExists(path(folder));
    } catch (IOException e) {
      // It is of no use to anybody any more.
    }
  }

  /**
   * Empty if it is not there.
   *
   * @throws RunException if others may read it, or it is damaged
   */
  static Optional<RendezvousFile> read(Path folder) {
    final Path file = path(folder);
    try {
      if (!Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(OWNER)) {
        throw new RunException(
            file + ": others than its owner may read or write it; it is not trusted.");
      }
      return Optional.of(checked(file, Json.readObject(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (RunException e) {
      if (Files.notExists(file)) {
        return Optional.empty(); // rank 0 has removed it meanwhile
      }
      throw e;
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  private static RendezvousFile checked(Path file, ObjectNode written) {
    final RendezvousFile read =
        new RendezvousFile(
            written.path("host").asText(),
            written.path("port").asInt(),
            written.path("name").asText(),
            written.path("secret").asText());
    if (read.host.isEmpty()
        || read.port < 1
        || read.port > MOST_PORT
        || !SECRET.matcher(read.secret).matches()) {
      throw new RunException(
          file + ": is damaged: expected host, port, name and secret of rank 0.");
    }
    return read;
  }
}
