package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages of a service whose callers sign in, as a browser asks for them. */
abstract class SignedIn {

    private static final Pattern PROOF = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

    @TestHTTPResource
    URI server;

    /** The token that writes states. */
    abstract String writer();

    Answer get(String path, String cookie) {
        return Wire.to(server).request("GET", path).header("Cookie", cookie).send();
    }

    Answer post(String path, String cookie, String body) {
        return Wire.to(server)
                .request("POST", path)
                .header("Cookie", cookie)
                .header("Content-Type", Form.TYPE)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    /** What a form of this page must send, so that it is one of this service. */
    static String proof(Answer page) {
        Matcher proof = PROOF.matcher(page.text());
        assertThat(proof.find()).as(page.text()).isTrue();
        return proof.group(1);
    }

    Answer signIn(String secret, String next) {
        String form = proof(Wire.to(server).get("/ui/sign-in"));
        return post(
                "/ui/sign-in?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8),
                "x=y",
                "form=" + form + "&secret=" + secret);
    }

    String session(String secret) {
        return cookie(signIn(secret, "/ui"));
    }

    static String cookie(Answer answer) {
        return String.valueOf(answer.header("Set-Cookie")).replaceFirst(";.*", "");
    }

    void put(String name, int serial) {
        Answer written = Wire.to(server)
                .request("PUT", "/v1/states/" + name)
                .header("Authorization", "Bearer " + writer())
                .json(Documents.network(serial, serial))
                .send();
        assertThat(written.status()).isIn(200, 201);
    }
}
