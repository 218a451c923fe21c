# Pages about runs, as a person makes them and as a browser shows them.

test_report_of_a_search_and_a_training() {
  make_data
  succeeds "${tiny[@]}" --out run
  succeeds report run
  holds run/report.html '<h1>run</h1>'
  succeeds train --run run --epochs 2 --validation 32 --batch 8 --out trained
  succeeds report run trained --out both.html --json
  is_json
  holds out '"file":"both.html"'
  holds both.html 'id="run2"'
  cmp -s run/report.html both.html && fail "two pages are the same"
  rm run/arch_pool.1
  complains 1 'run/arch_pool.1: cannot be read' report run --out third.html
  [[ ! -e third.html ]] || fail "a page that failed is there"
}

# Needs Chromium; says so without.
test_report_in_a_browser() {
  local chromium
  if ! chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome); then
    echo "skipped: no chromium here (apt-get install chromium)"
    return
  fi
  make_data
  succeeds "${tiny[@]}" --out run
  succeeds train --run run --epochs 2 --validation 32 --batch 8 --out trained
  succeeds report run trained --out both.html
  java_tool Browser "$chromium" "file://$PWD/both.html" "$PWD/chromium" >looked.log 2>&1 ||
    fail "the page in a browser: $(cat looked.log)"
}

test_watch_ends_with_the_run() {
  make_data
  # Stopped in its middle, so that it is surely running when it is first looked at.
  sleeps_at 'after 1 write */events.jsonl' "${tiny[@]}" --out run
  "$root/nao" watch run --terminal >watched 2>watch.err </dev/null &
  local watch=$!
  "$root/nao" watch run >served 2>serve.err </dev/null &
  local server=$!
  until_true test -s watched || fail "watch said nothing: $(cat watch.err)"
  until_true test -s served || fail "watch said nothing: $(cat serve.err)"
  holds served '^http://127\.0\.0\.1:[0-9]+/[A-Za-z0-9_-]{22}$'
  holds watched 'train, round 1, epoch 1'
  kill -CONT "$pid"
  ended
  ((status == 0)) || fail "the search ended with $status"
  wait "$watch" || fail "watch --terminal ended with $?: $(cat watch.err)"
  wait "$server" || fail "watch ended with $?: $(cat serve.err)"
  holds watched 'rerank, round 2'
  holds watched '^run is finished\.$'
  holds served '^run is finished\.$'
}
