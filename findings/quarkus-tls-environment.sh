#!/usr/bin/env bash
# Quarkus 3.32.1: quarkus.tls.key-store.pem.0.cert, as its guide writes it, cannot be given as QUARKUS_TLS_KEY_STORE_PEM_0_CERT. A number between
# single underscores is taken for an index of a list (pem[0].cert), so there is no certificate and no port with TLS; nothing says
# so. With another name (..._PEM_A_CERT), or with the number quoted (..._PEM__0__CERT), the same is found.
# Exits 0 as long as that is so. Needs mvn, openssl, curl, python3 and a JDK of 17 or later; listens on loopback.
set -euo pipefail
version=3.32.1
folder=$(mktemp -d)
service=
trap '[[ -z $service ]] || kill "$service" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencyManagement><dependencies><dependency><groupId>io.quarkus.platform</groupId><artifactId>quarkus-bom</artifactId><version>$version</version><type>pom</type>
<scope>import</scope></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-vertx-http</artifactId></dependency></dependencies>
<build><plugins><plugin><groupId>io.quarkus.platform</groupId><artifactId>quarkus-maven-plugin</artifactId><version>$version</version>
<executions><execution><goals><goal>build</goal></goals></execution></executions></plugin></plugins></build></project>
POM
mvn -q -B package
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.crt -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo "Quarkus $version"
seen=
for name in PEM_0 PEM_A PEM__0_; do
  env QUARKUS_HTTP_PORT=0 QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_SSL_PORT="$port" "QUARKUS_TLS_KEY_STORE_${name}_CERT=$folder/tls.crt" \
    "QUARKUS_TLS_KEY_STORE_${name}_KEY=$folder/tls.key" java -jar target/quarkus-app/quarkus-run.jar > log 2>&1 &
  service=$!
  for _ in $(seq 300); do
    if grep -q 'Listening on' log || ! kill -0 "$service" 2>/dev/null; then break; fi
    sleep 0.1
  done
  answer=$(curl -s --cacert tls.crt -o /dev/null -w '%{http_code}' "https://localhost:$port/" || true)
  echo "QUARKUS_TLS_KEY_STORE_${name}_CERT: https answers $answer; $(grep -o 'Listening on.*' log || true)"
  seen+="$answer "
  kill "$service"
  wait "$service" || true
  service=
done
[[ $seen == "000 404 404 " ]]
