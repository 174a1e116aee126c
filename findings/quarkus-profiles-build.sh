#!/usr/bin/env bash
# Quarkus 3.32.1: tests with a @TestProfile build the application once for each profile, also where a profile sets nothing but
# run-time keys, which need no other build. That holds for @QuarkusIntegrationTest too, although it starts the package: the build
# looks for dev services, and this one has them switched off. So a key costs a build in tests, and a second start in production.
# What is counted: how often a JVM of the tests loads the class that builds, which each build does in a class loader of its own.
# With three profiles: 3 times for @QuarkusTest, 6 times for @QuarkusIntegrationTest.
# Exits 0 as long as that is so. Needs mvn and a JDK of 17 or later.
set -euo pipefail
version=3.32.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencyManagement><dependencies><dependency><groupId>io.quarkus.platform</groupId><artifactId>quarkus-bom</artifactId><version>$version</version><type>pom</type>
<scope>import</scope></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-rest</artifactId></dependency>
<dependency><groupId>io.quarkus</groupId><artifactId>quarkus-junit</artifactId><scope>test</scope></dependency></dependencies>
<build><plugins><plugin><groupId>io.quarkus.platform</groupId><artifactId>quarkus-maven-plugin</artifactId><version>$version</version>
<executions><execution><goals><goal>build</goal><goal>generate-code-tests</goal></goals></execution></executions></plugin>
<plugin><artifactId>maven-compiler-plugin</artifactId><version>3.15.0</version></plugin>
<plugin><artifactId>maven-surefire-plugin</artifactId><version>3.5.5</version><configuration><argLine>@{argLine} -Xlog:class+load:file=$folder/tests.log</argLine>
<systemPropertyVariables><java.util.logging.manager>org.jboss.logmanager.LogManager</java.util.logging.manager></systemPropertyVariables></configuration></plugin>
<plugin><artifactId>maven-failsafe-plugin</artifactId><version>3.5.5</version><configuration><argLine>@{argLine} -Xlog:class+load:file=$folder/its.log</argLine>
<systemPropertyVariables><java.util.logging.manager>org.jboss.logmanager.LogManager</java.util.logging.manager></systemPropertyVariables></configuration>
<executions><execution><goals><goal>integration-test</goal><goal>verify</goal></goals></execution></executions></plugin></plugins></build></project>
POM
mkdir -p src/main/java/f src/main/resources src/test/java/f
cat > src/main/resources/application.properties <<'KEYS'
quarkus.devservices.enabled=false
quarkus.http.test-port=0
KEYS
cat > src/main/java/f/Hello.java <<'JAVA'
package f;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("/")
public class Hello {
    @GET
    public String hello() {
        return "hello";
    }
}
JAVA
for timeout in 10 20 30; do
  cat > "src/test/java/f/After$timeout.java" <<JAVA
package f;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

public class After$timeout implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("quarkus.http.idle-timeout", "${timeout}M");
    }
}
JAVA
  for kind in QuarkusTest:Test QuarkusIntegrationTest:IT; do
    cat > "src/test/java/f/Hello$timeout${kind#*:}.java" <<JAVA
package f;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.${kind%:*};
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

@${kind%:*}
@TestProfile(After$timeout.class)
class Hello$timeout${kind#*:} {
    @TestHTTPResource
    URI server;

    @Test
    void hello() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server).build();
        assertEquals("hello", HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    }
}
JAVA
  done
done
mvn -q -B verify -DargLine= > log 2>&1 || { tail -40 log; exit 1; }
echo "Quarkus $version, three profiles that set one run-time key"
tests=$(grep -c 'io.quarkus.runner.bootstrap.AugmentActionImpl source' tests.log)
its=$(grep -c 'io.quarkus.runner.bootstrap.AugmentActionImpl source' its.log)
echo "loaded in the JVM of @QuarkusTest: $tests times"
echo "loaded in the JVM of @QuarkusIntegrationTest: $its times"
[[ $tests == 3 && $its == 6 ]]
