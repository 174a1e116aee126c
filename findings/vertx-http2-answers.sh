#!/usr/bin/env bash
# Vert.x 4.5.25 (Netty 4.1.130): what a handler answers goes out differently by version of HTTP, where compression is switched on.
# 1. Content-Encoding: gzip means "is compressed" over HTTP/1.1 and "compress this" over HTTP/2: the body is compressed twice and says it once.
# 2. The body of an answer to HEAD is left out over HTTP/1.1 and sent over HTTP/2.
# Exits 0 as long as that is so. Needs mvn and a JDK of 17 or later; listens on loopback.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<dependencies><dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>4.5.25</version></dependency></dependencies></project>
POM
mvn -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Answers.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.*;
import java.io.*;
import java.util.concurrent.TimeUnit;
import java.util.zip.*;

public class Answers {
    public static void main(String[] args) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write("text ".repeat(1000).getBytes());
        }
        Buffer once = Buffer.buffer(out.toByteArray());
        Vertx vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                .requestHandler(request -> request.response().putHeader("Content-Encoding", "gzip").end(once))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        boolean same = true;
        for (HttpVersion version : new HttpVersion[] {HttpVersion.HTTP_1_1, HttpVersion.HTTP_2}) {
            HttpClient client = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(version)
                    .setHttp2ClearTextUpgrade(false).setDefaultHost("127.0.0.1").setDefaultPort(server.actualPort()));
            int[] lengths = new int[2];
            int layers = 0;
            for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
                byte[] body = client.request(method, "/")
                        .compose(request -> request.putHeader("Accept-Encoding", "gzip").send())
                        .compose(HttpClientResponse::body)
                        .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).getBytes();
                lengths[method == HttpMethod.GET ? 0 : 1] = body.length;
                while (method == HttpMethod.GET && body.length > 1 && body[0] == 0x1f && body[1] == (byte) 0x8b) {
                    body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
                    layers++;
                }
            }
            System.out.println(version + ": GET compressed " + layers + " times, HEAD answered with a body of " + lengths[1] + " bytes");
            same &= version == HttpVersion.HTTP_2 ? layers == 2 && lengths[1] > 0 : layers == 1 && lengths[1] == 0;
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        System.exit(same ? 0 : 1);
    }
}
JAVA
ls lib | grep -E '^(vertx-core|netty-codec-http2)'
java -cp 'lib/*' Answers.java && echo "As found." || { echo "No longer as found."; exit 1; }
