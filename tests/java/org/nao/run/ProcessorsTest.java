package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorsTest {
  private static final String SECOND = "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
  private static final String FIRST =
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:4 - cgroup cgroup rw,cpu,cpuacct\n"
          + "33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n";

  @TempDir private Path root;

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text);
  }

  private Processors of(int affinity, Map<String, String> environment) {
    return Processors.of(affinity, root, environment);
  }

  @Test
  void withoutLimitsTheyAreThoseOfTheAffinity() {
    assertThat(of(6, Map.of())).isEqualTo(new Processors(6, ""));
    assertThat(Processors.threads(3)).isEqualTo(3);
    assertThat(Processors.threads(0)).isEqualTo(Processors.ofThisProcess().usable()).isPositive();
  }

  @Test
  void slurmsNumberCountsWhereItDoesNotBind() {
    assertThat(of(64, Map.of("SLURM_CPUS_PER_TASK", "8", "SLURM_CPUS_ON_NODE", "16")))
        .isEqualTo(new Processors(8, "SLURM_CPUS_PER_TASK"));
    assertThat(of(64, Map.of("SLURM_CPUS_ON_NODE", "16")).usable()).isEqualTo(16);
    assertThat(of(4, Map.of("SLURM_CPUS_PER_TASK", "8"))).isEqualTo(new Processors(4, ""));
    assertThat(of(4, Map.of("SLURM_CPUS_PER_TASK", "many")).usable()).isEqualTo(4);
  }

  @Test
  void quotasOfVersion2CountAlsoOfGroupsAbove() throws IOException {
    write("proc/self/mountinfo", SECOND);
    write("proc/self/cgroup", "0::/slurm/job_7/step_batch\n");
    write("sys/fs/cgroup/slurm/job_7/step_batch/cpu.max", "max 100000\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(64);
    write("sys/fs/cgroup/slurm/job_7/cpu.max", "250000 100000\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(3);
    assertThat(of(64, Map.of()).limit()).endsWith("cgroup/slurm/job_7");
    assertThat(of(64, Map.of("SLURM_CPUS_PER_TASK", "2")).usable()).isEqualTo(2);
    assertThat(of(64, Map.of("SLURM_CPUS_PER_TASK", "8")).usable()).isEqualTo(3);
    write("sys/fs/cgroup/slurm/job_7/step_batch/cpu.max", "50000 100000\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(1);
  }

  @Test
  void quotasOfVersion1Count() throws IOException {
    write("proc/self/mountinfo", FIRST);
    write("proc/self/cgroup", "3:cpuset:/other\n2:cpu,cpuacct:/user/7\n0::/\n");
    write("sys/fs/cgroup/cpu,cpuacct/user/7/cpu.cfs_quota_us", "-1\n");
    write("sys/fs/cgroup/cpu,cpuacct/user/7/cpu.cfs_period_us", "100000\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(64);
    write("sys/fs/cgroup/cpu,cpuacct/user/7/cpu.cfs_quota_us", "400000\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(4);
  }

  /** There the path is the host's, and the group is what is mounted. */
  @Test
  void quotasOfContainersCount() throws IOException {
    write("proc/self/mountinfo", "9 8 0:2 /docker/a1 /sys/fs/cgroup ro - cgroup2 cgroup ro\n");
    write("sys/fs/cgroup/cpu.max", "200000 100000\n");
    for (final String path : new String[] {"/docker/a1", "/", "/../elsewhere"}) {
      write("proc/self/cgroup", "0::" + path + "\n");
      assertThat(of(64, Map.of()).usable()).as(path).isEqualTo(2);
    }
  }

  @Test
  void whatCannotBeUnderstoodIsNoLimit() throws IOException {
    write("proc/self/mountinfo", SECOND + "x - cgroup2\n - \n");
    write("proc/self/cgroup", "\n::\n0::/a\n");
    write("sys/fs/cgroup/a/cpu.max", "much\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(64);
    write("sys/fs/cgroup/a/cpu.max", "100000 0\n");
    assertThat(of(64, Map.of()).usable()).isEqualTo(64);
  }
}
