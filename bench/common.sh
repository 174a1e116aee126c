# Sourced by the scripts here, from the project's folder: what they share. Everything is on 127.0.0.1 and in folders of
# its own, and only processes that were started here are ended, by their ids.

app=target/quarkus-app
started=()

fail() {
  echo "$0: $1" >&2
  exit 1
}

need() {
  command -v "$1" >/dev/null || fail "$1 is missing (Debian: apt install $2)"
}

# Sets `java`.
find_java() {
  java=$(
    . .mvn/jdk.sh
    printf %s "$JAVA_HOME/bin/java"
  )
}

need_app() {
  [[ -f $app/quarkus-run.jar ]] || fail "build the service first: ./mvnw package -DskipTests"
}

# Starts the service on a free port with the backend $1, its data in the folder $2 and the JVM's options behind them;
# sets `pid` and `url`. The log is $2/service.log.
start_service() {
  local backend=$1 folder=$2
  shift 2
  rm -f "$folder/service.log" # that of a service before it would name another port
  "$java" "$@" -Dquarkus.http.port=0 -Dkolumn.state.backend="$backend" -Dkolumn.state.local.path="$folder/data/kolumn.klstate" \
    -jar "$app/quarkus-run.jar" >"$folder/service.log" 2>&1 &
  pid=$!
  started+=("$pid")
  local waited
  for ((waited = 0; waited < 300; waited++)); do
    url=$(grep -soE -m1 'Listening on: http://127\.0\.0\.1:[0-9]+' "$folder/service.log" | sed 's/.*on: //') || true
    [[ -z $url ]] || return 0
    kill -0 "$pid" 2>/dev/null || fail "the service did not start: $(tail -5 "$folder/service.log")"
    sleep 0.1
  done
  fail "the service did not start within 30 s: $(tail -5 "$folder/service.log")"
}

stop() {
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# Ends what was started and removes the folder $1; for a trap.
clean_up() {
  local process
  for process in "${started[@]}"; do stop "$process"; done
  rm -rf "$1"
}

machine() {
  local cpu
  cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
  echo "$(date +%F), $(nproc) cores (${cpu:-unknown}), load $(cut -d' ' -f1 /proc/loadavg), $("$java" -version 2>&1 | sed -n 2p)"
}

# The median of the numbers that come in, one a line.
median() {
  sort -g | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}
