package org.nao.search.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nao.error.UserException;
import org.nao.run.PresetFiles;

/** The searches that there are. */
public enum Algorithm {
  /** Supernets, trained on architectures in proportion to their sizes, anew in every round. */
  NAO_V2("nao-v2"),

  /** One training over all rounds, which only pauses for the controller. */
  NAO_WS("nao-ws", "one training with cached scores"),

  /** Scores of trainings that share nothing, hence fewer architectures. */
  NAO("nao", "every architecture trained alone"),

  RANDOM("random"),

  EVOLUTION("evolution", "regularized"),

  SPOS("spos", "single path one-shot"),

  DARTS("darts"),

  ENAS("enas", "a controller that learns by reinforcement");

  private final String title;
  private final Optional<String> explanation;

  Algorithm(String title) {
    this.title = title;
    explanation = Optional.empty();
  }

  Algorithm(String title, String explanation) {
    this.title = title;
    this.explanation = Optional.of(explanation);
  }

  /**
   * The algorithm that users call so.
   *
   * @throws UserException naming those that there are
   */
  public static Algorithm named(String title) {
    return find(title)
        .orElseThrow(
            () ->
                new UserException(
                    "unknown algorithm '%s', expected one of %s".formatted(title, titles())));
  }

  /** The algorithm of that name; empty if there is none. */
  static Optional<Algorithm> find(String title) {
    return Arrays.stream(values()).filter(each -> each.title.equals(title)).findFirst();
  }

  /** Its name for users. */
  public String title() {
    return title;
  }

  /** A few words for users on what it is, unless its name says so. */
  public Optional<String> explanation() {
    return explanation;
  }

  private static String titles() {
    return Arrays.stream(values()).map(each -> each.title).collect(Collectors.joining(", "));
  }

  /**
   * What is special about it: {@code both}, {@code quick} and {@code paper} are changes of the
   * presets, {@code uses} names the keys that it {@link UsedKeys uses}.
   */
  ObjectNode resource() {
    return PresetFiles.resource(Algorithm.class, "algorithms/" + title);
  }
}
