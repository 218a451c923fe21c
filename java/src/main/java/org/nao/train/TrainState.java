package org.nao.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.nao.run.EventLog;
import org.nao.run.Values;

/**
 * What a checkpoint of a training holds beside tensors.
 *
 * @param step steps done
 * @param partial sums of an epoch that is not finished
 * @param bestEpoch the epoch with the highest validation accuracy so far, from 0; -1: none yet
 * @param bestAccuracy that accuracy, a fraction
 * @param seconds that were spent
 * @param device instruction set
 * @param events end of the log
 * @param config of the training that the checkpoint belongs to
 */
record TrainState(
    long step,
    Map<String, Double> partial,
    int bestEpoch,
    double bestAccuracy,
    double seconds,
    String device,
    EventLog.Mark events,
    ObjectNode config) {
  TrainState {
    Values.within("step", step, 0, Long.MAX_VALUE);
    Values.within("bestEpoch", bestEpoch, -1, Values.MOST);
    Values.check(
        "bestAccuracy",
        bestAccuracy,
        bestAccuracy >= 0 && bestAccuracy <= 1,
        "a fraction from 0 to 1");
    Values.check("seconds", seconds, seconds >= 0, "at least 0");
  }
}
