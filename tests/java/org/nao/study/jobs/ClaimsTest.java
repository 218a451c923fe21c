package org.nao.study.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimsTest {
  private static final String JOB = "standalone-1";

  @TempDir private Path folder;

  /** A worker on a machine of its own, with a clock of its own. */
  private final class Node {
    private final AtomicLong clock;
    private final Claims claims;

    private Node(String name, long time) {
      clock = new AtomicLong(time);
      claims = new Claims(folder, new Worker(name, "me", name, name, 1, "1"), clock::get);
    }

    private void passes(Duration time) {
      clock.addAndGet(time.toNanos());
    }

    private int newest() {
      return claims.list().claim(JOB);
    }
  }

  private static final Duration MOST = Claims.LEASE.minusNanos(1);

  private Node first;
  private Node second;
  private Node third;

  /** Their clocks are years apart, one of them before zero. */
  @BeforeEach
  void start() {
    first = new Node("first", Long.MIN_VALUE / 2);
    second = new Node("second", Duration.ofDays(9999).toNanos());
    third = new Node("third", 0);
  }

  @Test
  void oneWorkerGetsAJob() {
    final Claims.Claim claim = first.claims.take(JOB, 0).orElseThrow();
    assertThat(second.claims.take(JOB, 0)).isEmpty();
    assertThat(claim.isHeld()).isTrue();
    assertThat(second.newest()).isEqualTo(1);
    assertThat(second.claims.isFree(JOB, 1)).isFalse();
    assertThat(second.claims.owner(JOB, 1)).isEqualTo("process 1 on first");
  }

  @Test
  void aClaimThatStandsStillForALeaseIsFollowed() {
    final Claims.Claim dead = first.claims.take(JOB, 0).orElseThrow();
    assertThat(second.claims.isFree(JOB, 1)).isFalse();
    second.passes(MOST);
    assertThat(second.claims.isFree(JOB, 1)).isFalse();
    second.passes(Duration.ofNanos(1));
    assertThat(second.claims.isFree(JOB, 1)).isTrue();
    // The third looks for the first time, whatever time it is there.
    assertThat(third.claims.isFree(JOB, 1)).isFalse();
    final Claims.Claim taken = second.claims.take(JOB, 1).orElseThrow();
    assertThat(taken.number()).isEqualTo(2);
    assertThat(dead.isLost()).isFalse();
    assertThat(dead.isHeld()).isFalse();
    assertThat(taken.isHeld()).isTrue();
    // The third saw the first claim grow old, too, and is late.
    assertThat(third.claims.take(JOB, 1)).isEmpty();
  }

  @Test
  void anOwnerThatShowsItselfKeepsItsClaim() {
    final Claims.Claim claim = first.claims.take(JOB, 0).orElseThrow();
    for (int i = 0; i < 20; i++) {
      assertThat(second.claims.isFree(JOB, 1)).isFalse();
      second.passes(MOST);
      first.claims.beat();
    }
    assertThat(claim.isHeld()).isTrue();
  }

  /** Neither its own clock nor the times of files count. */
  @Test
  void clocksThatAreWrongChangeNothing() throws IOException {
    final Claims.Claim claim = first.claims.take(JOB, 0).orElseThrow();
    assertThat(second.claims.isFree(JOB, 1)).isFalse();
    for (final String time : new String[] {"1971-01-01T00:00:00Z", "2199-01-01T00:00:00Z"}) {
      Files.setLastModifiedTime(
          folder.resolve(JOB + ".claim-1"), FileTime.from(Instant.parse(time)));
      first.passes(Duration.ofDays(3));
      assertThat(second.claims.isFree(JOB, 1)).isFalse();
    }
    assertThat(claim.isHeld()).isTrue();
  }

  @Test
  void aSleeperNoticesThatItsJobIsTaken() throws IOException {
    final Claims.Claim sleeper = first.claims.take(JOB, 0).orElseThrow();
    assertThat(second.claims.take(JOB, 1)).isPresent();
    assertThat(sleeper.isLost()).isFalse();
    final String before = Files.readString(folder.resolve(JOB + ".claim-2"));
    first.claims.beat();
    assertThat(sleeper.isLost()).isTrue();
    sleeper.release();
    assertThat(folder.resolve(JOB + ".claim-2")).hasContent(before);
    assertThat(third.claims.isFree(JOB, 2)).isFalse();
  }

  @Test
  void whatIsGivenBackIsFreeAtOnce() {
    first.claims.take(JOB, 0).orElseThrow().release();
    assertThat(second.claims.isFree(JOB, 1)).isTrue();
    assertThat(second.claims.take(JOB, 1)).isPresent();
    assertThat(third.claims.take(JOB, 1)).isEmpty();
  }

  @Test
  void afterTheResultNoClaimIsLeft() {
    first.claims.take(JOB, 0).orElseThrow().release();
    final Claims.Claim claim = second.claims.take(JOB, 1).orElseThrow();
    claim.finish();
    assertThat(folder).isEmptyDirectory();
    assertThat(third.claims.isFree(JOB, 2)).isTrue();
  }

  /** As after a power failure, or while its owner is writing it. */
  @Test
  void aClaimThatCannotBeReadIsThereForALease() throws IOException {
    Files.createFile(folder.resolve(JOB + ".claim-1"));
    assertThat(second.claims.isFree(JOB, 1)).isFalse();
    second.passes(MOST);
    Files.writeString(folder.resolve(JOB + ".claim-1"), "{\"worker\": {");
    assertThat(second.claims.isFree(JOB, 1)).isFalse();
    second.passes(Claims.LEASE);
    assertThat(second.claims.isFree(JOB, 1)).isTrue();
  }

  /** Whatever a claim says, it is free when it was given back, or after a lease. */
  @Test
  void damagedClaimsAreNoErrors() throws IOException {
    final Claims.Claim claim = first.claims.take(JOB, 0).orElseThrow();
    final Path file = folder.resolve(JOB + ".claim-1");
    final byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      final byte[] damaged = whole.clone();
      damaged[i] ^= (byte) 0x80;
      Files.write(file, damaged);
      second.claims.isFree(JOB, 1);
      second.passes(Claims.LEASE);
      assertThat(second.claims.isFree(JOB, 1)).as("byte %d", i).isTrue();
      assertThat(second.claims.owner(JOB, 1)).contains("process");
      first.claims.beat();
    }
    assertThat(claim.number()).isEqualTo(1);
  }

  @Test
  void aProcessOfThisMachineThatHasEndedHoldsNothing() throws Exception {
    final Worker here = Worker.here();
    assertThat(here.hasEnded()).isFalse();
    final Process short_ = new ProcessBuilder("true").start();
    short_.waitFor();
    final Worker ended =
        new Worker("x", here.user(), here.host(), here.machine(), short_.pid(), "12345");
    assertThat(ended.hasEnded()).isTrue();
    new Claims(folder, ended, () -> 0).take(JOB, 0);
    assertThat(second.claims.isFree(JOB, 1)).isTrue();
    // Of another machine, or another user, whose processes may be hidden, nobody knows.
    assertThat(new Worker("x", here.user(), here.host(), "other", 1, "1").hasEnded()).isFalse();
    assertThat(new Worker("x", "other", here.host(), here.machine(), short_.pid(), "1").hasEnded())
        .isFalse();
  }
}
