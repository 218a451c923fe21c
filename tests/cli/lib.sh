# What the tests share. A failed command or assertion ends its test.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)

# A search of a few seconds on the images of make_data; more options may follow.
tiny=(search --data data --layers 1 --channels 2 --nodes 3 --batch 8 --rounds 2 --pool 12 --new 3
  --validation 32 --evaluation-images 32 --evaluation-batch 32 --top 2 --config tiny.json)

# Searches that a test started and did not wait for.
clean_up() {
  local pid
  for pid in $(jobs -p); do kill -KILL "$pid" 2>/dev/null || true; done
}

fail() {
  printf '%s\n' "$*" "standard output:" "$(head -n 40 out 2>/dev/null)" "standard error:" \
    "$(head -n 40 err 2>/dev/null)" "at:"
  local i
  for ((i = 1; i < ${#FUNCNAME[@]} - 1; i++)); do
    printf '  %s, line %s of %s\n' "${FUNCNAME[i]}" "${BASH_LINENO[i - 1]}" "${BASH_SOURCE[i]}"
  done
  exit 1
}

# nao ARGUMENT...: its output goes to the files out and err, its exit code to $status.
nao() {
  status=0
  command_line="nao $*"
  "$root/nao" "$@" >out 2>err </dev/null || status=$?
}

# succeeds ARGUMENT...: nao ends with 0.
succeeds() {
  nao "$@"
  ((status == 0)) || fail "$command_line: exit code $status, expected 0"
}

# complains CODE PATTERN ARGUMENT...: nao ends with that code, nothing on standard output and one sentence, which the
# pattern matches, on standard error besides progress and where pictures stay.
complains() {
  local code=$1 pattern=$2 sentence
  shift 2
  nao "$@"
  ((status == code)) || fail "$command_line: exit code $status, expected $code"
  [[ ! -s out ]] || fail "$command_line: standard output must be empty"
  sentence=$(grep -vE '^(round|stand-alone) [0-9]+ of [0-9]+|^[a-z ]+: [0-9]+/[0-9]+ |pictures stay on disk' err) || fail "$command_line: said nothing"
  [[ $(wc -l <<<"$sentence") == 1 ]] || fail "$command_line: more than one line"
  [[ $sentence == "nao"*[.?] ]] || fail "$command_line: not a sentence of nao"
  [[ $sentence != *internal* && $sentence != *Exception* && $sentence != *"org.nao"* ]] ||
    fail "$command_line: speaks of its inside"
  grep -qE -- "$pattern" <<<"$sentence" || fail "$command_line: expected a sentence like '$pattern'"
}

# holds FILE PATTERN
holds() { grep -qE -- "$2" "$1" || fail "$command_line: expected a line like '$2' in $1: $(head -n 5 -- "$1")"; }

# is_json: standard output is JSON objects, one a line, and standard error is empty or progress.
is_json() {
  [[ -s out ]] || fail "$command_line: printed nothing"
  java_tool Json out >json.log 2>&1 || fail "$command_line: no JSON: $(cat json.log)"
}

# java_tool CLASS ARGUMENT...: a class of this folder, which run has compiled, with nao's own on its class path.
java_tool() { "$root/java/target/app/jvm/bin/java" -XX:TieredStopAtLevel=1 -cp "$NAO_TEST_WORK:${nao_jar%/*}:$nao_jar" "$@"; }

# bytes BIG-ENDIAN-NUMBER: four bytes
bytes() { printf "\\x$(printf %02x $(($1 >> 24 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 & 255)))"; }

# make_data: an IDX folder "data" of 96 images, 8 x 8, 4 classes, whose pixels are the start of nao's library; and
# tiny.json with what has no option.
make_data() {
  local set i
  mkdir -p data
  for set in train t10k; do
    { bytes 0x803 && bytes 96 && bytes 8 && bytes 8 && head -c $((96 * 64)) "$root/java/target/app/nao.jar"; } \
      >data/$set-images-idx3-ubyte
    { bytes 0x801 && bytes 96 && for ((i = 0; i < 96; i++)); do printf "\\x0$((i % 4))"; done; } \
      >data/$set-labels-idx1-ubyte
  done
  echo '{"epochs": 2, "controller": {"epochs": 10}}' >tiny.json
}

ranking=(study ranking --data data --config ranking.json --threads 1)

# make_ranking: images and a study of a few seconds
make_ranking() {
  make_data
  cat >ranking.json <<'JSON'
{"nodes": 2, "validation": 32, "architectures": 4, "candidates": 9, "resamples": 20,
 "standalone": {"channels": 2, "epochs": 8, "batch": 8}, "oneShot": {"channels": 2, "batch": 8},
 "grid": {"factors": ["epochs"], "seeds": 2, "epochs": [4, 8], "images": [32], "evaluationBatch": 32}}
JSON
}

# at WHERE ARGUMENT...: nao, sent a signal at a counted file operation; WHERE is what tests/signal_at/signal_at.c expects.
# No signal is ignored, whatever the shell or nohup ignores.
at() {
  exec env --default-signal LD_PRELOAD="$NAO_TEST_WORK/signal_at.so" NAO_SIGNAL_AT="$1" "$root/nao" "${@:2}" \
    >out 2>err </dev/null
}

# ends_at CODE WHERE ARGUMENT...: nao ends with that code by that signal
ends_at() {
  local code=$1
  shift
  command_line="nao ${*:2}"
  status=0
  (at "$@") || status=$?
  ((status == code)) || fail "$command_line, $1: exit code $status, expected $code"
}

# sleeps_at WHERE ARGUMENT...: nao in the background, its process in $pid, stopped there until it is sent SIGCONT
sleeps_at() {
  command_line="nao ${*:2}"
  at "STOP $1" "${@:2}" &
  pid=$!
  until_true is_stopped || fail "$command_line ended before it could be stopped"
}
is_stopped() { [[ $(sed -n 's/^State:\t//p' "/proc/$pid/status") == T* ]]; }

# started ARGUMENT...: nao in the background, its process in $pid
started() {
  command_line="nao $*"
  "$root/nao" "$@" >out 2>err </dev/null &
  pid=$!
}

# ended: waits for $pid; its exit code in $status
ended() {
  status=0
  wait "$pid" || status=$?
}

# until_true COMMAND...: waits, at most until $pid ends, and says whether it came true
until_true() {
  until "$@"; do
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.01
  done
}

# in_phase RUN PHASE: the checkpoint says so
in_phase() { holds "$1/checkpoint/state.json" "\"phase\" : \"${2,,}\""; }

# same_result RUN RUN: same pools and, times aside, same summary
same_result() {
  local file
  [[ -s $1/arch_pool.final && -s $1/summary.json ]] || fail "$1 has no result"
  for file in "$1"/arch_pool.* "$2"/arch_pool.*; do
    cmp -- "$1/${file##*/}" "$2/${file##*/}" || fail "${file##*/} of $1 and $2 differ"
  done
  diff <(sed '/"seconds"/,/}/d; /"checksum"/d' "$1/summary.json") <(sed '/"seconds"/,/}/d; /"checksum"/d' "$2/summary.json") ||
    fail "the summaries of $1 and $2 differ"
}

# make_pictures: a folder "data" of pictures in colour, 8 x 8, of 4 classes, 96 to train and 48 to test with; and tiny.json.
make_pictures() {
  local i part
  # The beginning of a BMP file: its length, where pixels begin, then width, height, planes, bits of a pixel.
  printf 'BM\xf6\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x08\0\0\0\x08\0\0\0\x01\0\x18\0\0\0\0\0\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >head.bmp
  for ((i = 0; i < 144; i++)); do
    part=data/$([[ $i -lt 96 ]] && echo train || echo test)/class$((i % 4))
    mkdir -p "$part"
    { cat head.bmp && dd if="$root/java/target/app/nao.jar" bs=192 skip="$i" count=1 status=none; } >"$part/$i.bmp"
  done
  echo '{"epochs": 2, "controller": {"epochs": 10}}' >tiny.json
}
