package org.nao.oracle;

import java.util.ArrayList;
import java.util.List;
import org.nao.oracle.Scenario.Batch;

/** What a subject left of a scenario, pass by pass. */
record Run(Scenario scenario, List<Outcome> outcomes) {

  private static final float LEARNING_RATE = 0.05f;

  static Run of(Scenario scenario, Subject subject) {
    final List<Outcome> outcomes = new ArrayList<>();
    for (int pass = 0; pass < scenario.batches().size(); pass++) {
      final Batch batch = scenario.batches().get(pass);
      outcomes.add(
          pass < scenario.steps()
              ? subject.step(batch, scenario.training(), LEARNING_RATE, pass)
              : subject.evaluate(batch, scenario.statistics(pass)));
    }
    return new Run(scenario, outcomes);
  }
}
