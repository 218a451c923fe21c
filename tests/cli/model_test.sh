# From a search to a trained network in other tools' files.

# A search whose networks the tests below use.
winner() {
  make_data
  succeeds "${tiny[@]}" --out found
  [[ -s found/architecture-1.safetensors && -s found/architecture-2.safetensors && ! -e found/reranked ]] ||
    fail "the weights of both architectures are expected"
}

short=(--preset quick --warmup 0 --batch 16 --validation 32 --layers 1 --channels 2 --auxiliary-head none)

test_a_winner_is_trained_evaluated_and_exported() {
  winner
  succeeds train --run found --rank 2 "${short[@]}" --epochs 2 --out trained
  holds out '^test accuracy '
  holds out "export trained/model.safetensors --to onnx"
  [[ -s trained/summary.json && -s trained/confusion.csv ]] || fail "a summary and a confusion matrix are expected"
  succeeds evaluate trained --json
  is_json
  cp out tested
  holds out "\"top1\":$(sed -n 's/.*"testAccuracy" : \([0-9.]*\).*/\1/p' trained/summary.json)[,}]"
  succeeds evaluate trained --split validation --confusion table.csv
  [[ $(wc -l <table.csv) == 5 ]] || fail "a row for each of four classes is expected"
  succeeds export trained --to onnx
  grep -q logits trained/model.onnx || fail "a graph with logits is expected"
  succeeds export trained --to pytorch --out network.py
  python3 - <<<'import ast, sys; ast.parse(open("network.py").read())' || fail "network.py is no Python"
  succeeds export trained --to safetensors
  mv data elsewhere
  succeeds export trained --to pytorch --out network.py
  complains 1 'no data set' evaluate trained
  succeeds evaluate trained --data elsewhere
  mv elsewhere data
  succeeds arch show --model trained/model.safetensors
  holds out 'stand-alone at N = 1, C = 2, images 1 x 8 x 8, 4 classes'
  succeeds arch size --run found --json
  [[ $(wc -l <out) == 2 ]] || fail "the sizes of both architectures are expected"
  succeeds arch plot --run found --out cells.svg
  holds cells.svg '^</svg>$'
  succeeds train --run found "${short[@]}" --epochs 2 --weights found/architecture-1.safetensors --out again
}

test_every_network_that_is_trained_for_a_score_is_kept() {
  make_data
  local alone=(search --algorithm nao --data data --layers 1 --channels 2 --nodes 3 --batch 8 --rounds 1 --pool 3
    --validation 32 --top 2 --standalone-epochs 1)
  succeeds "${alone[@]}" --out plain
  [[ ! -e plain/standalone ]] || fail "without --keep-weights only winners are kept"
  succeeds "${alone[@]}" --keep-weights --out found
  cmp plain/arch_pool.final found/arch_pool.final || fail "keeping weights changes no result"
  [[ $(ls found/standalone) == $'architecture-1.safetensors\narchitecture-2.safetensors\narchitecture-3.safetensors' ]] ||
    fail "a model file for each of three architectures is expected"
  holds found/events.jsonl '"model":"standalone/architecture-3.safetensors"'
  succeeds evaluate found/standalone/architecture-3.safetensors --split validation --json
  holds out "\"top1\":$(sed -n 's/.*"index":2,"accuracy":\([0-9.]*\).*/\1/p' found/events.jsonl)[,}]"
  complains 2 '--keep-weights.*scoring is standalone' "${tiny[@]}" --keep-weights --out other
}

test_a_training_begins_with_a_supernets_weights() {
  winner
  [[ -s found/supernet.safetensors ]] || fail "the weights of the supernet are expected"
  local one=(--preset quick --warmup 0 --batch 16 --validation 32 --auxiliary-head none --epochs 1)
  succeeds train --run found --weights-of-supernet found "${one[@]}" --out inherited
  holds err "^[0-9]+ of the network's [0-9]+ tensors are those of the supernet"
  grep -q '"layers" : 1,' inherited/config.json || fail "the supernet's N is expected"
  succeeds train --run found --layers 1 --channels 2 "${one[@]}" --out drawn
  [[ $(grep -o '"loss":[^,]*' inherited/events.jsonl) != $(grep -o '"loss":[^,]*' drawn/events.jsonl) ]] ||
    fail "other weights give another loss"
  complains 2 'supernet has layers = 1, the network to train has 2' \
    train --run found --weights-of-supernet found "${one[@]}" --layers 2 --out other
  complains 2 'supernet has nodes = 3' train --arch "0 0 1 0 0 0 1 0" --nodes 1 --data data \
    --weights-of-supernet found "${one[@]}" --out other
  complains 2 '--weights-of-supernet.*--weights' train --run found --weights-of-supernet found "${one[@]}" --weights \
    found/architecture-1.safetensors --out other
  complains 2 'no supernet.safetensors in it' train --run found --weights-of-supernet data "${one[@]}" --out other
  head -c 3000 found/supernet.safetensors >cut && mv cut found/supernet.safetensors
  complains 1 'supernet.safetensors: ' train --run found --weights-of-supernet found "${one[@]}" --out other
  [[ ! -e other ]] || fail "a training that could not begin left its folder"
}

test_a_residual_network_is_trained_evaluated_and_exported() {
  make_data
  local one=(--preset quick --data data --warmup 0 --epochs 1 --batch 16 --validation 32)
  succeeds train --network resnet20 "${one[@]}" --out trained
  holds out '^26[0-9],[0-9]* parameters'
  holds trained/summary.json '"network" : "resnet20"'
  succeeds evaluate trained --json
  holds out "\"top1\":$(sed -n 's/.*"testAccuracy" : \([0-9.]*\).*/\1/p' trained/summary.json)[,}]"
  succeeds export trained --to onnx
  succeeds export trained --to pytorch --out network.py
  python3 - <<<'import ast, sys; ast.parse(open("network.py").read())' || fail "network.py is no Python"
  grep -q 'layer1.0.conv1' network.py || fail "torchvision's names are expected"
  succeeds arch size --network resnet50 --image-size 224 --classes 1000
  holds out '25557032 +4089184256  resnet50'
  complains 2 'network without cells' arch size --model trained/model.safetensors
  complains 2 "unknown network 'resnet21'" train --network resnet21 "${one[@]}" --out other
  complains 2 'has its own layers' train --network resnet20 --layers 2 "${one[@]}" --out other
  complains 2 'has no such head' train --network resnet20 --auxiliary-head copy "${one[@]}" --out other
  complains 2 'at least 32' train --network resnet18 "${one[@]}" --out other
  [[ ! -e other ]] || fail "a training that could not begin left its folder"
}

test_a_mobile_network_is_trained_evaluated_and_exported() {
  make_data
  succeeds train --network mobilenet_v2 --preset quick --data data --warmup 0 --epochs 1 --batch 16 --validation 32 \
    --out trained
  holds trained/summary.json '"network" : "mobilenet_v2"'
  succeeds evaluate trained --json
  holds out "\"top1\":$(sed -n 's/.*"testAccuracy" : \([0-9.]*\).*/\1/p' trained/summary.json)[,}]"
  succeeds export trained --to pytorch --out network.py
  grep -q 'functional.relu6' network.py || fail "ReLU6 is expected"
}

test_mistakes_about_models() {
  winner
  local model=found/architecture-1.safetensors
  complains 2 'an architecture is missing' train --data data
  complains 2 'rank is 3.* 1 to 2' train --run found --rank 3
  complains 2 '--rank needs --run' train --rank 1
  complains 1 'expected the folder of a run' train --run data
  complains 2 'auxiliary|warm|--warmup' train --run found --epochs 2 --warmup 2
  complains 1 "stem.0.weight" train --run found --validation 32 --channels 4 --weights $model --out other
  [[ ! -e other ]] || fail "a training that could not begin left its folder"
  head -c 3000 $model >cut.safetensors
  complains 1 'cut.safetensors: ' evaluate cut.safetensors
  complains 1 'cut.safetensors: ' train --run found "${short[@]}" --epochs 2 --weights cut.safetensors
  sed 's/nao-small/nao-swall/' $model >changed.safetensors
  complains 1 'checksum|damaged' evaluate changed.safetensors
  complains 1 'expected a model file' evaluate found/checkpoint/tensors.safetensors
  complains 1 'neither model.safetensors nor' evaluate data
  complains 2 'would replace the model file' export $model --to safetensors --out $model
  complains 2 'Python module' export $model --to pytorch --out 1-a.txt
  complains 2 'there is no folder' export $model --to onnx --out nowhere/a.onnx
  complains 2 '--no-fold needs' export $model --to pytorch --no-fold
  complains 2 'its own space' arch size --run found --layers 4
  complains 2 'cannot stand together' arch size --run found --model $model
  complains 2 'ends with .svg' arch plot --run found --out a.png
}

test_a_stopped_training_goes_on() {
  winner
  succeeds train --run found "${short[@]}" --epochs 3 --out whole
  ends_at 75 'TERM after 1 write */events.jsonl' train --run found "${short[@]}" --epochs 3 --out run
  holds err 'go on with .*nao train --resume run$'
  complains 2 '--resume goes on with the configuration' train --resume run --epochs 9
  ends_at 137 'KILL before 1 rename */model.safetensors' train --resume run
  succeeds train --resume run
  cmp whole/model.safetensors run/model.safetensors || fail "the weights differ"
}

test_options_of_a_training() {
  winner
  succeeds train --run found "${short[@]}" --epochs 2 --ema 0.99 --mixup 0.2 --accumulate 2 --auto-augment cifar10 \
    --color-jitter 0.4,0.4,0.4,0.2 --schedule exponential --lr-decay 0.9 --out other
  holds other/config.json '"ema" : 0.99'
  holds other/config.json '"mixup" : 0.2'
  holds other/config.json '"accumulate" : 2'
  holds other/config.json '"autoAugment" : "cifar10"'
  holds other/config.json '"hue" : 0.2'
  complains 2 '--ema is 1.0, must be at least 0 and below 1' train --run found --ema 1
  complains 2 '--mixup .*is -1.0, must be from 0 to 1000' train --run found --mixup -1
  complains 2 '--accumulate is 0, allowed are 1 to' train --run found --accumulate 0
  complains 2 '--accumulate is 9: a step would take 9 x 16 images' train --run found "${short[@]}" --epochs 2 --accumulate 9
  complains 2 '--color-jitter has 2 numbers, expected 4' train --run found --color-jitter 0.4,0.4
  complains 2 '--color-jitter hue .*is 0.6, must be from 0 to 0.5' train --run found --color-jitter 0,0,0,0.6
  complains 2 '--lr-decay .*is 2.0, must be above 0, up to 1' train --run found --lr-decay 2
}

test_a_network_for_large_images() {
  local net=(--preset quick --warmup 0 --validation 32 --layers 1 --stem imagenet --batch 8 --epochs 1)
  winner
  succeeds train --run found "${net[@]}" --channels 2 --random-resized-crop 64 --out large
  succeeds evaluate large --json
  is_json
  holds out "\"top1\":$(sed -n 's/.*"testAccuracy" : \([0-9.]*\).*/\1/p' large/summary.json)[,}]"
  succeeds arch show --model large/model.safetensors
  holds out 'images 1 x 64 x 64'
  succeeds export large --to onnx
  succeeds export large --to pytorch --out network.py
  grep -q 'stem1' network.py || fail "the second part of the stem is expected"
  succeeds export large --to safetensors
  complains 2 'image height is 8, with ImageNet.s stem allowed: multiples of 32' \
    train --run found "${net[@]}" --channels 2
  complains 2 "--channels is 3, must be even with ImageNet's stem" train --run found "${net[@]}" --channels 3
  echo '1 1 0 1 2 4 0 0 0 0 2 1 0 0 0 2 0 3 0 0 0 2 0 2 2 2 1 0 0 0 0 1 0 0 0 3 0 0 0 1' >network.txt
  succeeds arch size --stem imagenet --layers 4 --channels 44 --file network.txt
  holds out '^ *5196014 +570129472 '
  complains 2 'supernets have the stem cifar' arch size --stem imagenet --network supernet --file network.txt
}
