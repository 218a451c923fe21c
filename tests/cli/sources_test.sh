# What stands once in the sources stands nowhere else.

# sources PATTERN: the files of the sources, results of earlier runs aside, that hold a fixed string
sources() {
  grep -rlIF --exclude-dir={.git,target,build,results,__pycache__} -e "$1" -- \
    "$root"/{nao,pom.xml,.ci,.mvn,cmake,native,java,benchmarks,tests} || true
}

test_environment_and_options_stand_once() {
  local jvm=$root/java/src/main/jvm name count=0
  while read -r name; do
    [[ $(sources "$name") == "$jvm/environment" ]] ||
      fail "$name belongs into $jvm/environment alone, it stands in:" "$(sources "$name")"
    count=$((count + 1))
  done < <(sed -n 's/^\([A-Z_]*\)=.*/\1/p' "$jvm/environment")
  while read -r name; do
    [[ $(sources "$name") == "$jvm/options" ]] ||
      fail "$name belongs into $jvm/options alone, it stands in:" "$(sources "$name")"
    count=$((count + 1))
  done < <(sed -n 's/^-\(XX:\|D\)\{0,1\}+\{0,1\}\([^=]*\).*/\2/p' "$jvm/options")
  ((count >= 8)) || fail "only $count settings were looked for"
}

test_the_version_stands_once() {
  local version
  version=$(sed -n 's|.*<revision>\(.*\)</revision>.*|\1|p' "$root/pom.xml")
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "no version in pom.xml: '$version'"
  [[ $(sources ">$version<") == "$root/pom.xml" ]] || fail "$version stands in:" "$(sources ">$version<")"
  [[ -z $(sources "nao $version") ]] || fail "$version stands in:" "$(sources "nao $version")"
  succeeds --version
  holds out "^nao $version$"
  succeeds doctor --json
  holds out "\"engine\":\"nao $version, "
}
