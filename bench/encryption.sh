#!/usr/bin/env bash
# GET and PUT with and without encryption, and with gzip before it: services on local files that differ in nothing else, in turn,
# in one run: medians and processor time of a request, and their ratios to the service without encryption. Once without the cache of contents and once with it.
# Usage: [SLICE=2] [ROUNDS=5] [SIZES=1,1024] [CACHES='0 64M'] [JVM='-Xmx256m'] bench/encryption.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh

need_app
find_java
place=$(mktemp -d -p "${TMPDIR:-target}")
trap 'clean_up "$place"' EXIT
machine

read -ra jvm <<<"${JVM:--Xmx256m}"
keys="bench=$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
echo "| what | service | median | of without | processor time of the service | of without |"
echo "|---|---|---|---|---|---|"
for cache in ${CACHES:-0 64M}; do
  services=()
  for variant in without encrypted gzip; do
    on=(-Dkolumn.state.encryption.key-provider=local)
    [[ $variant == gzip ]] && on+=(-Dkolumn.state.encryption.compression=gzip)
    mkdir -p "$place/$variant-$cache"
    if [[ $variant == without ]]; then
      on=()
      unset KOLUMN_STATE_ENCRYPTION_LOCAL_KEYS
    else
      export KOLUMN_STATE_ENCRYPTION_LOCAL_KEYS=$keys
    fi
    start_service local "$place/$variant-$cache" "${jvm[@]}" -Dkolumn.state.cache.size="$cache" "${on[@]}"
    services+=("$variant=$pid@$url")
  done
  "$java" -Xmx512m bench/src/io/kolumn/state/EncryptionBenchmark.java "${SLICE:-2}" "${ROUNDS:-5}" "${SIZES:-1,1024}" \
    "$([[ $cache == 0 ]] && echo "no cache" || echo cache)" "${services[@]}"
  for process in "${started[@]}"; do stop "$process"; done
  started=()
done
