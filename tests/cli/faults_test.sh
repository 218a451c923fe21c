# File operations that fail, and too few files or too little memory: one sentence, and nothing is lost.

# spoken: what nao said on standard error, without progress
spoken() { grep -vE '^((round|stand-alone) [0-9]+ of [0-9]+|training, [0-9]+ epochs:)|^Picked up ' err || true; }

# one_sentence WHAT PATTERN: nao has said one, like the pattern and not about itself
one_sentence() {
  [[ $(spoken | wc -l) == 1 && $(spoken) =~ ^nao.*\.$ ]] || fail "$1: one sentence is expected"
  [[ ! $(spoken) =~ internal|Exception|java\. ]] || fail "$1: speaks of its inside"
  grep -qE -- "$2" <(spoken) || fail "$1: expected a sentence like '$2'"
}

# fault NUMBER: how the operation of that number fails
fault() {
  local ways=("ENOSPC at" "EIO at" "EDQUOT from" "EMFILE at" "KILL before" "ENOSPC from" "ENOMEM at")
  printf '%s %d * %s/run*' "${ways[$1 % ${#ways[@]}]}" "$1" "$PWD"
}

# survives NUMBER: the work that makes the folder "run", one of whose file operations fails, goes on to the result of
# "whole"; without a file "log" if there are not so many operations.
survives() {
  local what file
  what=$(fault "$1")
  rm -rf run log
  status=0
  (NAO_SIGNAL_LOG=$PWD/log at "$what" "${work[@]}" --out "$PWD/run") || status=$?
  [[ -e log ]] || return 0
  what+=", $(cat log)"
  case $status in
    0 | 137) ;;
    1) one_sentence "$what" "$PWD/run" ;;
    *) fail "$what: exit code $status" ;;
  esac
  if [[ -e run/config.json ]]; then
    succeeds "${work[0]}" --resume "$PWD/run"
  else
    succeeds "${work[@]}" --out "$PWD/run"
  fi
  if [[ ${work[0]} == search ]]; then same_result whole run; fi
  while read -r file; do
    cmp -- "whole/$file" "run/$file" || fail "$what: $file differs"
  done < <(cd whole && find . -name '*.safetensors' -not -path './checkpoint*')
  [[ -z $(find run -name '*.partial') ]] || fail "$what: a half-written file is left"
}

# all_survive NUMBER...: those operations of the work, each in a process of its own, which a fault may kill; then every
# operation in one process, each with one way to fail in turn. By hand with every way, NAO_FAULTS=all tests/cli/run
# file_operation, or with others killed, NAO_FAULTS='3 7'.
all_survive() {
  local number failed=() ways=turn
  succeeds "${work[@]}" --out whole
  case ${NAO_FAULTS-} in
    '') ;;
    all) ways=all ;;
    *) set -- $NAO_FAULTS ;;
  esac
  for number; do
    (survives "$number") || failed+=("$number")
    [[ -e log ]] || fail "there is no operation $number"
  done
  ((${#failed[@]} == 0)) || fail "not survived: ${failed[*]}"
  rm -rf run whole
  head -c 4096 /dev/zero >control
  NAO_SIGNAL_CONTROL=$PWD/control NAO_SIGNAL_LOG=$PWD/log LD_PRELOAD=$NAO_TEST_WORK/signal_at.so \
    java_tool -Dnao.launcher=nao org.nao.cli.Faults "$ways" "${work[@]}" >faults.txt 2>faults.err ||
    fail "not survived: $(cat faults.txt; tail -n 5 faults.err)"
  tail -n 1 faults.txt
}

# Few steps on the images of make_data; the rest is what the files need.
short=(--data data --layers 1 --channels 2 --nodes 2 --batch 32 --validation 32 --threads 1 --tensorboard)
few=("${short[@]}" --candidates 2 --top 1 --config small.json)

test_a_file_operation_of_a_search_fails() {
  local work=(search --algorithm random "${few[@]}" --epochs 1 --evaluation-images 32 --evaluation-batch 32)
  make_data
  echo '{"reranking": {"epochs": 1}}' >small.json
  all_survive 3 30 54 85 110
}

test_a_file_operation_of_a_search_that_keeps_networks_fails() {
  local work=(search --algorithm random "${few[@]}" --scoring standalone --keep-weights --standalone-epochs 1)
  make_data
  echo '{"reranking": {"epochs": 1}}' >small.json
  all_survive 100 150
}

test_a_file_operation_of_a_training_fails() {
  local work=(train --arch "0 0 1 1 2 4 0 2 0 3 1 0 1 1 2 3" "${short[@]}" --epochs 2)
  make_data
  all_survive 40 100
}

test_few_files() {
  make_data
  (ulimit -n 63 && complains 1 'may open only 63 files at once' arch sample)
  (ulimit -n 64 && succeeds "${tiny[@]}" --out run)
}

# Java's memory ends while images are read and while a search runs; then threads end.
test_little_memory() {
  make_data
  JAVA_TOOL_OPTIONS=-Xmx10m nao data describe fashion-mnist-mini
  ((status == 1)) || fail "$command_line: exit code $status"
  one_sentence "$command_line with little heap" 'out of Java memory; .*-Xmx8g'
  JAVA_TOOL_OPTIONS=-Xmx4m nao search --data data --out run
  ((status == 1)) || fail "$command_line: exit code $status"
  one_sentence "$command_line with no heap" 'out of Java memory'
  # The address space has no room for the stacks of so many.
  ulimit -v 9000000
  nao bench step --layers 1 --channels 2 --batch 8 --archs 1 --threads 1024
  ((status == 1)) || fail "$command_line: exit code $status"
  grep -v warning: err >kept && mv kept err
  one_sentence "$command_line in little memory" 'no more than [0-9]+ of 1024 threads'
}
