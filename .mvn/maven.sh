# Sourced by mvnw. Where the pinned Maven is not yet unpacked and an `mvn` is on the PATH, that mvn fetches
# it, from the repositories that it is configured for (behind a company's mirror nothing else may be reachable), into the
# very folder where mvnw looks for it. Where this fails, mvnw goes on with its own download.

# Puts Maven $1 into MAVEN_HOME, whole or not at all. A subshell: the trap and the folder are its own.
maven_fetch() (
  mkdir -p -- "${MAVEN_HOME%/*}" && maven_temp=$(mktemp -d "${MAVEN_HOME%/*}/.fetch.XXXXXX") || exit 1
  trap 'rm -rf -- "$maven_temp"' EXIT
  trap 'exit 1' HUP INT TERM
  cd "$maven_temp" || exit 1 # away from our pom.xml and .mvn, which may be too new for this mvn
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack \
    -Dartifact="org.apache.maven:apache-maven:$1:zip:bin" -DoutputDirectory=. </dev/null >mvn.log 2>&1 || exit 1
  [ -x "apache-maven-$1/bin/mvn" ] || exit 1
  printf %s\\n "$distributionUrl" >"apache-maven-$1/mvnw.url"
  [ -d "$MAVEN_HOME" ] || mv -- "apache-maven-$1" "$MAVEN_HOME"
)

maven_version=${distributionUrlNameMain#apache-maven-}
if [ ! -d "$MAVEN_HOME" ] && [ -z "${MVNW_REPOURL-}" ] && command -v mvn >/dev/null; then
  verbose "Fetching Maven $maven_version with $(command -v mvn)"
  maven_fetch "$maven_version" || echo "mvn could not fetch Maven $maven_version: trying $distributionUrl" >&2
fi
