#!/usr/bin/env bash
# GET through the service beside nginx serving the same bytes, in turn, in one run: requests a second and their ratio.
# Usage: [SECONDS_EACH=3] [ROUNDS=3] [JVM='-Xmx512m'] bench/http.sh [local|memory]
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need wrk wrk
need curl curl
command -v nginx >/dev/null || PATH=$PATH:/usr/sbin
need nginx nginx
need_app
find_java
place=$(mktemp -d)
chmod 755 "$place"
trap 'clean_up "$place"' EXIT
machine

read -ra jvm <<<"${JVM:-}"
start_service "${1:-local}" "$place" "${jvm[@]}"
# A port of nginx's own on which nobody listens.
port=$((20000 + RANDOM % 10000))
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
mkdir "$place/www" "$place/tmp"
cat >"$place/nginx.conf" <<CONF
worker_processes 2; daemon off; master_process on; pid $place/nginx.pid; error_log $place/error.log;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path $place/tmp/a; proxy_temp_path $place/tmp/b; fastcgi_temp_path $place/tmp/c;
  uwsgi_temp_path $place/tmp/d; scgi_temp_path $place/tmp/e;
  server { listen 127.0.0.1:$port; root $place/www; } }
CONF
[[ $EUID -eq 0 ]] && sed -i '1i user root;' "$place/nginx.conf"
nginx -c "$place/nginx.conf" 2>"$place/nginx.log" &
started+=("$!")

before='{"version":4,"serial":1,"lineage":"bench","resources":[],"outputs":{"pad":{"value":"'
behind='","type":"string"}}}'
for kib in 1 100 1024; do
  pad=$(head -c $((kib * 1024 - ${#before} - ${#behind})) /dev/zero | tr '\0' x)
  printf '%s%s%s' "$before" "$pad" "$behind" >"$place/www/$kib"
  curl -sf -m 30 -X PUT -H 'Content-Type: application/json' --data-binary "@$place/www/$kib" \
    "$url/v1/states/bench/$kib" >/dev/null || fail "the service did not take $kib KiB"
  for address in "$url/terraform/bench/$kib" "http://127.0.0.1:$port/$kib"; do
    curl -sf -m 30 --retry 5 --retry-delay 1 --retry-connrefused "$address" | cmp - "$place/www/$kib" || fail "$address: other bytes"
  done
done

# Requests a second of $1 with $2 connections.
rate() {
  wrk -t 1 -c "$2" -d "${SECONDS_EACH:-3}" "$1" | awk '/Requests\/sec/ { print $2 }
    /Non-2xx|Socket errors/ { print > "/dev/stderr" }'
}

echo "| size | connections | ours/s | nginx/s | ratio |"
echo "|---|---|---|---|---|"
for kib in 1 100 1024; do
  for connections in 1 64; do
    ours=() other=()
    rate "$url/terraform/bench/$kib" "$connections" >/dev/null # warm-up
    for ((round = 0; round < ${ROUNDS:-3}; round++)); do
      ours+=("$(rate "$url/terraform/bench/$kib" "$connections")")
      other+=("$(rate "http://127.0.0.1:$port/$kib" "$connections")")
    done
    a=$(printf '%s\n' "${ours[@]}" | median)
    b=$(printf '%s\n' "${other[@]}" | median)
    awk -v s="$kib" -v c="$connections" -v a="$a" -v b="$b" \
      'BEGIN { printf "| %d KiB | %d | %.0f | %.0f | %.2f |\n", s, c, a, b, a / b }'
  done
done
