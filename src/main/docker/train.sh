#!/bin/sh
# Runs the service of this folder once, on loopback and in memory, and has the JVM write what it loaded into app.aot when it
# ends. Used while an image is built. The whole path of the jar: trained with another, the cache serves only this folder.
set -eu
java -XX:AOTCacheOutput=app.aot -Dkolumn.state.backend=memory -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=18080 \
  -jar "$PWD/quarkus-run.jar" >training.log 2>&1 &
service=$!
waited=0
until grep -q 'Listening on' training.log; do
  waited=$((waited + 1))
  if [ "$waited" -gt 300 ] || ! kill -0 "$service" 2>/dev/null; then
    cat training.log >&2
    exit 1
  fi
  sleep 0.2
done
kill -TERM "$service"
wait "$service" || [ $? -eq 143 ]
rm training.log
[ -s app.aot ]
