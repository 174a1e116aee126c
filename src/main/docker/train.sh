#!/bin/sh
# Runs the service of this folder once, on a free port of loopback and on local files that go again, asks it what its clients ask,
# and has the JVM write what it loaded and learned into app.aot when it ends. JAVA names the JVM, if it is not the `java` on the PATH: the
# cache fits that one only. The whole path of the jar: trained with another, the cache serves only this folder.
set -eu
java=${JAVA:-java}
folder=$(mktemp -d)
service=
end() {
  [ -z "$service" ] || kill -KILL "$service" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 1' HUP INT TERM
fail() {
  echo "train.sh: $1" >&2
  cat "$folder/log" >&2
  exit 1
}
ask() { "$java" -XX:TieredStopAtLevel=1 -jar "$PWD/quarkus-run.jar" "$@" >>"$folder/log" 2>&1 || fail "'$1' failed"; }

# `serve` by its name, so that what reads commands is in the cache, too: the same file serves them.
# With the profiles of the run: a service that is asked a few times a second would not become warm for minutes.
"$java" -XX:AOTCacheOutput=app.aot \
  -Dkolumn.state.backend=local -Dkolumn.state.local.path="$folder/states.klstate" \
  -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 -jar "$PWD/quarkus-run.jar" serve >"$folder/log" 2>&1 &
service=$!
waited=0
url=
while [ -z "$url" ]; do
  waited=$((waited + 1))
  if [ "$waited" -gt 300 ] || ! kill -0 "$service" 2>/dev/null; then fail "the service did not start"; fi
  sleep 0.2
  url=$(sed -n 's,.*Listening on: \(http://127\.0\.0\.1:[0-9]*\).*,\1,p' "$folder/log")
done

# The commands first: the first request takes a long way that later ones do not.
for serial in 1 2; do
  ask health --ready --server "$url"
  printf '{"version": 4, "serial": %s, "lineage": "training", "outputs": {}, "resources": []}' "$serial" >"$folder/state"
  ask put training "$folder/state" --server "$url"
  ask get training --server "$url"
done
ask history training --server "$url"
ask ls --server "$url"

"$java" -XX:TieredStopAtLevel=1 -cp "$(echo "$PWD"/app/*.jar)" io.kolumn.state.server.TrainingLoad "$url" "${RUNS:-2000}" \
  >>"$folder/log" 2>&1 || fail "the load failed"

kill -TERM "$service"
wait "$service" || [ $? -eq 143 ] || fail "the service did not end as it should"
service=
[ -s app.aot ] || fail "the JVM wrote no app.aot"
