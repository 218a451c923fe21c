package org.nao.search.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nao.run.Json;
import org.nao.space.ArchitectureFormat;

/**
 * Where a search stands, tensors left out: what a checkpoint holds as JSON. Every algorithm gives
 * the phases and the pool its own meaning; from RERANK on they are alike.
 */
public final class SearchState {
  /** The training of shared weights, in events and in the seconds of a summary. */
  public static final String TRAIN = "train";

  /** The scoring of architectures, in events and in the seconds of a summary. */
  public static final String EVALUATE = "evaluate";

  static final String EVENT_BYTES = "eventBytes";

  /** What is done next. */
  public enum Phase {
    TRAIN,
    EVALUATE,
    GENERATE,
    RERANK,
    DONE
  }

  public Phase phase = Phase.TRAIN;

  /** Counted from 0. */
  public int round;

  /** Training steps done in this phase. */
  public long step;

  /** All architectures found so far. */
  public final Pool pool;

  /** Index of the first architecture that this round added. */
  public int firstNew;

  /** One-shot accuracies of the pool's first architectures in this round. */
  public List<Double> accuracies = new ArrayList<>();

  /** Stand-alone accuracies of the best architectures, as far as trained. */
  public List<Double> standalone = new ArrayList<>();

  /** Instruction set of the device that wrote the checkpoint; empty before the first one. */
  String device = "";

  /** By phase. */
  public Map<String, Double> seconds = new LinkedHashMap<>();

  /** The state of a search that begins with an empty pool. */
  SearchState(Pool pool) {
    this.pool = pool;
  }

  /** The state in a checkpoint, its architectures added to an empty pool. */
  static SearchState of(JsonNode node, Pool pool, ArchitectureFormat format) {
    final SearchState state = new SearchState(pool);
    state.phase = Phase.valueOf(node.path("phase").asText());
    state.round = node.path("round").asInt();
    state.step = node.path("step").asLong();
    node.path("pool").forEach(text -> pool.add(format.parse(text.asText())));
    state.firstNew = node.path("firstNew").asInt();
    state.accuracies = list(node.path("accuracies"), JsonNode::asDouble);
    state.standalone = list(node.path("standalone"), JsonNode::asDouble);
    state.device = node.path("device").asText();
    node.path("seconds")
        .properties()
        .forEach(entry -> state.seconds.put(entry.getKey(), entry.getValue().asDouble()));
    return state;
  }

  /** The pool best first, by the accuracies that all of it have; equal ones in their order. */
  public List<ScoredArchitecture> ranked() {
    return pool.ranked(accuracies);
  }

  ObjectNode toJson(long eventBytes, ArchitectureFormat format) {
    final ObjectNode node = Json.object();
    node.put("phase", phase.name());
    node.put("round", round);
    node.put("step", step);
    final ArrayNode lines = node.putArray("pool");
    pool.architectures().forEach(each -> lines.add(format.write(each)));
    node.put("firstNew", firstNew);
    final ArrayNode scores = node.putArray("accuracies");
    accuracies.forEach(scores::add);
    final ArrayNode trained = node.putArray("standalone");
    standalone.forEach(trained::add);
    node.put("device", device);
    final ObjectNode times = node.putObject("seconds");
    seconds.forEach(times::put);
    node.put(EVENT_BYTES, eventBytes);
    return node;
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> value) {
    final List<T> list = new ArrayList<>();
    array.forEach(each -> list.add(value.apply(each)));
    return list;
  }
}
