package org.nao.study.jobs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The jobs that a worker believes not to be done, and which of them it works on next. Reading the
 * whole folder takes longer than looking at a job, so it goes by what it read until most of that
 * turns out to be old; claims themselves are always right.
 */
final class OpenJobs {
  /**
   * After so many jobs in vain that somebody else has taken meanwhile, the folder is read again.
   */
  private static final int TRIES = 32;

  private final Claims claims;
  private final Predicate<String> isDone;
  private final Consumer<String> notices;
  private final Set<String> open;
  private final List<String> fresh = new ArrayList<>();
  private Claims.Listing listing;

  /**
   * Jobs by name.
   *
   * @param isDone whether a job has a result
   * @param notices hears whose work is gone on with
   */
  OpenJobs(
      Claims claims, Collection<String> names, Predicate<String> isDone, Consumer<String> notices) {
    this.claims = claims;
    this.isDone = isDone;
    this.notices = notices;
    open = new LinkedHashSet<>(names);
    look();
  }

  /** How many were not done at the last look. */
  int size() {
    return open.size();
  }

  /** Claims a job; empty if all are done, or others work on all that are not. */
  Optional<Claims.Claim> next() {
    return unclaimed(TRIES)
        .or(
            () -> {
              look();
              return unclaimed(Integer.MAX_VALUE);
            })
        .or(this::abandoned);
  }

  private void look() {
    listing = claims.list();
    open.removeIf(name -> listing.holds(name) && isDone.test(name));
    fresh.clear();
    open.stream().filter(name -> listing.claim(name) == 0).forEach(fresh::add);
  }

  /**
   * The first that nobody has claimed yet. Where another worker was faster it goes on somewhere
   * among the others, since all begin with the first.
   */
  private Optional<Claims.Claim> unclaimed(int tries) {
    int next = 0;
    for (int i = 0; i < tries && !fresh.isEmpty(); i++) {
      final String name = fresh.remove(next);
      final Optional<Claims.Claim> claim =
          claims.isNew(name) && !isDone.test(name) ? claims.take(name, 0) : Optional.empty();
      if (claim.isPresent()) {
        return claim;
      }
      next = fresh.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(fresh.size());
    }
    return Optional.empty();
  }

  /** One whose owner has given it back, or is not heard of any more. */
  private Optional<Claims.Claim> abandoned() {
    for (final String name : open) {
      final int last = listing.claim(name);
      if (last > 0 && claims.isFree(name, last)) {
        final String owner = claims.owner(name, last);
        final Optional<Claims.Claim> claim = claims.take(name, last);
        if (claim.isPresent()) {
          notices.accept("%s: goes on where %s stopped.".formatted(name, owner));
          return claim;
        }
      }
    }
    return Optional.empty();
  }
}
