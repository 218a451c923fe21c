# Whatever is wrong: one sentence, exit code 1 or 2, and nothing that was written is lost.

test_wrong_command_lines() {
  complains 2 'Did you mean --layers' search --layrs 3
  complains 2 'Did you mean search' serach
  complains 2 "layers is 'six', expected a whole number" search --layers six
  complains 2 'batch, running or authors' search --bn none
  complains 2 'expected quick or paper' search --preset fast
  complains 2 "unknown algorithm 'nao-v3', expected one of nao-v2, nao-ws" search --algorithm nao-v3
  complains 2 'at least 1, or 0 for no limit' search --max-macs -5
  complains 2 'none of 10,000 random architectures of nao-small has at most 1,000 parameters; the smallest' \
    search --max-parameters 1000 --out run
  complains 2 "'zero' is unknown, nao-small has sep_conv_3x3, " search --operations zero --out run
  complains 2 "'zero' is there twice, nao-middle has zero, " search --space nao-middle --operations zero,zero --out run
  complains 2 '\-\-operations names none' study ranking --operations ''
  complains 2 'mutually exclusive' search --out a --resume b
  complains 2 '40 integers' arch size "1 2 3"
  complains 2 "found '9', allowed: 0 sep_conv_3x3" \
    arch show "0 0 1 0 0 0 1 0 0 0 1 0 0 0 1 0 0 0 1 0 0 2 1 2 0 2 1 2 0 2 1 2 0 2 1 2 0 2 1 9"
  complains 1 'expected the folder of a run, found no folder' search --resume nowhere
  complains 1 'no such file' search --config nowhere.json
  complains 1 "no data set 'nowhere'" search --data nowhere
  complains 1 'device cuda:99(: this build has no CUDA part|: no NVIDIA driver| is not there)' search --device cuda:99 --out run
  complains 1 "'gpu' is unknown" search --device gpu --out run
  [[ ! -e run/config.json ]] || fail "a run that cannot begin is in the way"
}

test_absurd_sizes() {
  complains 2 'layers .* 100000, allowed: 1\.\.32' search --layers 100000
  complains 2 'channels .* 1000000000, allowed: 1\.\.512' search --channels 1000000000
  complains 2 'take fewer layers or channels' search --layers 32 --channels 512
  complains 2 'batch is 1000000000, allowed are 1 to 65536' search --batch 1000000000
  complains 2 'threads is -1' search --threads -1
  complains 2 'epochs is 0' search --epochs 0
  complains 2 'allowed: at least 1' bench step --archs -1
  complains 2 'batch is 1000000000' bench step --batch 1000000000
  complains 2 'allowed: 1\.\.1000000' arch sample --count -1
  # More than the process may have, although every single size is allowed.
  ulimit -v 9000000
  complains 1 'out of (Java )?memory' bench step --layers 8 --channels 128 --batch 4096 --archs 1
}

test_bad_images() {
  make_data
  cp -r data good
  local images=data/train-images-idx3-ubyte labels=data/train-labels-idx1-ubyte
  head -c 1000 good/train-images-idx3-ubyte >$images
  complains 1 "$images: " "${tiny[@]}" --out run
  head -c 10 good/train-images-idx3-ubyte >$images
  complains 1 "$images: " "${tiny[@]}" --out run
  head -c 6160 "$root/nao" >$images
  complains 1 "$images: " "${tiny[@]}" --out run
  { bytes 0x803 && bytes 96 && bytes 6 && bytes 6 && head -c 3456 good/train-images-idx3-ubyte; } >$images
  { bytes 0x803 && bytes 96 && bytes 6 && bytes 6 && head -c 3456 good/t10k-images-idx3-ubyte; } >data/t10k-images-idx3-ubyte
  complains 2 'multiples of 4' "${tiny[@]}" --out run
  cp good/* data
  { bytes 0x801 && bytes 95 && tail -c 95 good/train-labels-idx1-ubyte; } >$labels
  complains 1 '9[56]' "${tiny[@]}" --out run
  rm $labels
  complains 1 "$labels|train-labels" "${tiny[@]}" --out run

  mkdir cifar
  head -c 3073 "$root/java/target/app/nao.jar" >cifar/data_batch_1.bin
  cp cifar/data_batch_1.bin cifar/test_batch.bin
  complains 1 'cifar/data_batch_1.bin.* label' search --data cifar --out run # "P" of the jar's "PK" is no class
  truncate -s 5000 cifar/data_batch_1.bin
  complains 1 'cifar/data_batch_1.bin' search --data cifar --out run

  cp good/* data
  succeeds "${tiny[@]}" --out run # nothing was left in the way
}

test_bad_configurations() {
  local wrong
  while IFS='|' read -r wrong pattern; do
    echo "$wrong" >wrong.json
    complains 1 "wrong.json.*$pattern" search --config wrong.json --out run
  done <<'EOF'
{"layrs": 3}|unknown key 'layrs'; the nearest known one is 'layers'
{"layers": "three"}|key 'layers': expected an integer, found "three"
{"supernet": {"bn": "none"}}|key 'supernet.bn': expected batch or running or authors, found "none"
{"supernet": 3}|must be an object with the keys
{"layers": 0}|layers is 0, allowed: 1\.\.32
{"layers": 3|line [0-9]+ column [0-9]+
nothing|line 1 column [0-9]+
EOF
  complains 1 'is a folder|Is a directory' search --config . --out run
}

test_a_folder_that_is_none() {
  make_data
  echo here >file
  complains 1 'file.*(way|Not a directory|not a folder)' "${tiny[@]}" --out file
  complains 1 'file/run' "${tiny[@]}" --out file/run
  mkdir other && echo mine >other/notes
  complains 1 'expected a new or empty folder.*notes' "${tiny[@]}" --out other
  [[ $(cat other/notes) == mine && $(cat file) == here ]] || fail "a foreign file was changed"
}

# Root may write everywhere, unless it gives that capability away.
test_a_folder_without_permission() {
  make_data
  mkdir -m 555 closed
  local bound=()
  if ((EUID == 0)); then
    bound=(setpriv --bounding-set=-dac_override,-dac_read_search)
  fi
  command_line="nao search --out closed/run"
  status=0
  "${bound[@]}" "$root/nao" "${tiny[@]}" --out closed/run >out 2>err </dev/null || status=$?
  ((status == 1)) || fail "$command_line: exit code $status, expected 1"
  [[ ! -s out && $(wc -l <err) == 1 ]] || fail "$command_line: one sentence is expected"
  holds err 'closed/run: the run folder cannot be made \(permission denied\)\.$'
  [[ ! -e closed/run ]] || fail "$command_line: wrote after all"
}

test_a_run_in_use() {
  make_data
  sleeps_at 'after 1 write */events.jsonl' "${tiny[@]}" --out run
  complains 1 "in use by process $pid" search --resume run
  kill -CONT "$pid"
  ended
  ((status == 0)) || fail "the holder was disturbed: exit code $status"
}

# What a run in its middle meets. Each fails on its own and leaves the checkpoint as it was.
test_nothing_written_is_lost() {
  make_data
  ends_at 75 'TERM after 1 write */events.jsonl' "${tiny[@]}" --epochs 6 --out run
  cp -r run good
  damaged_files
  an_exploding_loss
  a_full_disk
  diff -r good/checkpoint run/checkpoint || fail "the checkpoint was changed"
  a_checkpoint_lost
  succeeds search --resume good
  same_result good run
}

damaged_files() {
  local state=run/checkpoint/state.json tensors=run/checkpoint/tensors.safetensors
  cp -r run good
  truncate -s -1 $tensors
  rm -rf run/checkpoint.previous
  complains 1 'tensors.safetensors: expected [0-9]+ bytes, found [0-9]+' search --resume run
  cp good/checkpoint/tensors.safetensors $tensors
  truncate -s 100 $state
  complains 1 'state.json' search --resume run
  cp good/checkpoint/state.json $state
  echo '{"seed": 1' >run/config.json
  complains 1 'run/config.json: expected a checksum' search --resume run
  sed '0,/"learningRate" : [0-9.E-]*/s//"learningRate" : 1E30/' good/config.json >run/config.json
  complains 1 'run/config.json: the content does not match its checksum' search --resume run
  cp good/config.json run/config.json
}

an_exploding_loss() {
  complains 1 "the loss of step [0-9]+ \(epoch 0\) became NaN or infinite, architecture '[0-9 ]+'" \
    "${tiny[@]}" --learning-rate 1e30 --out first
}

# A limit on the size of a file stands in for the disk.
a_full_disk() {
  (ulimit -f 4 && complains 1 'run/.* cannot be written \(File too large\)' search --resume run)
}

# With the one before it the run goes on, and says so.
a_checkpoint_lost() {
  rm -rf run/checkpoint.previous
  cp -r good/checkpoint run/checkpoint.previous
  truncate -s -1 run/checkpoint/tensors.safetensors
  succeeds search --resume run
  holds err 'tensors.safetensors.* is used\.$'
}
