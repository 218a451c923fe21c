# Runs in batch systems: one line that begins a run or goes on with it.

test_resume_or_start() {
  make_data
  local line=("${tiny[@]}" --out run --resume-or-start)
  complains 2 '--resume-or-start needs --out' search --resume-or-start
  succeeds "${tiny[@]}" --seed 3 --threads 1 --out whole
  line+=(--seed 3)
  ends_at 75 'TERM after 1 write */events.jsonl' "${line[@]}"
  complains 2 'run: the run there began with other options: --epochs was 2 and is 5, --duplicates was canonical and is literal;' \
    "${line[@]}" --epochs 5 --duplicates literal
  complains 2 'other options: .* \(and [0-9]+ more\)' search --data data --out run --resume-or-start --preset paper
  ends_at 75 'USR1 before 1 rename */arch_pool.perf.0' "${line[@]}" --threads 2
  succeeds "${line[@]}"
  same_result whole run
  find run -exec touch -d '2001-01-01' {} +
  succeeds "${line[@]}"
  holds err '^run: the run is finished, nothing is left to do\.$'
  [[ ! -s out && -z $(find run -newermt '2001-01-02' -type f) ]] || fail "a finished run was touched"
  complains 2 'was .* and is 7' "${line[@]}" --lr 7
}

test_resume_or_start_of_trainings_and_studies() {
  make_data
  local train=(train --data data --network resnet20 --batch 16 --epochs 3 --threads 1)
  succeeds "${train[@]}" --out whole
  ends_at 75 'TERM after 1 write */events.jsonl' "${train[@]}" --out run --resume-or-start
  complains 2 '--lr was .* and is 7' "${train[@]}" --out run --resume-or-start --lr 7
  succeeds "${train[@]}" --out run --resume-or-start
  cmp whole/model.safetensors run/model.safetensors || fail "the models differ"
  succeeds "${train[@]}" --out run --resume-or-start
  holds err 'is finished'
  make_ranking
  succeeds "${ranking[@]}" --out study --cache trainings --resume-or-start
  succeeds "${ranking[@]}" --out study --cache trainings --resume-or-start
  holds err 'study: the run is finished'
  complains 2 '--architectures was 4 and is 5' "${ranking[@]}" --cache trainings --out study --resume-or-start \
    --architectures 5
}

test_folders_of_batch_jobs() {
  mkdir shared
  succeeds doctor --shared shared
  holds out '^answers  '
  [[ -z $(ls -A shared) ]] || fail "the trial is left"
  complains 1 'nowhere: cannot be written' doctor --shared nowhere
  NAO_CACHE=cache complains 2 "NAO_CACHE is 'cache', must be a whole path" doctor
  NAO_CACHE=/proc/nao succeeds doctor
  ((EUID == 0)) || holds out '^problem: the cache /proc/nao cannot be written; set NAO_CACHE'
}

test_threads_are_those_of_the_allocation() {
  SLURM_CPUS_PER_TASK=1 succeeds doctor
  holds out '^cores .* 1 thread usable \(SLURM_CPUS_PER_TASK\)'
  holds out '^engine .* 1 thread$'
  SLURM_CPUS_PER_TASK=1 succeeds search --show-config --threads 2
  holds err 'warning: --threads is 2, but this process may use only 1 processor \(SLURM_CPUS_PER_TASK\)'
}
