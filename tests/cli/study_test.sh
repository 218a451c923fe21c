# Processes that work on one study share its trainings; one that is stopped or killed costs nothing but its last epoch.

# same_study FOLDER FOLDER
same_study() {
  local file
  for file in ranking.md conditions.csv seeds.csv accuracies.csv summary.json; do
    cmp -- "$1/$file" "$2/$file" || fail "$file of $1 and $2 differ"
  done
}

test_a_study_is_shared_stopped_and_killed() {
  make_ranking
  succeeds "${ranking[@]}" --out whole --cache whole-trainings
  ends_at 75 'TERM after 1 rename */summary.json' "${ranking[@]}" --out run --cache trainings
  holds err 'go on with .*nao study ranking --resume run$'
  [[ ! -s out && ! -e run/ranking.md ]] || fail "a stopped study has no result yet"
  [[ $(find trainings -name summary.json | wc -l) == 1 ]] || fail "one training is expected"
  # One that is in its second training while another one does the others and waits.
  sleeps_at 'after 1 write */events.jsonl' study ranking --resume run
  local sleeper=$pid
  started study ranking --resume run
  until_true grep -q 'waiting for 1 of 4 that other processes work on' err || fail "the second did not wait"
  kill -KILL "$sleeper"
  ended
  ((status == 0)) || fail "$command_line: exit code $status"
  same_study whole run
  [[ $(find trainings -name summary.json | wc -l) == 8 ]] || fail "eight trainings are expected"
}

test_a_study_keeps_its_networks() {
  make_ranking
  succeeds "${ranking[@]}" --out run --cache trainings --keep-weights
  [[ $(wc -l <run/models.csv) == 5 && -s run/models/diverse-4-1.safetensors ]] || fail "four model files are expected"
  rm -r trainings
  succeeds evaluate run/models/diverse-4-1.safetensors --json
  holds out "\"top1\":$(sed -n 's/^models.diverse-4-1.*,//p' run/models.csv)[,}]"
}

test_bad_studies() {
  make_ranking
  complains 2 'unknown preset' study ranking --preset huge
  complains 2 'factors' study ranking --factors colour
  complains 1 'no data set' study ranking --data nowhere --out run
  [[ ! -e run ]] || fail "a study that cannot begin leaves no folder"
}
