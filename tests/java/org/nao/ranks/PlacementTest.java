package org.nao.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nao.error.UserException;

class PlacementTest {
  @Test
  void whoWasStartedAloneHasNone() {
    assertThat(Placement.of(Map.of())).isEmpty();
  }

  /** There srun has not started the process, although the job has tasks. */
  @Test
  void aBatchScriptIsNoTask() {
    assertThat(Placement.of(Map.of("SLURM_NTASKS", "4", "SLURM_PROCID", "0"))).isEmpty();
  }

  @Test
  void aTaskOfSrunIsARank() {
    final Map<String, String> task =
        Map.of("SLURM_PROCID", "3", "SLURM_STEP_NUM_TASKS", "4", "SLURM_STEP_NUM_NODES", "2");
    assertThat(Placement.of(task)).contains(new Placement(3, 4));
    assertThat(Placement.onOneMachine(task)).isFalse();
    assertThat(Placement.of(Map.of("SLURM_PROCID", "0", "SLURM_STEP_NUM_TASKS", "1"))).isEmpty();
  }

  @Test
  void tasksOfOneNodeMeetOnIt() {
    assertThat(
            Placement.onOneMachine(
                Map.of("SLURM_STEP_NUM_TASKS", "4", "SLURM_STEP_NUM_NODES", "1")))
        .isTrue();
    assertThat(Placement.onOneMachine(Map.of())).isTrue();
  }

  @Test
  void whomRankZeroStartedIsNoTask() {
    assertThat(
            Placement.of(
                Map.of(
                    "NAO_RANK",
                    "1",
                    "NAO_RANKS",
                    "2",
                    "SLURM_PROCID",
                    "0",
                    "SLURM_STEP_NUM_TASKS",
                    "8")))
        .contains(new Placement(1, 2));
  }

  @Test
  void ranksThatMayChooseTakeAGpuEach() {
    final Map<String, String> started = Map.of("NAO_RANK", "2", "SLURM_LOCALID", "0");
    assertThat(Placement.device("auto", started)).isEqualTo("auto:2");
    assertThat(Placement.device("auto", Map.of("SLURM_LOCALID", "1"))).isEqualTo("auto:1");
    assertThat(Placement.device("auto", Map.of())).isEqualTo("auto");
    assertThat(Placement.device("cuda:0", started)).isEqualTo("cuda:0");
    assertThat(Placement.device("cpu", started)).isEqualTo("cpu");
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    assertThatThrownBy(() -> Placement.of(Map.of("NAO_RANK", "one", "NAO_RANKS", "2")))
        .isInstanceOf(UserException.class)
        .hasMessage("NAO_RANK is 'one', a number is expected.");
    assertThatThrownBy(() -> Placement.of(Map.of("NAO_RANK", "2", "NAO_RANKS", "2")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("NAO_RANK is 2 and NAO_RANKS is 2");
  }
}
