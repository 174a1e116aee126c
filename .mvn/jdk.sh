# Sourced by mvnw, kolumn-state and bench: exports JAVA_HOME, a JDK 25 or newer; where jdk_program=java, a JRE is enough.
# JAVA_HOME stays, or else the `java` on the PATH, when it is new enough; otherwise the newest JDK in the usual
# places is taken. Only `release` files are read: no JVM is started.

jdk_wanted=25

# Sets jdk_key to a number that grows with the version of the JDK at $1, or to 0 when none is there.
jdk_read() {
  jdk_key=0
  if [ ! -x "$1/bin/${jdk_program:-javac}" ] || [ ! -r "$1/release" ]; then return 0; fi
  while IFS='=' read -r jdk_name jdk_version || [ -n "$jdk_name" ]; do
    [ "$jdk_name" = JAVA_VERSION ] || continue
    jdk_version=${jdk_version#\"}
    jdk_version=${jdk_version%%[!0-9.]*}.0.0.0.
    for jdk_position in 1 2 3 4; do
      jdk_part=${jdk_version%%.*}
      jdk_version=${jdk_version#*.}
      jdk_key=$((jdk_key * 1000 + ${jdk_part:-0}))
    done
    return 0
  done <"$1/release"
}

jdk_new_enough() {
  jdk_read "$1"
  [ "$jdk_key" -ge $((jdk_wanted * 1000000000)) ]
}

# Prints the home of the `java` on the PATH, links followed; a version manager's shim leads nowhere, and needs not.
jdk_on_path() {
  jdk_java=$(command -v java) || return 0
  jdk_java=$(readlink -f "$jdk_java" 2>/dev/null) || return 0
  printf %s "${jdk_java%/bin/java}"
}

# Sets jdk_found to the newest JDK in the usual places, or to nothing.
jdk_search() {
  jdk_found='' jdk_newest=0
  set +f # they run with globbing off
  for jdk_home in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* \
    "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* \
    "${HOME-}"/.jdks/* \
    "${ASDF_DATA_DIR:-${HOME-}/.asdf}"/installs/java/* \
    "${MISE_DATA_DIR:-${XDG_DATA_HOME:-${HOME-}/.local/share}/mise}"/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if jdk_new_enough "$jdk_home" && [ "$jdk_key" -gt "$jdk_newest" ]; then
      jdk_found=$jdk_home jdk_newest=$jdk_key
    fi
  done
  set -f
}

if [ -z "${JAVA_HOME-}" ] || ! jdk_new_enough "$JAVA_HOME"; then
  JAVA_HOME=$(jdk_on_path)
  if ! jdk_new_enough "$JAVA_HOME"; then
    jdk_search
    if [ -z "$jdk_found" ]; then
      echo "No JDK $jdk_wanted or newer found: install one (Debian: apt install openjdk-$jdk_wanted-jdk, macOS: brew install openjdk@$jdk_wanted, SDKMAN: sdk install java $jdk_wanted-tem) or set JAVA_HOME." >&2
      exit 1
    fi
    JAVA_HOME=$jdk_found
  fi
fi
export JAVA_HOME
