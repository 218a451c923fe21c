package org.nao.study.jobs;

import org.nao.search.config.SearchConfig;

/**
 * Everything that a search's result depends on.
 *
 * @param version of the engine's arithmetic, see {@link StudyFormat}
 * @param data SHA-256 of all pixels and labels
 * @param device instruction set
 * @param config without what says only where: data set's path, device, threads
 */
record SearchKey(int version, String data, String device, SearchConfig config) {}
