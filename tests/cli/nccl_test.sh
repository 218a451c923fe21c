# Ranks with a GPU each, emulated, whose gradients go through a stand-in for NCCL: the bits of an exchange through the
# host, and what happens where NCCL or a rank fails.

# Few steps, since emulation is slow.
on_gpus=(search --data data --layers 1 --channels 2 --nodes 2 --batch 8 --rounds 1 --pool 4 --validation 32
  --evaluation-images 32 --evaluation-batch 32 --top 1 --config gpu.json --architectures-per-step 4 --threads 1 --device auto)

# has_emulation: a copy of the build whose CUDA part is the emulated one, in the folder gpu; false where it is not built
has_emulation() {
  local target=$root/java/target part binding=org/nao/binding/linux-x86_64
  part=$target/native/tests/cuda/emulated/libnao_cuda.so
  export NAO_NCCL=$target/native/tests/stubs/libnccl_stub.so NAO_EMULATION_DEVICES=4
  if [[ ! -e $part || ! -e $NAO_NCCL ]]; then
    echo "skipped: the emulated GPU is not built (targets nao_cuda_emulated and nccl_stub)"
    return 1
  fi
  mkdir -p "gpu/app/$binding"
  cp "$nao_jar" gpu/app
  cp "${nao_jar%/*}/$binding/"{libjniNao.so,libnao.so} "$part" "gpu/app/$binding"
  ln -s "$target/lib" gpu/lib
  make_data
  echo '{"epochs": 2, "reranking": {"epochs": 1}}' >gpu.json
}

# emulated ARGUMENT...: nao on emulated GPUs
emulated() {
  command_line="nao $*"
  status=0
  "${nao_jar%/*}/jvm/bin/java" -cp "gpu/app:gpu/app/nao.jar" org.nao.cli.Main "$@" >out 2>err </dev/null || status=$?
}
finds() {
  emulated "$@"
  ((status == 0)) || fail "$command_line: exit code $status"
}

# task RANK ARGUMENT...: one of two as srun starts them, in the background for rank 1
task() {
  env SLURM_PROCID="$1" SLURM_LOCALID="$1" SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NUM_NODES=1 \
    "${nao_jar%/*}/jvm/bin/java" -cp "gpu/app:gpu/app/nao.jar" org.nao.cli.Main "${@:2}" >"out-$1" 2>"err-$1" </dev/null
}

test_nccl_finds_what_the_host_finds() {
  local ranks
  has_emulation || return 0
  finds "${on_gpus[@]}" --ranks 2 --exchange host --out host
  holds host/machines.json '"exchange" : "host"'
  for ranks in 2 3; do
    finds "${on_gpus[@]}" --ranks "$ranks" --out "ranks-$ranks"
    holds err '^ranks exchange gradients from GPU to GPU by NCCL 2\.27\.3$'
    holds "ranks-$ranks/machines.json" '"exchange" : "NCCL 2\.27\.3"'
    same_result host "ranks-$ranks"
    cmp host/supernet.safetensors "ranks-$ranks/supernet.safetensors" || fail "the weights differ"
  done
}

test_without_nccl_ranks_exchange_through_the_host() {
  has_emulation || return 0
  NAO_NCCL=/nowhere/libnccl.so.2 finds "${on_gpus[@]}" --ranks 2 --out none
  holds err '^ranks exchange gradients through the host: rank 0 has no NCCL \(/nowhere/libnccl\.so\.2: .*\)$'
  NAO_EMULATION_DEVICES=1 finds "${on_gpus[@]}" --ranks 2 --out one-gpu
  holds err '^ranks exchange gradients through the host: ranks 0 and 1 have one GPU, 00000000:00:00\.0$'
  NAO_TEST_NCCL_FAULT=init finds "${on_gpus[@]}" --ranks 2 --out init
  holds err '^ranks exchange gradients through the host: rank 0: NCCL: ncclCommInitRankConfig failed: '
  same_result none one-gpu
  same_result none init
}

test_nccl_that_cannot_be_is_refused_where_it_is_wanted() {
  has_emulation || return 0
  NAO_NCCL=/nowhere/libnccl.so.2 emulated "${on_gpus[@]}" --ranks 2 --exchange nccl --out none
  ((status == 1)) || fail "exit code $status"
  holds err '^nao search: NCCL cannot be used: rank 0 has no NCCL \(/nowhere/libnccl\.so\.2: '
  NAO_TEST_NCCL_VERSION=22105 task 1 "${on_gpus[@]}" --exchange nccl --out two &
  task 0 "${on_gpus[@]}" --exchange nccl --out two && fail "rank 0 ended with 0"
  command_line="rank 0"
  holds err-0 '^nao search: NCCL cannot be used: rank 1 has NCCL 2\.21\.5, rank 0 has 2\.27\.3'
  wait $! && fail "rank 1 ended with 0"
  true
}

# A rank is killed in the first exchange, which tries the way out, or in a later one, while others wait in it.
test_a_rank_that_dies_in_an_exchange_ends_all() {
  local exchange since
  has_emulation || return 0
  command_line="rank 0"
  for exchange in 1 3; do
    since=$SECONDS
    NAO_TEST_NCCL_DIES=$exchange task 1 "${on_gpus[@]}" --out "dies-$exchange" &
    task 0 "${on_gpus[@]}" --out "dies-$exchange" && fail "rank 0 ended with 0"
    ((SECONDS - since <= 60)) || fail "it took $((SECONDS - since)) s to end"
    holds err-0 '^nao search: rank 1 \(process [0-9]+ on .*\) has ended'
    wait $! && fail "rank 1 ended with 0"
  done
  true
}

test_what_nccl_reports_ends_all() {
  local since=$SECONDS
  has_emulation || return 0
  NAO_TEST_NCCL_FAULT=remote emulated "${on_gpus[@]}" --ranks 2 --out remote
  ((status == 1)) || fail "exit code $status"
  ((SECONDS - since <= 60)) || fail "it took $((SECONDS - since)) s to end"
  holds err 'NCCL: what it had begun failed: remote process exited'
}
