# Locales, character sets, standard output that is full or unread, the name that nao is called by.

# speaks LANGUAGE COUNTRY ARGUMENT...: nao in the locale of a language, which the machine need not have
speaks() {
  JAVA_TOOL_OPTIONS="-Duser.language=$1 -Duser.country=$2" nao "${@:3}"
  ((status == 0)) || fail "$command_line in $1: exit code $status"
}

# same_as_english NAME ARGUMENT...: the output of a command is the same in languages with other digits and letters
same_as_english() {
  local name=$1 language
  shift
  succeeds "$@"
  cp out "$name"
  for language in "ar SA" "tr TR"; do
    # shellcheck disable=SC2086
    speaks $language "$@"
    cmp out "$name" || fail "$command_line differs in $language"
  done
}

test_every_locale_has_the_same_files_and_output() {
  make_data
  same_as_english config search --show-config --algorithm evolution --duplicates literal
  same_as_english genotype arch convert --space darts --to genotype DARTS_V2
  same_as_english show arch show --layers 2 --channels 4 --space darts DARTS_V1
  same_as_english json data describe data --json
  local language folder
  for language in "en US" "ar SA" "tr TR"; do
    # shellcheck disable=SC2086
    speaks $language "${tiny[@]}" --threads 1 --out "run-${language% *}"
    grep -v 'the run is in' out >"out-${language% *}"
  done
  for folder in run-ar run-tr; do
    cmp run-en/config.json $folder/config.json || fail "$folder has another config.json"
    same_result run-en $folder
    ! LC_ALL=C grep -q '[^ -~]' $folder/*.{json,jsonl} || fail "$folder holds characters that are not ASCII"
  done
  JAVA_TOOL_OPTIONS='-Duser.language=ar -Duser.country=SA' nao arch sample --count 0
  holds err 'count is 0, allowed: 1\.\.1'
}

test_names_that_are_not_ascii_in_a_locale_that_is() {
  make_data
  mkdir 'набір é'
  cp data/* 'набір é'
  local variables
  for variables in LC_ALL=C LC_ALL=POSIX LANG= LC_ALL=xx_YY.UTF-8; do
    env -u LC_ALL -u LC_CTYPE -u LANG "$variables" "$root/nao" data describe 'набір é' >out 2>err </dev/null ||
      fail "$variables: $(cat err)"
    holds out '96'
  done
  cd 'набір é'
  cp -r ../data ../tiny.json .
  env -u LC_CTYPE -u LANG LC_ALL=C "$root/nao" "${tiny[@]}" --out 'вих' >out 2>err </dev/null || fail "$(cat err)"
  [[ -s вих/summary.json ]] || fail "the run is elsewhere"
  command_line="nao search --out вих"
  holds out "^  --file вих/arch_pool.final$"
}

test_standard_output_that_is_full() {
  [[ -w /dev/full ]] || return 0
  local command
  make_data
  for command in "arch sample" "arch sample --json" "--help" "--version" "arch" "completion bash" "search --show-config"; do
    status=0
    command_line="nao $command"
    # shellcheck disable=SC2086
    "$root/nao" $command >/dev/full 2>err </dev/null || status=$?
    ((status == 1)) || fail "$command_line >/dev/full: exit code $status, expected 1"
    holds err '^nao.*: standard output cannot be written \(.+\)\.$'
    [[ $(wc -l <err) == 1 ]] || fail "$command_line: more than one line"
  done
  "$root/nao" "${tiny[@]}" --out run >/dev/full 2>err </dev/null && fail "a search that cannot print ends with 0"
  [[ -s run/summary.json ]] || fail "the result is lost"
}

test_output_that_nobody_reads() {
  local codes
  # More than can be drawn in a test; it must end by itself when head has gone.
  "$root/nao" arch sample --count 1000000 2>err </dev/null | head -n 1 >out && codes=("${PIPESTATUS[@]}") || codes=("${PIPESTATUS[@]}")
  [[ ${codes[0]} == 141 && ! -s err ]] || fail "exit code ${codes[0]}, expected 141; said: $(cat err)"
  [[ $(wc -l <out) == 1 ]] || fail "a line is expected"
}

test_hints_can_be_pasted() {
  make_data
  mkdir -p "a b/bin"
  ln -s "$root/nao" "a b/bin/nao"
  local out="it's a run"
  "a b/bin/nao" "${tiny[@]}" --out "$out" >out 2>err </dev/null || fail "$(cat err)"
  tail -n 2 out >show.sh
  holds show.sh "^'a b/bin/nao' arch show "
  bash show.sh >shown 2>err || fail "the command does not work: $(cat show.sh err)"
  grep -q '^normal cell' shown || fail "nothing is shown"
  PATH="$PWD/a b/bin:$PATH" nao=1 bash -c 'nao search --layrs 3' >out 2>err </dev/null || true
  holds err 'See nao search --help\.$'
  "a b/bin/nao" table search >out 2>err </dev/null || true
  holds err "see 'a b/bin/nao' table format\. See 'a b/bin/nao' table search --help\.$"
  status=0
  (exec -a nao env LD_PRELOAD="$NAO_TEST_WORK/signal_at.so" NAO_SIGNAL_AT='TERM after 1 rename */state.json' \
    "a b/bin/nao" "${tiny[@]}" --out "stopped run" >out 2>err </dev/null) || status=$?
  ((status == 75)) || fail "exit code $status, expected 75"
  holds err "^stopped; go on with 'a b/bin/nao' search --resume 'stopped run'$"
  sed -n 's/^stopped; go on with //p' err >resume.sh
  "a b/bin/nao" "${tiny[@]}" --out "stopped run" >out 2>err </dev/null || true
  holds err "continue it with --resume 'stopped run' or choose another"
  bash resume.sh >out 2>err || fail "the command does not work: $(cat resume.sh err)"
  holds out 'architectures evaluated'
}
