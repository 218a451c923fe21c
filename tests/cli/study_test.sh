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

# make_table: accuracies of all cells of NAS-Bench-201 that somebody made up
make_table() {
  awk 'BEGIN {
    split("none skip_connect nor_conv_1x1 nor_conv_3x3 avg_pool_3x3", op)
    split("0 3 5 6 2", gain)
    print "id,cellstr,cifar10_val,cifar10_test"
    for (n = 0; n < 15625; n++) {
      test = 50
      rest = n
      for (i = 1; i <= 6; i++) { o[i] = rest % 5 + 1; test += gain[o[i]]; rest = int(rest / 5) }
      printf "%d,|%s~0|+|%s~0|%s~1|+|%s~0|%s~1|%s~2|,%.2f,%.2f\n", n, op[o[1]], op[o[2]], op[o[3]], op[o[4]], op[o[5]],
        op[o[6]], test - 2, test
    }
  }' >table.csv
}

# Supernets of NAS-Bench-201's cells on the embedded images.
test_a_table_is_the_truth_of_a_study() {
  make_table
  complains 2 'validation.*fewer than' study ranking --space nasbench201 --table table.csv --validation 200
  ranking=(study ranking --space nasbench201 --table table.csv --channels 4 --architectures 6 --factors sampling
    --other-epochs 1 --evaluation-images 250 --seeds 1 --threads 1)
  ends_at 75 'TERM after 1 rename */checkpoint' "${ranking[@]}" --out run --cache trainings
  holds err 'go on with .*nao study ranking --resume run$'
  succeeds study ranking --resume run
  holds run/ranking.md 'cifar10_test; conditions are chosen by cifar10_val'
  holds run/ranking.md '^\| proportional less uniform \|'
  holds run/picks.csv '^sampling,uniform,1,\|.*,[0-9.]+,[0-9]+,[0-9.]+,[0-9]+$'
  [[ $(wc -l <run/accuracies.csv) == 13 ]] || fail "two conditions of six architectures are expected"
  [[ $(find trainings -maxdepth 1 -name 'standalone-*' | wc -l) == 0 ]] || fail "nothing is trained alone"
  succeeds "${ranking[@]}" --out whole --cache others
  cmp run/ranking.md whole/ranking.md || fail "the stopped study found something else"
}
