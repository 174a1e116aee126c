package io.kolumn.state.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The files of a certificate for trials, and when they are made anew. */
class DevCertificateTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1", "build-7.example.org");

    @TempDir
    Path folder;

    private boolean prepare(Instant now, List<String> hosts) throws IOException {
        DevCertificate certificate = certificate();
        TrustBundle authorities = new TrustBundle(certificate.bundle(), Map.of(), List.of());
        return certificate.prepare(Clock.fixed(now, ZoneOffset.UTC), authorities, hosts);
    }

    private DevCertificate certificate() {
        return new DevCertificate(folder.resolve("a/b"));
    }

    private X509Certificate read() throws Exception {
        try (var in = Files.newInputStream(certificate().certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    @Test
    void itIsForThisMachineAndIsNoAuthority() throws Exception {
        assertThat(prepare(NOW, HOSTS)).isTrue();

        X509Certificate made = read();
        made.verify(made.getPublicKey());
        assertThat(SelfSigned.hosts(made)).isEqualTo(HOSTS);
        assertThat(made.getSubjectAlternativeNames().stream().map(name -> name.get(0)))
                .asList()
                .containsExactly(2, 7, 7, 2);
        assertThat(made.getBasicConstraints()).isEqualTo(-1);
        assertThat(made.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(made.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(made.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(made.getVersion()).isEqualTo(3);
        assertThat(made.getSerialNumber().signum()).isPositive();
        assertThat(made.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
        assertThat(made.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(180)));
    }

    @Test
    void itIsKeptFromStartToStart() throws Exception {
        prepare(NOW, HOSTS);
        X509Certificate first = read();

        assertThat(prepare(NOW.plus(Duration.ofDays(172)), HOSTS)).isFalse();
        assertThat(read()).isEqualTo(first);
    }

    @Test
    void itIsMadeAnewBeforeItExpiresAndForAnotherMachine() throws Exception {
        prepare(NOW, HOSTS);
        X509Certificate first = read();

        assertThat(prepare(NOW.plus(Duration.ofDays(174)), HOSTS)).isTrue();
        X509Certificate second = read();
        assertThat(second.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
        assertThat(prepare(NOW.plus(Duration.ofDays(174)), HOSTS.subList(0, 3))).isTrue();
        assertThat(SelfSigned.hosts(read())).isEqualTo(HOSTS.subList(0, 3));
        assertThat(prepare(NOW, HOSTS.subList(0, 3))).as("before it is valid").isTrue();
    }

    @Test
    void damagedFilesAndForeignKeysAreMadeAnew() throws Exception {
        prepare(NOW, HOSTS);
        String key = Files.readString(certificate().key());
        Files.writeString(certificate().key(), "");
        assertThat(prepare(NOW, HOSTS)).isTrue();

        Files.writeString(certificate().key(), key);
        assertThat(prepare(NOW, HOSTS)).as("the key of an earlier one").isTrue();

        Files.writeString(
                certificate().certificate(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThat(prepare(NOW, HOSTS)).isTrue();
        Files.delete(certificate().certificate());
        assertThat(prepare(NOW, HOSTS)).isTrue();
        assertThat(prepare(NOW, HOSTS)).isFalse();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
    void onlyItsOwnerMayReadTheKey() throws Exception {
        prepare(NOW, HOSTS);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(certificate().key())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(certificate().folder())))
                .isEqualTo("rwx------");

        Files.setPosixFilePermissions(certificate().key(), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(prepare(NOW, HOSTS)).as("others could read it").isTrue();
        try (var files = Files.list(certificate().folder())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("cert.pem", "key.pem", "bundle.pem", "lock");
        }
    }

    @Test
    void theBundleHasTheAuthoritiesOfTheSystemToo() throws Exception {
        prepare(NOW, HOSTS);
        String own = Files.readString(certificate().certificate());
        Path system = Files.writeString(folder.resolve("system.pem"), "of the system");
        Path company = Files.writeString(folder.resolve("company.pem"), "of the company\n");
        List<String> places = List.of(folder.resolve("none.pem").toString(), system.toString());
        Path bundle = certificate().bundle();

        assertThat(Files.readString(bundle)).as("of a system without a file").isEqualTo(own);
        assertThat(new TrustBundle(bundle, Map.of(), places).with(own))
                .isEqualTo("# The authorities of " + system + "\nof the system\n" + own);
        Files.writeString(
                bundle, new TrustBundle(bundle, Map.of("SSL_CERT_FILE", company.toString()), places).with(own));
        assertThat(bundle).content().contains("of the company\n" + own).doesNotContain("of the system");
        assertThat(new TrustBundle(bundle, Map.of("SSL_CERT_FILE", bundle.toString()), places).with(own))
                .as("in the shell that trusts the bundle already")
                .isEqualTo(Files.readString(bundle));
    }

    @Test
    void namesThatNoCertificateCanHaveAreLeftOut() throws Exception {
        assertThat(MachineNames.with("Build-7")).containsExactly("localhost", "127.0.0.1", "::1", "build-7");
        assertThat(MachineNames.with("my_machine")).hasSize(3);
        assertThat(MachineNames.with("10.1.2.3")).hasSize(3);
        assertThat(MachineNames.with("localhost")).hasSize(3);
        assertThat(MachineNames.with("")).hasSize(3);
        assertThat(MachineNames.all()).startsWith("localhost", "127.0.0.1", "::1");
        assertThat(MachineNames.canonical(InetAddress.getByName("::1").getHostAddress()))
                .isEqualTo("::1");
    }

    @Test
    void theFolderIsThatOfTheUser() {
        assertThat(UserFolder.of(Map.of(), "Linux", "/home/ada"))
                .isEqualTo(Path.of("/home/ada/.local/share/kolumn-state"));
        assertThat(UserFolder.of(Map.of("XDG_DATA_HOME", "/data"), "Linux", "/home/ada"))
                .isEqualTo(Path.of("/data/kolumn-state"));
        assertThat(UserFolder.of(Map.of("XDG_DATA_HOME", "data"), "Linux", "/home/ada"))
                .isEqualTo(Path.of("/home/ada/.local/share/kolumn-state"));
        assertThat(UserFolder.of(Map.of("HOME", "/home/ada"), "Linux", "?"))
                .isEqualTo(Path.of("/home/ada/.local/share/kolumn-state"));
        assertThat(UserFolder.of(Map.of(), "Mac OS X", "/Users/ada"))
                .isEqualTo(Path.of("/Users/ada/Library/Application Support/kolumn-state"));
        assertThat(UserFolder.of(Map.of("LOCALAPPDATA", "/local"), "Windows 11", "/ada"))
                .isEqualTo(Path.of("/local/kolumn-state"));
    }
}
