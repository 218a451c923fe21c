# A search that is killed or stopped, wherever, ends with the result of one that was not.

# killed WHEN CALL PATH: goes on with the search "run", or begins it, until it is killed before or after that operation
killed() {
  kills=$((kills + 1))
  local threads=$((1 + kills % 2))
  if [[ -e run/config.json ]]; then
    ends_at 137 "KILL $*" search --resume run --threads "$threads"
  else
    ends_at 137 "KILL $*" "${tiny[@]}" --epochs 3 --threads "$threads" --out run
  fi
}

test_a_killed_search_goes_on() {
  local kills=0 save=(rename '*/checkpoint')
  make_data
  succeeds "${tiny[@]}" --epochs 3 --out whole
  killed before 1 rename '*/config.json'
  [[ ! -e run/config.json ]] || fail "the search began"
  killed after 1 write '*/events.jsonl'
  [[ ! -e run/checkpoint.new ]] || fail "the epoch was saved"
  killed before 1 "${save[@]}"
  [[ -e run/checkpoint.new/state.json && ! -e run/checkpoint ]] || fail "a checkpoint without its name is expected"
  killed after 1 rename '*/checkpoint.previous'
  [[ -e run/checkpoint.new/state.json && ! -e run/checkpoint ]] || fail "a checkpoint without its name is expected"
  killed before 1 rename '*/arch_pool.perf.0'
  in_phase run EVALUATE
  killed after 2 "${save[@]}"
  in_phase run GENERATE
  holds run/checkpoint/state.json '"step" : 10,'
  killed after 2 "${save[@]}"
  in_phase run TRAIN
  killed after 4 "${save[@]}"
  in_phase run RERANK
  holds run/checkpoint/state.json '"step" : 8,'
  killed after 1 rename '*/arch_pool.final'
  in_phase run DONE
  killed before 1 rename '*/summary.json'
  in_phase run DONE
  succeeds search --resume run
  same_result whole run
}

# stopped CODE WHERE ARGUMENT...: the search "run"
stopped() {
  ends_at "$@"
  holds err 'go on with .*nao search --resume run$'
  [[ ! -s out && -s run/checkpoint/state.json ]] || fail "a checkpoint and no result is expected"
}

test_a_stopped_search_goes_on_elsewhere() {
  make_data
  succeeds "${tiny[@]}" --epochs 3 --out whole --threads 1
  stopped 75 'TERM after 1 write */events.jsonl' "${tiny[@]}" --epochs 3 --out run --threads 2
  cp -r run moved
  complains 2 '--resume goes on with the configuration' search --resume run --epochs 2
  complains 2 'mutually exclusive' search --resume run --out other
  stopped 75 'USR1 before 1 rename */arch_pool.perf.0' search --resume run --device cpu --threads 1
  in_phase run GENERATE
  stopped 130 'INT after 2 write */events.jsonl' search --resume run
  holds run/events.jsonl '"round":1'
  in_phase run TRAIN
  succeeds search --resume run
  same_result whole run
  succeeds search --resume moved --device cpu:ref
  holds moved/config.json '"device" : "cpu:ref"'
  holds run/config.json '"device" : "cpu"'
  holds err 'no longer bit for bit'
  [[ $(grep -vcE '^(round|stand-alone) ' err) == 1 ]] || fail "the device is worth one line"
}

# The controller's training, which is one phase, is not lost by a stop within it. It begins where the process asks for
# the third time whether its progress goes to a terminal.
test_a_stopped_controller_goes_on() {
  make_data
  succeeds "${tiny[@]}" --out whole
  stopped 75 'TERM before 3 readlink /proc/self/fd/2' "${tiny[@]}" --out run
  in_phase run GENERATE
  holds run/checkpoint/state.json '"step" : 1,'
  grep -q optimizer run/checkpoint/tensors.safetensors || fail "the optimizer's state is missing"
  succeeds search --resume run
  same_result whole run
}

# Pictures in memory and in a file train the same networks, also where a run goes on with the other.
test_pictures_on_disk_have_the_same_results() {
  local crops=(--random-resized-crop 4 --auto-augment cifar10 --mixup 0.2)
  export NAO_CACHE=$PWD/cache
  make_pictures
  succeeds "${tiny[@]}" --out memory
  [[ ! -e cache/pictures ]] || fail "few pictures are not kept"
  export NAO_MEMORY_IMAGES=100
  succeeds "${tiny[@]}" --out disk
  holds err 'data: 27,648 bytes of decoded pictures stay on disk, in .*/cache/pictures/[0-9a-f]{64},'
  same_result memory disk
  cmp memory/architecture-1.safetensors disk/architecture-1.safetensors || fail "other weights"
  ends_at 137 "KILL after 2 rename */checkpoint" "${tiny[@]}" --out resumed
  NAO_MEMORY_IMAGES= succeeds search --resume resumed
  same_result memory resumed
  local train=(train --run memory --preset quick --warmup 0 --batch 16 --validation 32 --layers 1 --channels 2
    --auxiliary-head none --epochs 2 "${crops[@]}")
  succeeds "${train[@]}" --out trained-disk
  NAO_MEMORY_IMAGES= succeeds "${train[@]}" --out trained-memory
  cmp trained-disk/model.safetensors trained-memory/model.safetensors || fail "other weights"
  succeeds evaluate trained-disk --json
  cp out evaluated
  NAO_MEMORY_IMAGES= succeeds evaluate trained-disk --json
  [[ $(sed 's/.*"top1":\([^,}]*\).*/\1/' evaluated) == $(sed 's/.*"top1":\([^,}]*\).*/\1/' out) ]] ||
    fail "another accuracy"
  succeeds bench data data --repetitions 1
  holds out '^from the cache at random places: [0-9]+ images a second'
  holds out '^the engine trains [0-9]+ images a second.* reading is [0-9.]+ times as fast'
  for file in cache/pictures/*; do
    printf 'damage' | dd of="$file" bs=1 seek=2000 conv=notrunc status=none
  done
  complains 1 'cache/pictures/[0-9a-f]{64}: image [0-9]+ is damaged.*; delete the file' evaluate trained-disk \
    --split training
  NAO_MEMORY_IMAGES=many complains 2 "NAO_MEMORY_IMAGES is 'many', must be a whole number of bytes" \
    data describe data
}
