package org.nao.run;

/**
 * Something that a run reads and that must be the same when it goes on.
 *
 * @param role what it is to the run, for example {@code data set}
 * @param place name or absolute path, for people
 * @param sha256 of what counts of its content
 */
public record Input(String role, String place, String sha256) {}
