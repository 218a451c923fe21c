# Every command does its work, its result on standard output and all else on standard error.

test_help_and_version() {
  succeeds
  holds out '^Commands:'
  succeeds --version
  holds out '^nao [0-9]+\.[0-9]+\.[0-9]+$'
  holds out '^commit +(unknown|[0-9a-f]{12}(-changed)?), (unknown|[0-9]{4}-[0-9]{2}-[0-9]{2})$'
  holds out '^CPU part +(avx512|avx2|ref)$'
  holds out '^CUDA part +(none: .*|[0-9a-z -]+)$'
  holds out '^Java +[0-9.]+'
  local command
  for command in search step "bench step" "arch size" "data describe" doctor; do
    # shellcheck disable=SC2086
    succeeds $command --help
    holds out "^Usage: nao $command"
    [[ ! -s err ]] || fail "$command_line: standard error must be empty"
  done
}

test_doctor() {
  succeeds doctor
  holds out '^engine +nao '
  succeeds doctor --json
  is_json
}

test_arch() {
  succeeds arch sample --count 3 --seed 1
  [[ $(wc -l <out) == 3 && ! -s err ]] || fail "three lines on standard output are expected"
  cp out architectures
  "$root/nao" arch size --layers 1 --channels 4 --json <architectures >out 2>err
  [[ $(wc -l <out) == 3 ]] || fail "three sizes are expected"
  holds out '"parameters":[0-9]+'
  is_json
  local text
  text=$(head -n 1 architectures)
  succeeds arch show "$text"
  holds out '^normal cell'
  succeeds arch convert --to json "$text"
  is_json
  "$root/nao" arch convert --to integers <out >back 2>err
  [[ $(cat back) == "$text" ]] || fail "converted to JSON and back it is another architecture"
  succeeds arch sample --space enas-micro --count 1
  cp out enas
  "$root/nao" arch size --space enas-micro --layers 2 --json <enas >out 2>err
  is_json
}

test_nasbench201() {
  local space=(--space nasbench201) cell='|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|nor_conv_1x1~1|avg_pool_3x3~2|'
  succeeds arch size "${space[@]}" "$cell"
  holds out '^ +344346 +47104640  \|nor_conv_3x3~0\|'
  succeeds arch convert "${space[@]}" --to integers "$cell"
  holds out '^3 0 1 1 2 4$'
  succeeds arch show "${space[@]}" 3 0 1 1 2 4
  holds out '^  node 3 = skip_connect\(0\) \+ nor_conv_1x1\(1\) \+ avg_pool_3x3\(2\)$'
  succeeds arch plot "${space[@]}" --out cell.svg "$cell"
  holds cell.svg 'avg_pool_3x3 of 2'
  succeeds arch score "${space[@]}" --layers 1 --channels 4 --batch 8 --json --scores params,live_weights,snip,synflow "$cell"
  is_json
  holds out '"live_weights":3360.0'
  succeeds arch score "${space[@]}" --layers 1 --channels 4 --batch 4 --scores az_nas,jacob_cov,zico "$cell"
  holds out '^           0 +-[0-9.]+ +[0-9.]+  \|nor_conv_3x3~0\|'
  complains 2 'batch is 3, zico needs at least 4' arch score "${space[@]}" --batch 3 --scores zico "$cell"
  complains 2 'form .op~0' arch show "${space[@]}" '|none~0|'
  complains 2 'nasbench201 only' arch score --scores live_weights "$("$root/nao" arch sample)"
  complains 2 'enas chooses two inputs' search "${space[@]}" --algorithm enas
  complains 2 'no such head' train "${space[@]}" --arch "$cell" --auxiliary-head copy
}

test_some_operations_of_the_middle_space() {
  make_data
  local space=(--space nao-middle --operations "zero,sep_conv_7x7,dil_sep_conv_7x7")
  succeeds "${tiny[@]}" "${space[@]}" --out run
  ! grep -E '^  node' out | grep -qE 'pool|identity|_[35]x' || fail "another operation was searched"
  holds run/config.json '"operations" ?: ?"zero,sep_conv_7x7,dil_sep_conv_7x7"'
  # The end of the report is the command that shows what was found.
  tail -n 2 out >shown
  sed "s|^nao |'$root/nao' |" shown >show.sh
  bash show.sh >out 2>err || fail "the command does not work: $(cat shown)"
  holds out '^  node 2 = (zero|sep_conv_7x7|dil_sep_conv_7x7)\('
}

test_data() {
  make_data
  succeeds data list
  holds out 'fashion-mnist-mini'
  succeeds data verify data
  succeeds data fetch
  grep -q '^cifar10 .*170 MB' out || fail 'what can be downloaded is not listed'
  complains 2 "no data set 'cifar' can be downloaded, only cifar10, " data fetch cifar --to fetched
  (unset NAO_DATA && complains 2 'give --to DIR, or set NAO_DATA' data fetch cifar10)
  complains 1 'train-images-idx3-ubyte.gz: cannot be downloaded .Connection refused.; the same command' \
    data fetch mnist --to fetched --mirror http://127.0.0.1:1
  [[ ! -e fetched/mnist ]] || fail 'a folder without files is there'
  succeeds data describe data
  holds out '96'
  succeeds data describe fashion-mnist-mini --json
  is_json
}

test_pictures() {
  mkdir -p pictures/a pictures/b
  cp "$root"/tests/golden/pictures/*.png pictures/a
  cp "$root"/tests/golden/pictures/*.{jpg,jpeg,bmp,webp} pictures/b
  succeeds data verify pictures
  holds out 'is whole: 16 training and 1 test image, 2 classes'
  head -c 300 "$root/tests/golden/pictures/rgb.jpg" >pictures/b/half.jpg
  complains 1 'pictures/b/half.jpg is cut short' data verify pictures
  succeeds data verify pictures --skip-bad
  holds err '1 bad file left out'
  # Libjpeg says itself what it finds in such a file; users read one sentence.
  cp "$root/tests/golden/pictures/rgb.jpg" pictures/b/half.jpg
  printf '\xff\x00\xff\xd9\xff\xda' | dd of=pictures/b/half.jpg bs=1 conv=notrunc status=none \
    seek=$(($(stat -c %s pictures/b/half.jpg) - 60))
  complains 1 'pictures/b/half.jpg is damaged' data verify pictures
}

test_bench_step() {
  succeeds bench step --layers 1 --channels 2 --batch 4 --archs 1 --repetitions 1
  holds out '^training step +[0-9.]+ ms'
  succeeds bench step --layers 1 --channels 2 --batch 4 --archs 1 --repetitions 1 --json
  holds out '"trainMillis":[0-9.]+'
  is_json
}

test_step() {
  java_tool StepFiles
  local architecture="0 0 1 0 0 0 1 0 0 0 1 0 0 0 1 0 0 0 1 0 0 2 1 2 0 2 1 2 0 2 1 2 0 2 1 2 0 2 1 2"
  local step=(step --layers 1 --channels 2 --arch "$architecture" --out result.safetensors)
  succeeds "${step[@]}" --batch batch.safetensors --weights weights.safetensors
  [[ ! -s out && ! -s err && -s result.safetensors ]] || fail "the result belongs into the file only"
  succeeds "${step[@]}" --batch batch.safetensors --weights weights.safetensors --json
  holds out '^\{"loss":[0-9.]+,"grad_norm":[0-9.]+\}$'
  succeeds "${step[@]}" --batch batch.safetensors --weights weights.safetensors --mode eval-batch --json
  holds out '^\{"loss":[0-9.]+,"correct":[0-4]\}$'

  rm result.safetensors
  complains 1 'classifier.bias' "${step[@]}" --batch batch.safetensors --weights weights-missing.safetensors
  complains 1 'classifier.bias' "${step[@]}" --batch batch.safetensors --weights weights-shape.safetensors
  complains 1 'nan' "${step[@]}" --batch batch.safetensors --weights weights-nan.safetensors
  complains 1 'NaN' "${step[@]}" --batch batch.safetensors --weights weights-nan.safetensors --mode eval-batch
  complains 1 'label' "${step[@]}" --weights weights.safetensors --batch batch-label.safetensors
  complains 1 'target' "${step[@]}" --weights weights.safetensors --batch batch-count.safetensors
  complains 2 'multiples of 4' "${step[@]}" --weights weights.safetensors --batch batch-side.safetensors
  complains 1 'no-file' "${step[@]}" --batch batch.safetensors --weights no-file
  head -c 1000 weights.safetensors >cut
  complains 1 'cut' "${step[@]}" --batch batch.safetensors --weights cut
  [[ ! -e result.safetensors ]] || fail "a failed step leaves a result"
}

# A pipe can be read once only.
test_a_configuration_from_a_pipe() {
  succeeds search --show-config --config <(echo '{"epochs": 7}')
  holds out '"epochs" : 7,'
  succeeds train --network resnet20 --show-config --config <(echo '{"epochs": 7}')
  holds out '"epochs" : 7,'
}

test_search() {
  make_data
  succeeds "${tiny[@]}" --out plain
  holds out '^architecture 2$'
  holds out '^architecture +validation +one-shot +parameters +multiply-adds$'
  # A log file takes plain lines: no carriage return, no escape sequence.
  # A slow machine says more than once where a phase stands.
  local phase='^(round [12] of 2, (training|evaluating|controller)|stand-alone [12] of 2): '
  [[ $(grep -oE "$phase" err | sort -u | wc -l) == 7 ]] || fail "a line of progress for each of 7 phases is expected"
  ! grep -qvE "$phase" err || fail "nothing but progress is expected"
  ! grep -q $'[\r\033]' err || fail "the log holds control characters"
  local file
  for file in config.json summary.json arch_pool.{0,1,perf.0,perf.1,final}; do
    [[ -s plain/$file ]] || fail "$file is missing"
  done
  cp plain/events.jsonl out
  is_json

  succeeds arch show --nodes 3 --file plain/arch_pool.final
  [[ $(grep -c '^normal cell' out) == 15 ]] || fail "15 architectures are expected"

  # The configuration of a run makes the same run, whatever the threads.
  succeeds search --config plain/config.json --threads 1 --out again --json
  is_json
  same_result plain again
  succeeds search --algorithm enas --data data --layers 1 --channels 2 --nodes 3 --batch 8 --epochs 2 --candidates 6 \
    --validation 32 --evaluation-images 32 --evaluation-batch 32 --top 2 --max-parameters 4000 --out enas
  holds out '^6 architectures evaluated in 1 round,'
  holds out 'arch show --run enas '
  [[ $(wc -l <enas/arch_pool.final) == 6 ]] || fail "six architectures are expected"
  holds enas/events.jsonl '"phase":"controller".*"updates":20,'

  # A finished run says again what it found.
  succeeds search --resume plain --json
  is_json
}
