# What a person at a terminal meets.

test_completion() {
  local shell
  for shell in bash zsh; do
    succeeds completion $shell
    [[ ! -s err ]] || fail "$command_line: standard error must be empty"
    bash -n out || fail "$command_line: no script"
  done
  # As bash does it when Tab is pressed.
  bash -c '
    source ./out
    complete_last() {
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
      "$(complete -p nao | sed "s/.*-F \([^ ]*\) .*/\1/")"
      printf "%s\n" "${COMPREPLY[@]}"
    }
    complete_last nao se
    complete_last nao arch si
    complete_last nao search --war' >completed 2>err || fail "the script does not work"
  [[ $(sed 's/ *$//' completed) == $'search\nsize\n--warm-start' ]] || fail "completed: $(cat completed)"
  complains 2 "bash or zsh" completion fish
}

test_help_is_as_wide_as_the_terminal() {
  local widths
  for widths in "100 81 100" "60 50 60" "200 100 120"; do
    read -r columns least most <<<"$widths"
    command_line="nao search --help on $columns columns"
    TERM=xterm script -qec "stty cols $columns; env -u COLUMNS '$root/nao' search --help" /dev/null </dev/null |
      sed 's/\x1b\[[0-9;]*m//g; s/\r//' >out
    widest=$(wc -L <out)
    ((widest >= least && widest <= most)) || fail "$command_line: the widest line has $widest, expected $least to $most"
  done
}

# coloured ARGUMENT...: nao on a terminal, with CSI sequences of colours and styles in its output
coloured() {
  command_line="nao $*"
  TERM=xterm script -qec "'$root/nao' $*" /dev/null >out 2>err </dev/null || fail "$command_line failed"
  grep -q $'\033\\[[0-9;]*m' out
}

test_no_color() {
  make_data
  (unset NO_COLOR && coloured --help) || fail "help on a terminal has styles"
  export NO_COLOR=1
  ! coloured --help || fail "NO_COLOR: help has styles"
  ! coloured doctor || fail "NO_COLOR: the report has styles"
  ! coloured "${tiny[@]}" --out run || fail "NO_COLOR: progress has styles"
  holds out 'round 1 of 2'
}
