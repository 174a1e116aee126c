#!/usr/bin/env bash
# PUT, GET and LOCK through the service over S3, beside bare PUT and GET of the AWS SDK on the same bucket: see S3Benchmark and
# README.md. The store is the one that the environment names as for the tests (KOLUMN_TEST_S3_ENDPOINT, KOLUMN_TEST_S3_ACCESS_KEY,
# KOLUMN_TEST_S3_SECRET_KEY, KOLUMN_TEST_S3_REGION), else the embedded server of the tests; a bucket is made there and goes again.
# Usage: [SLICE=3] [ROUNDS=3] [LATENCY=0] [CASES="put:1024:8 ..."] bench/s3.sh [JVM options of the services...]
# LATENCY lets each request to the embedded server take so many milliseconds longer, as a store across a network would.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need_app
find_java
[[ -d target/test-classes && -f target/s3proxy.jar ]] || fail "build the tests too: ./mvnw test-compile"

work=$(mktemp -d)
trap 'clean_up "$work"' EXIT
libraries="target/test-classes:$app/app/*:$app/lib/main/*:$app/lib/boot/*"

mkfifo "$work/end"
"$java" -Xmx1g -cp "$libraries" bench/src/io/kolumn/state/S3BenchmarkStore.java "$work/environment" "${LATENCY:-0}" \
  <"$work/end" >"$work/store.log" 2>&1 &
store=$!
exec 9>"$work/end" # the store lasts as long as this is open
started+=("$store")
for ((waited = 0; waited < 600; waited++)); do
  [[ ! -f $work/environment ]] || break
  kill -0 "$store" 2>/dev/null || fail "the store did not start: $(tail -5 "$work/store.log")"
  sleep 0.1
done
set -a
. "$work/environment"
set +a

mkdir "$work/warm" "$work/cold"
options=(-Xmx1g -Dkolumn.state.max-in-flight=256M -Dkolumn.state.retention.sessions="${KEPT:-10}" "$@")
start_service s3 "$work/warm" "${options[@]}" 9>&- # else they would hold it open too
warm=$url
start_service s3 "$work/cold" "${options[@]}" -Dkolumn.state.cache.size=0 9>&-
curl -fsS -m 60 --retry 5 "$warm/q/health/ready" "$url/q/health/ready" >/dev/null
machine
echo "$KOLUMN_STATE_S3_ENDPOINT, ${LATENCY:-0} ms added to each request"
timeout "${LIMIT:-1500}" "$java" -Xmx512m -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
  -cp "$libraries" bench/src/io/kolumn/state/S3Benchmark.java "$warm" "$url" \
  "${SLICE:-3}" "${ROUNDS:-3}" ${CASES-}
exec 9>&- # a bucket that was made on another store goes with it
wait "$store" || true
