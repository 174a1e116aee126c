package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor.Version;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries that strangers' bytes go through first are never older than the version that mended their known vulnerabilities. */
class DependencyVersionsTest {

    private static final Pattern VERSION = Pattern.compile("-(\\d+(?:\\.\\d+)*)(?:\\.Final)?\\.jar$");

    @ParameterizedTest
    @CsvSource({
        "io.netty.util.Version,                                 4.1.138",
        "io.netty.buffer.ByteBuf,                               4.1.138",
        "io.netty.channel.Channel,                              4.1.138",
        "io.netty.handler.codec.compression.ZlibCodecFactory,   4.1.138",
        "io.netty.handler.codec.http.HttpObjectDecoder,         4.1.138",
        "io.netty.handler.codec.http2.Http2FrameReader,         4.1.138",
        "io.netty.handler.ssl.SslHandler,                       4.1.138",
        "io.netty.handler.proxy.ProxyHandler,                   4.1.138",
        "io.netty.handler.codec.haproxy.HAProxyMessageDecoder,  4.1.138",
        "io.netty.resolver.dns.DnsNameResolver,                 4.1.138",
        "io.vertx.core.Vertx,                                   4.5.34",
        "io.vertx.ext.web.Router,                               4.5.32",
        "io.vertx.ext.auth.User,                                4.5.32",
        "org.postgresql.Driver,                                 42.7.12",
    })
    void aLibraryIsNotOlderThanItsFixes(String type, String floor) throws Exception {
        assertThat(Version.parse(versionOf(type)))
                .as("the version of the jar of %s; pom.xml pins it, since Quarkus's BOM is behind", type)
                .isGreaterThanOrEqualTo(Version.parse(floor));
    }

    private static String versionOf(String type) throws ClassNotFoundException, URISyntaxException {
        var source = Class.forName(type, false, DependencyVersionsTest.class.getClassLoader())
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        String file = Path.of(source.toURI()).getFileName().toString();
        var version = VERSION.matcher(file);
        assertThat(version.find()).as("a version in the name of %s", file).isTrue();
        return version.group(1);
    }
}
