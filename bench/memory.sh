#!/usr/bin/env bash
# Memory of the service: at rest after its start, with one document of 100 MB in 512 MB of heap, and with eight at once in 2 GB.
# Usage: [JVM='-XX:+UseSerialGC'] bench/memory.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need curl curl
need_app
find_java
place=$(mktemp -d)
trap 'clean_up "$place"' EXIT
machine
read -ra jvm <<<"${JVM:-}"

resident() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$pid/status"; }
peak() { awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$pid/status"; }

start_service local "$place" "${jvm[@]}"
sleep 12 # what the start took is given back every 5 s
curl -sf -m 10 "$url/q/health/ready" >/dev/null
echo "at rest: $(resident) MB resident"
stop "$pid"

pad=$(head -c 1000000 /dev/zero | tr '\0' x)
{
  printf '{"version":4,"serial":1,"lineage":"bench","outputs":{},"resources":["first"'
  for ((i = 0; i < 100; i++)); do printf ',"%s"' "$pad"; done
  printf ']}'
} >"$place/large"

# Stores the document as $1 and reads it back.
round_trip() {
  curl -sf -m 120 --retry 20 --retry-delay 1 -X PUT -H 'Content-Type: application/json' --data-binary "@$place/large" \
    "$url/v1/states/$1" >/dev/null && curl -sf -m 120 --retry 20 --retry-delay 1 "$url/v1/states/$1" | cmp - "$place/large"
}

start_service local "$place" "${jvm[@]}" -Xmx512m
round_trip one && echo "100 MB in 512 MB of heap: stored and read back, at most $(peak) MB resident"
stop "$pid"

start_service local "$place" "${jvm[@]}" -Xmx2g
clients=()
for ((i = 0; i < 8; i++)); do
  round_trip "many/$i" &
  clients+=("$!")
done
for client in "${clients[@]}"; do wait "$client" || fail "one of eight failed"; done
echo "eight of 100 MB at once in 2 GB of heap: stored and read back, at most $(peak) MB resident"
echo "refused with 503 on the way: $(curl -s -m 10 "$url/q/metrics" | awk '/^http_server_requests_seconds_count/ && /503/ { n += $NF } END { print n + 0 }')"
