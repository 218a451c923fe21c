# One search by several processes: the same result, and what happens when one of them ends, hangs or does not belong.

shared=("${tiny[@]}" --architectures-per-step 4 --threads 1)

# others: the processes that the search $pid has started
others() { cat "/proc/$pid/task/"*/children 2>/dev/null || true; }
has_another() { [[ -n $(others) ]]; }
is_trained() { [[ -s run/checkpoint/state.json ]]; }
has_gone_on() { (($(stat -c %s run/events.jsonl) > events)); }
is_gone() { [[ ! -e /proc/$1 ]]; }

# search_of RANKS [EPOCHS]: in the background, with another rank in $other, when the first epoch is saved
search_of() {
  started "${shared[@]}" --epochs "${2-100}" --ranks "$1" --out run
  until_true has_another && until_true is_trained || fail "$command_line: has not begun"
  other=$(others)
  other=${other%% *}
}

# goes_on_with RANKS: the same, from the last checkpoint on, until an epoch more is done
goes_on_with() {
  local events
  events=$(stat -c %s run/events.jsonl)
  started search --resume run --ranks "$1"
  until_true has_another && until_true has_gone_on || fail "$command_line: has not gone on"
  other=$(others)
  other=${other%% *}
}

# ends_naming CODE PATTERN SECONDS: the search ends so, with one sentence besides what signals say
ends_naming() {
  local since=$SECONDS
  ended
  ((status == $1)) || fail "exit code $status, expected $1"
  ((SECONDS - since <= $3)) || fail "it took $((SECONDS - since)) s to end"
  [[ $(grep -vcE '^(round|stand-alone) [0-9]+ of [0-9]+|^SIG' err) == 1 ]] || fail "one sentence is expected"
  holds err "$2"
}

test_ranks_find_the_same() {
  local ranks
  make_data
  succeeds "${shared[@]}" --out one
  for ranks in 2 3; do
    succeeds "${shared[@]}" --ranks "$ranks" --out "ranks-$ranks"
    same_result one "ranks-$ranks"
    cmp one/supernet.safetensors "ranks-$ranks/supernet.safetensors" || fail "the weights differ"
    [[ ! -e ranks-$ranks/rendezvous.json ]] || fail "the rendezvous is still there"
  done
}

# NAO_KILLS=30 kills as many. Any rank may be it, 0 too.
test_a_rank_that_is_killed_ends_all() {
  local moment others_too kills=${NAO_KILLS:-3}
  local -i epochs=$((34 * kills)) since
  make_data
  succeeds "${shared[@]}" --epochs $epochs --out whole
  echo "seed of the moments: ${RANDOM_SEED:=$$}"
  RANDOM=$RANDOM_SEED
  search_of 3 $epochs
  for ((moment = 0; moment < kills; moment++)); do
    others_too=$(others)
    sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
    if ((moment % 3 == 2)); then
      kill -KILL "$pid"
      wait "$pid" || true
      since=$SECONDS
      for other in $others_too; do
        until is_gone "$other"; do
          ((SECONDS - since < 60)) || fail "$other is still there"
          sleep 0.01
        done
      done
    else
      kill -KILL "$other"
      ends_naming 1 '^nao search: rank [12] \(process [0-9]+ on .*\) has ended; go on with .*search --resume run\.$' 60
      [[ -z $(find run -name '*.partial') ]] || fail "a half-written file is left"
    fi
    goes_on_with $((2 + moment % 2))
  done
  ended
  ((status == 0)) || fail "exit code $status"
  [[ -z $(find run -name '*.partial') ]] || fail "a half-written file of a killed rank is left"
  same_result whole run
}

test_a_rank_that_hangs_ends_all() {
  make_data
  search_of 2
  kill -STOP "$other"
  ends_naming 1 '^nao search: rank 1 .* has not been heard of for 30 seconds; go on with ' 60
  is_gone "$other" || fail "the rank that hung is still there"
}

test_without_rank_zero_the_others_end() {
  local since=$SECONDS
  make_data
  search_of 2
  kill -KILL "$pid"
  until is_gone "$other"; do
    ((SECONDS - since < 60)) || fail "rank 1 is still there"
    sleep 0.1
  done
  holds err '^nao search: rank 0 \(process [0-9]+ on .*\) has ended\.$'
}

test_a_signal_to_any_rank_stops_all_at_one_step() {
  local signal rank=zero
  make_data
  succeeds "${shared[@]}" --epochs 100 --out whole
  search_of 2
  for signal in USR1 TERM; do
    if [[ $rank == zero ]]; then kill "-$signal" "$pid"; else kill "-$signal" "$other"; fi
    rank=another
    ends_naming 75 '^stopped; go on with .*search --resume run$' 60
    goes_on_with 3
  done
  ended
  ((status == 0)) || fail "exit code $status"
  same_result whole run
}

# task RANK ARGUMENT...: nao as srun starts a task of two
task() {
  env SLURM_PROCID="$1" SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NUM_NODES=1 "$root/nao" "${@:2}" >"out-$1" 2>"err-$1" \
    </dev/null
}

test_tasks_of_srun_are_ranks() {
  local status=0
  make_data
  succeeds "${shared[@]}" --out one
  task 1 "${shared[@]}" --out run --resume-or-start &
  task 0 "${shared[@]}" --out run --resume-or-start || fail "$(cat err-0)"
  wait $! || fail "$(cat err-1)"
  same_result one run
  [[ ! -s out-1 ]] || fail "rank 1 printed a result"
}

test_another_seed_is_refused() {
  local status=0
  make_data
  task 1 "${shared[@]}" --seed 2 --out run &
  task 0 "${shared[@]}" --out run || status=$?
  ((status == 1)) || fail "exit code $status"
  grep -q '^nao search: rank 1 has seed = 2, rank 0 has 1; all ranks need the same' err-0 || fail "$(cat err-0)"
  wait $! && fail "rank 1 ended with 0"
  [[ ! -e run ]] || fail "a folder was left in the way"
}

test_ranks_that_cannot_be_are_refused() {
  make_data
  complains 2 '--ranks is 5, at most 4 can share the steps of --architectures-per-step 4' "${shared[@]}" --ranks 5 --out run
  complains 2 '--ranks is 0, must be 1 or more' "${shared[@]}" --ranks 0 --out run
  complains 2 '--ranks is 2: only algorithms that train shared weights' search --algorithm darts --ranks 2 --out run
  complains 2 "--rendezvous is '127.0.0.1:x', HOST or HOST:PORT is expected" "${shared[@]}" --ranks 2 \
    --rendezvous 127.0.0.1:x --out run
  [[ ! -e run ]] || fail "a folder was left in the way"
}
