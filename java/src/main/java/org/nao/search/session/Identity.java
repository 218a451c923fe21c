package org.nao.search.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nao.ranks.RankException;
import org.nao.ranks.Ranks;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.search.config.SearchConfig;

/**
 * What ranks must have in common: the version of nao, the kind of device, the images, and all of
 * the configuration that decides what is found.
 */
public final class Identity {
  private static final int LONGEST = 1 << 20;
  private static final byte[] SAME = "same".getBytes(StandardCharsets.US_ASCII);

  private final ObjectNode values;

  /**
   * That of a rank.
   *
   * @param isa of its device
   * @param dataSha256 of its data set
   */
  public Identity(String version, String isa, String dataSha256, SearchConfig config) {
    values = Json.object();
    values.put("version", version);
    values.put("instruction set", isa);
    values.put("SHA-256 of the data set", dataSha256);
    final ObjectNode deciding = ConfigFiles.written(config);
    deciding.remove(SearchSession.ONLY_WHERE);
    ConfigFiles.leaves(deciding).forEach(values::set);
  }

  /**
   * Compares that of all ranks with rank 0's.
   *
   * @throws RankException in all ranks, naming the rank and the first difference
   */
  public void requireSame(Ranks ranks) {
    final List<byte[]> all =
        ranks.gather(Json.line(values).getBytes(StandardCharsets.UTF_8), LONGEST);
    for (int rank = 1; rank < all.size(); rank++) {
      final ObjectNode other = Json.parseObject(new String(all.get(rank), StandardCharsets.UTF_8));
      final Optional<String> difference = difference(rank, other);
      if (difference.isPresent()) {
        ranks.abort(difference.get());
        throw new RankException(difference.get());
      }
    }
    ranks.broadcast(SAME, SAME.length);
  }

  private Optional<String> difference(int rank, ObjectNode other) {
    final Set<String> keys = new TreeSet<>();
    values.fieldNames().forEachRemaining(keys::add);
    other.fieldNames().forEachRemaining(keys::add);
    return keys.stream()
        .filter(key -> !values.path(key).equals(other.path(key)))
        .findFirst()
        .map(
            key ->
                "rank %d has %s = %s, rank 0 has %s; all ranks need the same"
                    .formatted(rank, key, other.path(key), values.path(key)));
  }
}
