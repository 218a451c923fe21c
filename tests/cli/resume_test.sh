# A search that is killed or stopped, wherever, ends with the result of one that was not.

# working RUN: the search in the background holds it
working() { grep -qs "\"pid\":$pid," "$1/run.lock"; }

# saving RUN: the search in the background writes a checkpoint, its first or a later one
saving() { [[ $1/checkpoint.new -nt out ]]; }

# killed_when RUN COMMAND...: goes on with RUN, waits until COMMAND is true and up to $delay more ms, and kills.
killed_when() {
  local run=$1
  shift
  if [[ -e $run/config.json ]]; then
    started search --resume "$run" --threads $((1 + RANDOM % 2))
  else
    started "${tiny[@]}" --epochs 3 --threads $((1 + RANDOM % 2)) --out "$run"
  fi
  if until_true working "$run" && until_true "$@"; then
    sleep "$(printf '0.%03d' $((RANDOM % (delay + 1))))"
  fi
  kill -KILL "$pid" 2>/dev/null || true
  ended
  if ((status == 137)); then kills=$((kills + 1)); fi
}

test_a_killed_search_goes_on() {
  make_data
  succeeds "${tiny[@]}" --epochs 3 --out whole
  local kills=0 delay=300
  killed_when run working run
  delay=50
  killed_when run test -s run/events.jsonl
  delay=0
  killed_when run saving run
  delay=50
  killed_when run in_phase run '(EVALUATE|GENERATE)'
  delay=500
  killed_when run in_phase run '(GENERATE|RERANK)'
  delay=0
  killed_when run saving run
  delay=300
  killed_when run in_phase run RERANK
  delay=0
  killed_when run saving run
  ((kills >= 5)) || fail "only $kills searches were killed before their end"
  succeeds search --resume run
  same_result whole run
}

# stopped_when SIGNAL CODE RUN COMMAND...
stopped_when() {
  local signal=$1 code=$2 run=$3
  shift 3
  until_true "$@" || fail "$command_line ended before it could be stopped"
  kill "-$signal" "$pid"
  ended
  ((status == code)) || fail "$command_line: exit code $status after SIG$signal, expected $code"
  holds err "go on with nao search --resume $run$"
  [[ ! -s out && -s $run/checkpoint/state.json ]] || fail "a checkpoint and no result is expected"
}

test_a_stopped_search_goes_on_elsewhere() {
  make_data
  succeeds "${tiny[@]}" --epochs 6 --out whole --threads 1
  started "${tiny[@]}" --epochs 6 --out run --threads 2
  stopped_when TERM 75 run test -s run/events.jsonl
  cp -r run moved
  complains 2 '--resume goes on with the configuration' search --resume run --epochs 2
  complains 2 'mutually exclusive' search --resume run --out other
  started search --resume run --device cpu --threads 1
  stopped_when USR1 75 run in_phase run GENERATE
  started search --resume run
  stopped_when INT 130 run grep -qs '"round":1' run/events.jsonl
  succeeds search --resume run
  same_result whole run
  succeeds search --resume moved --device cpu:ref
  holds moved/config.json '"device" : "cpu:ref"'
  holds run/config.json '"device" : "cpu"'
  holds err 'no longer bit for bit'
  [[ $(grep -vcE '^(round|stand-alone) ' err) == 1 ]] || fail "the device is worth one line"
}

# The controller's training, which is one phase, is not lost by a stop within it.
test_a_stopped_controller_goes_on() {
  make_data
  echo '{"epochs": 1, "controller": {"epochs": 400}}' >tiny.json
  succeeds "${tiny[@]}" --out whole
  started "${tiny[@]}" --out run
  until_true in_phase run GENERATE || fail "$command_line ended before it could be stopped"
  sleep 2
  kill -TERM "$pid"
  ended
  ((status == 75)) || fail "$command_line: exit code $status after SIGTERM, expected 75"
  in_phase run GENERATE || fail "the controller was done before it could be stopped"
  holds run/checkpoint/state.json '"step" : [1-9]'
  grep -q optimizer run/checkpoint/tensors.safetensors || fail "the optimizer's state is missing"
  succeeds search --resume run
  same_result whole run
}
