#!/usr/bin/env bash
# What a proof and a policy of 1,000 rules cost: the same requests to a service that asks nobody and to one that asks for a
# token and judges by rules all of which are about its identity, in turn, in one run: requests a second and their ratio.
# Usage: [SECONDS_EACH=3] [ROUNDS=5] [JVM='-Xmx512m'] bench/access.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need wrk wrk
need openssl openssl
need_app
find_java
place=$(mktemp -d)
trap 'clean_up "$place"' EXIT
machine

token=kst_$(openssl rand -hex 32)
{
  echo "token.bench.hash=sha256:$(printf %s "$token" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=')"
  echo "token.bench.groups=all"
  for ((rule = 1; rule < 1000; rule++)); do
    printf 'policy.r%d.subjects=group:all\npolicy.r%d.states=team-%d/*/prod, other-%d/**\npolicy.r%d.roles=writer\n' \
      $rule $rule $rule $rule $rule
  done
  printf 'policy.z.subjects=token:bench\npolicy.z.states=bench/**\npolicy.z.roles=writer\n'
} >"$place/access.properties"

read -ra jvm <<<"${JVM:--Xmx1g}"
mkdir "$place/open" "$place/asking"
start_service memory "$place/open" "${jvm[@]}"
open=$url
start_service memory "$place/asking" "${jvm[@]}" -Dkolumn.state.access.file="$place/access.properties"
asking=$url

# Each thread of wrk writes a state of its own, each time with the next serial and other bytes.
cat >"$place/put.lua" <<'LUA'
local count = 0
function setup(thread) thread:set("id", count); count = count + 1 end
function init(args)
  size = tonumber(args[1]); serial = tonumber(args[2])
  pad = string.rep("x", math.max(0, size - 110))
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. args[3] }
end
function request()
  serial = serial + 1
  return wrk.format("PUT", "/v1/states/bench/put-" .. size .. "-" .. id, headers,
    '{"version":4,"serial":' .. serial .. ',"lineage":"bench","resources":[],"outputs":{"pad":{"value":"' .. pad .. '","type":"string"}}}')
end
function response(status) if status ~= 200 and status ~= 201 then bad = (bad or 0) + 1; io.stderr:write("status " .. status .. "\n") end end
LUA

serial=1
rate() {
  local kind=$1 url=$2 kib=$3
  if [[ $kind == GET ]]; then
    wrk -t 2 -c 8 -d "${SECONDS_EACH:-3}" -H "Authorization: Bearer $token" "$url/v1/states/bench/put-$((kib * 1024))-0"
  else
    wrk -t 4 -c 4 -d "${SECONDS_EACH:-3}" -s "$place/put.lua" "$url" -- $((kib * 1024)) $serial "$token"
  fi | awk '/Requests\/sec/ { print $2 } /Non-2xx|Socket errors/ { print > "/dev/stderr" }'
}

echo "| what | open/s | asking/s | ratio |"
echo "|---|---|---|---|"
for kib in 1 1024; do
  for kind in PUT GET; do
    ours=() other=()
    for url in "$open" "$asking"; do rate $kind "$url" $kib >/dev/null; done # warm-up
    for ((round = 0; round < ${ROUNDS:-5}; round++)); do
      serial=$((serial + 1000000)) # above all that the round before came to; here, since rate runs in a shell of its own
      other+=("$(rate $kind "$open" $kib)")
      ours+=("$(rate $kind "$asking" $kib)")
    done
    a=$(printf '%s\n' "${other[@]}" | median)
    b=$(printf '%s\n' "${ours[@]}" | median)
    awk -v k="$kind" -v s="$kib" -v a="$a" -v b="$b" 'BEGIN { printf "| %s %d KiB | %.0f | %.0f | %.3f |\n", k, s, a, b, b / a }'
  done
done
