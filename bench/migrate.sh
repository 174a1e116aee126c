#!/usr/bin/env bash
# A migration from local files to PostgreSQL beside a bare copy of the same documents: see MigrateBenchmark and README.md. Then how
# long `ls` takes from the shell. Starts a server of its own, of the binaries that pg_config names (Debian: apt install
# postgresql), on loopback, with fsync on; what it makes goes again.
# Usage: [ROUNDS=3] [THREADS=8] [LOCKING=true] [CASES="10000:2000 100:10000000"] bench/migrate.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need_app
find_java
need pg_config postgresql
bin=$(pg_config --bindir)
[[ -x $bin/initdb ]] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[[ -x $bin/initdb ]] || fail "initdb is missing (Debian: apt install postgresql)"

place=$(mktemp -d /tmp/migrate-benchmark-XXXXXX)
work=$(mktemp -d)
as=()
if ((EUID == 0)); then # the server refuses root
  chown postgres "$place"
  as=(runuser -u postgres --)
fi
end() {
  "${as[@]}" "$bin/pg_ctl" -D "$place/data" -m fast stop >/dev/null 2>&1 || true
  rm -rf "$place" "$work"
}
trap end EXIT

port=$((20000 + RANDOM % 20000))
"${as[@]}" "$bin/initdb" -D "$place/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" start \
  -o "-p $port -k $place -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=8GB ${SERVER:-}" >/dev/null
machine
"$bin/postgres" --version
timeout "${LIMIT:-1500}" "$java" -Xmx1g -cp "$app/app/*:$app/lib/main/*:$app/lib/boot/*" \
  bench/src/io/kolumn/state/MigrateBenchmark.java "$work" "$port" "${THREADS:-8}" "${ROUNDS:-3}" "${LOCKING:-true}" \
  ${CASES:-10000:2000 100:10000000}

echo "ls from the shell, on a local store of one state: five runs in seconds, their median last"
printf '{"version": 4, "serial": 1, "lineage": "bench", "outputs": {}, "resources": []}' |
  "$java" -jar "$PWD/$app/quarkus-run.jar" put one - --backend local --set path="$work/ls/k.klstate" >/dev/null
short="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
ways=("" "$short")
if [[ -s $app/app.aot ]]; then
  cache="-XX:AOTCache=$PWD/$app/app.aot"
  ways+=("$cache" "$cache $short")
fi
for options in "${ways[@]}"; do
  for run in 1 2 3 4 5; do
    start=$(date +%s%N)
    "$java" $options -jar "$PWD/$app/quarkus-run.jar" ls --backend local --set path="$work/ls/k.klstate" >/dev/null
    echo "$(($(date +%s%N) - start))"
  done | awk '{ print $1 / 1e9 }' | tee "$work/times" | tr '\n' ' '
  echo "| $(median <"$work/times")  ${options:-without options}"
done
