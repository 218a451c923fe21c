# File operations that fail, and too few files or too little memory: one sentence, and nothing is lost.

# spoken: what nao said on standard error, without progress
spoken() { grep -vE '^(round|stand-alone) [0-9]+ of [0-9]+|^Picked up ' err || true; }

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

# survives NUMBER: the search "run", one of whose file operations fails, goes on to the result of "whole"
survives() {
  local what
  what=$(fault "$1")
  rm -rf run log
  status=0
  (NAO_SIGNAL_LOG=$PWD/log at "$what" "${small[@]}" --out "$PWD/run") || status=$?
  [[ -e log ]] || return 1 # There are not so many.
  what+=", $(cat log)"
  case $status in
    0 | 137) ;;
    1) one_sentence "$what" "$PWD/run" ;;
    *) fail "$what: exit code $status" ;;
  esac
  if [[ -e run/config.json ]]; then
    succeeds search --resume "$PWD/run"
  else
    succeeds "${small[@]}" --out "$PWD/run"
  fi
  same_result whole run
  [[ -z $(find run -name '*.partial') ]] || fail "$what: a half-written file is left"
}

# All of them by hand: NAO_FAULTS=all tests/cli/run file_operation; or some: NAO_FAULTS='3 7'.
test_a_file_operation_fails() {
  local number
  local small=(search --algorithm random --candidates 4 --data data --layers 1 --channels 2
    --nodes 3 --batch 32 --epochs 1 --validation 32 --evaluation-images 32 --evaluation-batch 32 --top 1 --threads 1
    --config small.json)
  make_data
  echo '{"reranking": {"epochs": 1}}' >small.json
  succeeds "${small[@]}" --out whole
  if [[ ${NAO_FAULTS-} == all ]]; then
    for ((number = 1; ; number++)); do
      survives "$number" || break
    done
    ((number > 100)) || fail "there are only $((number - 1)) operations"
  else
    for number in ${NAO_FAULTS-3 30 54 85 110}; do
      survives "$number" || fail "there is no operation $number"
    done
  fi
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
