package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.nao.error.InvalidValue;

/**
 * A configuration that uses only some of its keys; which ones depends on its values. The answers
 * are about a {@code configuration} as JSON, which may have values that the record would refuse.
 */
public interface SelectiveConfig {

  /** Whether it uses a key, for example {@code supernet.bn}. */
  boolean uses(String key, ObjectNode configuration);

  /**
   * What to say of a value that somebody gave for a key that is not used; empty if it is the value
   * of a preset, so that nobody has asked for anything.
   */
  Optional<InvalidValue> refusal(String key, ObjectNode configuration);
}
