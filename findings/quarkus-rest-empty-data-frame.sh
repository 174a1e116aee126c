#!/usr/bin/env bash
# Quarkus REST 3.32.1: over HTTP/2, a blocking method that reads its body as an InputStream finds the end of it at an empty DATA
# frame in the midst. RFC 9113, 6.1, gives an empty frame no meaning; END_STREAM alone ends a body. What follows is left out,
# without an error. A client that flushes with nothing to send makes such frames. Over HTTP/1.1 the body is whole.
# Exits 0 as long as that is so. Needs mvn, curl, python3 with venv and a JDK of 17 or later; listens on loopback.
set -euo pipefail
version=3.32.1
folder=$(mktemp -d)
service=
trap '[[ -z $service ]] || kill "$service" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencyManagement><dependencies><dependency><groupId>io.quarkus.platform</groupId><artifactId>quarkus-bom</artifactId><version>$version</version><type>pom</type>
<scope>import</scope></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-rest</artifactId></dependency></dependencies>
<build><plugins><plugin><groupId>io.quarkus.platform</groupId><artifactId>quarkus-maven-plugin</artifactId><version>$version</version>
<executions><execution><goals><goal>build</goal></goals></execution></executions></plugin></plugins></build></project>
POM
mkdir -p src/main/java/f
cat > src/main/java/f/Bodies.java <<'JAVA'
package f;

import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;

@Path("/")
public class Bodies {
    @PUT
    @Blocking
    public String length(InputStream body) throws IOException {
        return body.readAllBytes().length + " bytes";
    }
}
JAVA
mvn -q -B package
python3 -m venv venv
venv/bin/pip -q install h2==4.3.0
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port="$port" -jar target/quarkus-app/quarkus-run.jar > log 2>&1 &
service=$!
for _ in $(seq 300); do
  if grep -q 'Listening on' log || ! kill -0 "$service" 2>/dev/null; then break; fi
  sleep 0.1
done
echo "Quarkus REST $version, a body of 6 bytes"
cat > put.py <<'PYTHON'
import socket, sys
import h2.config, h2.connection, h2.events

pieces = sys.argv[2].split(",")
sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
link = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
link.initiate_connection()
link.send_headers(1, [(":method", "PUT"), (":path", "/"), (":scheme", "http"), (":authority", "localhost")])
sock.sendall(link.data_to_send())
for i, piece in enumerate(pieces):
    link.send_data(1, piece.encode(), end_stream=i == len(pieces) - 1)
sock.sendall(link.data_to_send())
answer = b""
while True:
    for event in link.receive_data(sock.recv(65536)):
        if isinstance(event, h2.events.DataReceived):
            answer += event.data
        if isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
            print(answer.decode())
            sys.exit()
    sock.sendall(link.data_to_send())
PYTHON
one=$(curl -s -X PUT --data abcdef "http://127.0.0.1:$port/")
whole=$(venv/bin/python put.py "$port" abc,def)
empty=$(venv/bin/python put.py "$port" abc,,def)
echo "HTTP/1.1: $one; HTTP/2, two frames: $whole; HTTP/2, two frames and an empty one between them: $empty"
[[ $one == "6 bytes" && $whole == "6 bytes" && $empty == "3 bytes" ]]
