# One search by two hosts that a slow and lossy line joins: network namespaces with a rank each.

# between_hosts MILLISECONDS LOST-PERCENT: the hosts $host_0 at 10.77.0.1 and $host_1 at 10.77.0.2; or skips
between_hosts() {
  host_0=nao-$$-0 host_1=nao-$$-1
  if ! { ip netns add "$host_0" && ip netns add "$host_1" && "$root/tests/lossy_link/build" lossy_link; } >hosts.log 2>&1; then
    echo "skipped: no two network namespaces: $(tail -n 1 hosts.log)"
    exit 0
  fi
  ./lossy_link "$host_0" "$host_1" "$1" "$2" 1 >line.log 2>&1 &
  line=$!
  until grep -q ready line.log; do
    if ! kill -0 "$line" 2>/dev/null; then
      echo "skipped: no line between two network namespaces: $(tail -n 1 line.log)"
      exit 0
    fi
    sleep 0.01
  done
  local rank host
  for rank in 0 1; do
    host=host_$rank
    ip -n "${!host}" link set lo up
    ip -n "${!host}" addr add "10.77.0.$((1 + rank))" peer "10.77.0.$((2 - rank))" dev line
    ip -n "${!host}" link set line up
  done
}

clean_up() {
  local pid
  for pid in $(jobs -p); do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in 0 1; do ip netns del "nao-$$-$pid" 2>/dev/null || true; done
}

# on_host RANK ARGUMENT...: nao as srun starts it on that host
on_host() {
  local host=host_$1
  exec ip netns exec "${!host}" env SLURM_PROCID="$1" SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NUM_NODES=2 \
    "$root/nao" "${@:2}" >"out-$1" 2>"err-$1" </dev/null
}

# both_begin ARGUMENT...: a rank on each host, in $rank_0 and $rank_1
both_begin() {
  command_line="nao $*"
  on_host 0 "$@" --rendezvous 10.77.0.1 &
  rank_0=$!
  on_host 1 "$@" --rendezvous 10.77.0.1 &
  rank_1=$!
}

# both_end CODE
both_end() {
  local status rank
  for rank in 0 1; do
    status=0
    wait "$((rank == 0 ? rank_0 : rank_1))" || status=$?
    ((status == $1)) || fail "rank $rank: exit code $status, expected $1: $(cat "err-$rank")"
  done
}

shared=("${tiny[@]}" --architectures-per-step 2 --threads 1)

test_two_hosts_find_the_same() {
  between_hosts 5 2
  make_data
  succeeds "${shared[@]}" --out one
  both_begin "${shared[@]}" --out run
  both_end 0
  same_result one run
  cmp one/supernet.safetensors run/supernet.safetensors || fail "the weights differ"
}

# Neither host hears of it that the other is gone: no packet says so.
test_a_line_that_breaks_ends_both() {
  local since
  between_hosts 5 2
  make_data
  succeeds "${shared[@]}" --epochs 30 --out one
  both_begin "${shared[@]}" --epochs 30 --out run
  until [[ -s run/checkpoint/state.json ]]; do
    kill -0 "$rank_0" || fail "$(cat err-0)"
    sleep 0.01
  done
  kill -USR1 "$line"
  since=$SECONDS
  both_end 1
  ((SECONDS - since <= 60)) || fail "it took $((SECONDS - since)) s to end"
  holds err-0 '^nao search: rank 1 .* has not been heard of for 30 seconds; go on with .*search --resume run\.$'
  holds err-1 '^nao search: rank 0 .* has not been heard of for 30 seconds'
  succeeds search --resume run
  same_result one run
}

# reached ADDRESS: whether somebody on the other host can connect to rank 0's port there
reached() {
  timeout 2 ip netns exec "$host_1" bash -c "exec 3<>/dev/tcp/$1/$port" 2>/dev/null
}

test_other_addresses_do_not_listen() {
  local address port
  between_hosts 1 0
  make_data
  ip -n "$host_0" addr add 10.78.0.1/32 dev lo
  ip -n "$host_1" route add 10.78.0.1 dev line
  for address in 10.77.0.1 10.78.0.1; do
    on_host 0 "${shared[@]}" --rendezvous $address --out run &
    pid=$!
    until [[ -s run/rendezvous.json ]]; do sleep 0.01; done
    port=$(sed -n 's/.*"port" *: *\([0-9]*\).*/\1/p' run/rendezvous.json)
    reached $address || fail "rank 0 does not listen on $address, port $port"
    if [[ $address == 10.77.0.1 ]]; then ! reached 10.78.0.1; else ! reached 10.77.0.1; fi ||
      fail "asked to listen on $address, rank 0 listens on the other address, too"
    kill -KILL "$pid"
    wait "$pid" || true
    rm -r run
  done
}
