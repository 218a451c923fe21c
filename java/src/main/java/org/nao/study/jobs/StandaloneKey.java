package org.nao.study.jobs;

import org.nao.training.Recipe;

/**
 * Everything that the accuracy of an architecture trained alone depends on.
 *
 * @param version of the engine's arithmetic, see {@link StudyFormat}
 * @param space title of the search space
 * @param architecture text form
 */
record StandaloneKey(
    int version,
    Workplace.Place place,
    String space,
    int nodes,
    String architecture,
    int layers,
    int channels,
    int batch,
    int epochs,
    boolean auxiliaryHead,
    Recipe recipe,
    long seed) {}
