# What the launcher builds, and when, over stand-ins for the tools: nothing is compiled.

# make_tree: sources in the folder tree, and tools that write what they were called with into the file built.
make_tree() {
  local tool
  mkdir -p tree/{.mvn,cmake,native/src/{kernels,model}/{cpu,cuda},java/src/main} tools jdk/bin
  cp "$root/nao" tree/nao
  touch tree/{pom.xml,java/pom.xml,cmake/{Cuda,Warnings}.cmake,native/src/{kernels,model}/{cpu/a.cpp,cuda/a.cu}}
  touch tree/java/src/main/A.java
  printf '{"device" : "cuda:0"}\n' >gpu.json
  printf '{"device" : "cpu"}\n' >cpu.json
  echo 'JAVA_VERSION="17.0.1"' >jdk/release
  for tool in cmake g++ nvcc nvidia-smi javac java mvn; do
    printf '#!/bin/sh\n' >tools/$tool
    chmod +x tools/$tool
  done
  mv tools/{javac,java} jdk/bin
  # The launcher sleeps between two looks at the log: each is a line of the file polls.
  printf '#!/bin/sh\necho >>%q\nexec /bin/sleep "$@"\n' "$PWD/polls" >tools/sleep
  chmod +x tools/sleep
  cat >>tools/mvn <<'SH'
printf '%s\n' "$*" >>../built
touch java/target/started
mkdir -p java/target/app/jvm/bin
printf '#!/bin/sh\necho "$*" >arguments\necho started\n' >java/target/app/jvm/bin/java
chmod +x java/target/app/jvm/bin/java
# shown TEXT: waits, a minute at most, until the launcher shows that stage
shown() { for i in $(seq 600); do grep -qs "$1" ../err ../out && return; sleep 0.1; done; }
echo "[INFO] --- maven-antrun-plugin:3.1.0:run (native-library) @ nao ---"
shown "compiling the native engine"
echo "[INFO] --- javacpp:1.5.13:parse (parse) @ nao ---"
shown "making the Java binding"
echo "Downloading from central: a library"
shown "downloading libraries"
echo "Downloaded from central: a library"
polls=$(wc -l <../polls)
until [ $(($(wc -l <../polls) - polls)) -ge 2 ]; do /bin/sleep 0.01; done # the launcher looks again, and must not repeat itself
[ ! -e ../broken ] || { echo "[ERROR] it is broken"; exit 1; }
case $* in *-Plibtorch*) [ ! -e ../offline ] || exit 1; mkdir -p java/target/app/org/bytedeco/pytorch ;; esac
case $* in *native.cuda=AUTO*) cp -p java/target/started java/target/app/built-cuda ;; esac
mv java/target/started java/target/app/built
SH
}

# launches ARGUMENT...: the tree's nao
launches() {
  command_line="nao $*"
  env -u CUDACXX PATH="$PWD/tools:/usr/bin:/bin" JAVA_HOME="$PWD/jdk" tree/nao "$@" >out 2>err </dev/null ||
    fail "$command_line: exit code $?"
  [[ $(cat out) == started ]] || fail "$command_line: was not started"
}

# builds WHAT ARGUMENT...: LATER the engine, AUTO the CUDA part too
builds() {
  local what=$1
  shift
  : >built
  launches "$@"
  [[ $(cat built) == *"-Dnative.cuda=$what "* && $(wc -l <built) == 1 ]] ||
    fail "$command_line: expected one build with native.cuda=$what, got: $(cat built)"
}

# builds_nothing ARGUMENT...
builds_nothing() {
  : >built
  launches "$@"
  [[ ! -s built ]] || fail "$command_line: built $(cat built)"
}

# edited FILE: newer than any build so far, since all that was there is made an hour older
edited() {
  find tree -exec touch -d '-1 hour' -r {} {} \;
  touch "tree/$1"
}

test_the_launcher_builds_what_is_used() {
  make_tree
  builds LATER search
  builds_nothing search
  builds_nothing search --libraries auto --config cpu.json
  edited native/src/kernels/cuda/a.cu
  builds_nothing search --device cpu
  builds AUTO search --device cuda:0
  builds_nothing search --device=auto
  edited native/src/model/cuda/a.cu
  builds_nothing search
  builds AUTO bench agreement --against cuda:1
  edited java/src/main/A.java
  builds LATER search
  builds_nothing search --device cuda:0
  edited native/src/model/cpu/a.cpp
  builds LATER search
  builds AUTO search --config gpu.json
  edited cmake/Cuda.cmake
  mkdir run && cp gpu.json run/config.json
  builds_nothing search --resume nowhere
  builds AUTO search --resume run
  # Without a compiler or a driver nothing is tried.
  edited native/src/model/cuda/a.cu
  mv tools/nvcc .
  builds_nothing search --device cuda:0
  mv nvcc tools
  if [[ ! -e /proc/driver/nvidia/version ]]; then
    mv tools/nvidia-smi .
    builds_nothing search --device cuda:0
  fi
}

test_the_launcher_has_the_quick_compiler_alone_for_short_commands() {
  local command
  make_tree
  builds LATER search
  for command in '' --version --help 'report run' 'watch run' 'arch sample' 'slurm search' doctor 'completion bash' help; do
    # shellcheck disable=SC2086
    launches $command
    [[ $(cat arguments) == '-XX:TieredStopAtLevel=1 '* ]] || fail "nao $command: $(cat arguments)"
  done
  for command in search 'train --run report' 'arch score' 'evaluate model' 'predict model' 'study ranking' \
    'table search' 'bench step' 'data fetch' 'export model' step; do
    # shellcheck disable=SC2086
    launches $command
    ! grep -q Tiered arguments || fail "nao $command: $(cat arguments)"
  done
}

test_the_launcher_fetches_libtorch_for_what_compares_with_it() {
  make_tree
  builds LATER search
  ! grep -q -e -Plibtorch built || fail "libtorch was fetched for a search"
  touch offline
  builds LATER bench controller --json
  holds err '^nao: libtorch could not be fetched, nao is measured alone; '
  rm offline
  builds LATER bench controller --json
  grep -q -e ' -Plibtorch ' built || fail "libtorch was not fetched: $(cat built)"
  holds err '^nao: building what has changed and libtorch to compare with, 110 MB of downloads; '
  builds_nothing bench controller
}

test_the_launcher_says_what_it_builds() {
  [[ -z $(sed -n 's/^\([a-z_]*\)() {.*/\1/p' "$root/nao" | sort | uniq -d) ]] || fail "a function is there twice"
  make_tree
  builds LATER search
  holds err '^nao: building the native engine, its Java binding and the Java classes, with up to 60 MB of downloads, about [0-9]+ s; the log is '
  holds err '^nao: compiling the native engine, after [0-9]+ s$'
  holds err '^nao: downloading libraries, after [0-9]+ s$'
  [[ $(grep -c ', after [0-9]* s$' err) == $(grep ', after [0-9]* s$' err | sed 's/, after.*//' | sort -u | wc -l) ]] ||
    fail "a stage is said twice"
  holds err '^nao: built in [0-9]+ s$'
  ! grep -q $'[\r\033]' err || fail "a log holds control characters"
  builds AUTO search --device cuda:0
  holds err '^nao: building what has changed and the CUDA part, about [0-9]+ s; the log is '
  edited java/src/main/A.java
  touch broken
  if (launches search) >log; then fail "a broken build was started"; fi
  holds err '^\[ERROR\] it is broken$'
  holds err '^nao: the build failed; the whole log is '
  # In place on a terminal.
  rm broken err
  PATH="$PWD/tools:/usr/bin:/bin" JAVA_HOME="$PWD/jdk" TERM=xterm script -qec 'tree/nao search' /dev/null >out 2>&1 </dev/null
  holds out $'\r\033\\[Knao: compiling the native engine, [0-9]+ s'
}

test_what_may_not_be_run_or_built_is_a_sentence() {
  make_tree
  mkdir -p bundle/runtime/bin
  cp "$root/nao" bundle/nao
  touch bundle/runtime/bin/java
  status=0
  bundle/nao --version >out 2>err || status=$?
  ((status == 1)) || fail "exit code $status, expected 1"
  holds err '^nao: .*bundle/runtime/bin/java may not be run, perhaps since its file system is mounted noexec'
  [[ $(wc -l <err) == 1 ]] || fail "one sentence is expected: $(cat err)"
  ((EUID != 0)) || return 0 # who may write everywhere
  chmod a-w tree/java
  JAVA_HOME=$PWD/jdk tree/nao --version >out 2>err || status=$?
  holds err '^nao: nao is not built and .*java/target cannot be written'
}
