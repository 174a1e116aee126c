#!/usr/bin/env bash
# PUT, GET and LOCK through the service over PostgreSQL, beside a bare JDBC loop on the same database: see PostgresBenchmark and
# README.md. Starts a server of its own, of the binaries that pg_config names (Debian: apt install postgresql), on loopback, with
# fsync on; what it makes goes again.
# Usage: [SLICE=3] [ROUNDS=3] [WARM=2] [FILL=10000] [CASES="put:1024:8 ..."] bench/postgres.sh [JVM options of the service...]
# FILL makes so many states with 50 versions of 1 KiB first: compare its figures with those of a run without.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need_app
find_java
need pg_config postgresql
bin=$(pg_config --bindir)
[[ -x $bin/initdb ]] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[[ -x $bin/initdb ]] || fail "initdb is missing (Debian: apt install postgresql)"

place=$(mktemp -d /tmp/postgres-benchmark-XXXXXX)
as=()
if ((EUID == 0)); then # the server refuses root
  chown postgres "$place"
  as=(runuser -u postgres --)
fi
end() {
  local process
  for process in "${started[@]}"; do stop "$process"; done
  "${as[@]}" "$bin/pg_ctl" -D "$place/data" -m fast stop >/dev/null 2>&1 || true
  rm -rf "$place" "$work"
}
work=$(mktemp -d)
trap end EXIT

port=$((20000 + RANDOM % 20000))
"${as[@]}" "$bin/initdb" -D "$place/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" start \
  -o "-p $port -k $place -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=8GB ${SERVER:-}" >/dev/null

start_service postgres "$work" -Xmx1g -Dkolumn.state.postgres.host=127.0.0.1 -Dkolumn.state.postgres.port="$port" \
  -Dkolumn.state.postgres.database=postgres -Dkolumn.state.postgres.username=postgres -Dkolumn.state.max-in-flight=256M \
  -Dkolumn.state.retention.sessions="${KEPT:-10}" -Dkolumn.state.postgres.max-conns=32 "$@"
machine
"$bin/postgres" --version
psql() { "$bin/psql" -q -h 127.0.0.1 -p "$port" -U postgres -At "$@"; }
curl -fsS -m 30 -o /dev/null "$url/q/health/ready" # makes the tables
if [[ -n ${FILL:-} ]]; then
  psql -c "INSERT INTO kolumn_state_versions SELECT 'fill/' || s, n, md5(s || '-' || n), 'TERRAFORM', false, n, 'lineage', repeat('0', 64),
      1024, now(), '', 'put', 0, convert_to((SELECT string_agg(md5(s || '.' || n || '.' || k), '') FROM generate_series(1, 32) k), 'UTF8')
      FROM generate_series(1, $FILL) s, generate_series(1, 50) n" \
    -c "INSERT INTO kolumn_state SELECT 'fill/' || s, md5(s || '-50'), 50, 50, 50, 0, 50, now() FROM generate_series(1, $FILL) s" \
    -c "VACUUM ANALYZE" -c CHECKPOINT # what was filled in is not to be written while others are measured
  echo "$FILL states with 50 versions of 1 KiB each beside those that are measured"
fi
timeout "${LIMIT:-1500}" "$java" -Xmx512m -cp "$app/app/*:$app/lib/main/*:$app/lib/boot/*" \
  bench/src/io/kolumn/state/PostgresBenchmark.java "$url" "jdbc:postgresql://127.0.0.1:$port/postgres?user=postgres" \
  "${SLICE:-3}" "${ROUNDS:-3}" ${CASES-}
echo "Tables and indexes:"
psql -c "SELECT relname, pg_size_pretty(pg_table_size(oid)), pg_size_pretty(pg_indexes_size(oid))
  FROM pg_class WHERE relkind = 'r' AND relname LIKE 'kolumn%' ORDER BY relname"
