# nao in a Java program: docs/library.md as it stands.

test_library() {
  local app
  app=$(dirname -- "$nao_jar")
  sed -n '/^```java$/,/^```$/{/^```/!p}' "$root/docs/library.md" >Example.java
  (($(wc -l <Example.java) < 40)) || fail "the program is longer than the document says"
  javac -encoding UTF-8 -proc:none -Xlint:all,-path -Werror -cp "$nao_jar" Example.java 2>javac.log || fail "$(cat javac.log)"
  command_line="the program of docs/library.md"
  "$app/jvm/bin/java" -cp "$app:$nao_jar:." Example >out 2>err || fail "the program fails: $(tail -n 5 err)"
  holds out '^([0-9]+ ){39}[0-9]+: [0-9.]+% of [0-9]+ images, classes \[t-shirt'
  # Its files are those of the commands.
  succeeds evaluate trained
  succeeds arch show --run searched
}

test_javadoc() {
  local target
  target=$(dirname -- "$nao_jar")/..
  javadoc -encoding UTF-8 -quiet -Xdoclint:all,-missing -Werror -d javadoc \
    -sourcepath "$root/java/src/main/java:$target/generated-sources/javacpp" -cp "$target/classes:$target/lib/*" \
    -subpackages org.nao >log 2>&1 || fail "$(head -n 20 log)"
  [[ -e javadoc/org/nao/api/Nao.html ]] || fail "there is no page of the class Nao"
}
