#!/usr/bin/env bash
# Quarkus REST 3.32.1: a MessageBodyWriter of an application's own type is used for a method that returns RestResponse<T> and
# names one media type in @Produces. With a second media type it is not: the client gets 200 with the text of toString(). The
# handler for several media types looks for a writer of RestResponse, and not of what is in it. With a plain T as return type,
# or jakarta's Response, both work.
# Exits 0 as long as that is so. Needs mvn, curl, python3 and a JDK of 17 or later; listens on loopback.
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
cat > src/main/java/f/Bell.java <<'JAVA'
package f;

public class Bell {
    @Override
    public String toString() {
        return "an object";
    }
}
JAVA
cat > src/main/java/f/BellWriter.java <<'JAVA'
package f;

import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

@Provider
@Produces("text/plain")
public class BellWriter implements MessageBodyWriter<Bell> {
    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Bell.class;
    }

    @Override
    public void writeTo(Bell bell, Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType,
            MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
        out.write("written".getBytes());
    }
}
JAVA
cat > src/main/java/f/Bells.java <<'JAVA'
package f;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/")
public class Bells {
    @GET
    @Path("rest-response-one")
    @Produces("text/plain")
    public RestResponse<Bell> one() {
        return RestResponse.ok(new Bell());
    }

    @GET
    @Path("rest-response-two")
    @Produces({"text/plain", "text/html"})
    public RestResponse<Bell> two() {
        return RestResponse.ok(new Bell());
    }

    @GET
    @Path("response-two")
    @Produces({"text/plain", "text/html"})
    public Response response() {
        return Response.ok(new Bell()).build();
    }

    @GET
    @Path("plain-two")
    @Produces({"text/plain", "text/html"})
    public Bell plain() {
        return new Bell();
    }
}
JAVA
mvn -q -B package
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port="$port" -jar target/quarkus-app/quarkus-run.jar > log 2>&1 &
service=$!
for _ in $(seq 300); do
  if grep -q 'Listening on' log || ! kill -0 "$service" 2>/dev/null; then break; fi
  sleep 0.1
done
echo "Quarkus REST $version"
seen=
for path in rest-response-one rest-response-two response-two plain-two; do
  answer=$(curl -s -H 'Accept: text/plain' -w ' %{http_code}' "http://127.0.0.1:$port/$path")
  echo "$path: $answer"
  seen+="$answer; "
done
[[ $seen == "written 200; an object 200; written 200; written 200; " ]]
