package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

    private final Hosts near = new Hosts(Set.of(), false, true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "localhost.",
                "127.0.0.1",
                "127.8.9.10",
                "[::1]",
                "::1",
                "[0:0:0:0:0:0:0:1]",
                "[0000::0001]",
                "[::ffff:127.0.0.1]"
            })
    void thisMachineIsServedByEachOfItsNames(String host) {
        assertThat(near.served(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "attacker.example",
                "localhost.attacker.example",
                "attacker.localhost.example",
                "127.0.0.1.nip.io",
                "localhost..",
                "xlocalhost",
                "10.0.0.7",
                "0.0.0.0",
                "[::]",
                "[fd00::7]",
                "[::1%25eth0]",
                "[",
                "[]",
                "[::1",
                "127.0.0.1:80",
                "2130706433.example",
                "1270.0.0.1",
                "loc%61lhost"
            })
    void anyOtherNameIsNot(String host) {
        assertThat(near.served(host)).isFalse();
    }

    @Test
    void namesOfTheConfigurationAreServedInEachOfTheirFormsAndOthersAreNot() {
        for (boolean proven : new boolean[] {false, true}) {
            Hosts named = new Hosts(Set.of("State.example.org", "[FD00::7]", "10.0.0.7"), proven, false);

            assertThat(named.served("state.example.org.")).isTrue();
            assertThat(named.served("[fd00:0:0:0:0:0:0:7]")).isTrue();
            assertThat(named.served("10.0.0.7")).isTrue();
            assertThat(named.served("localhost")).isTrue();
            assertThat(named.served("other.example.org")).isFalse();
            assertThat(named.served("10.0.0.8")).isFalse();
        }
    }

    /** Nobody can make a name resolve to an address: the name of a page that was asked for by one is that address. */
    @Test
    void aServiceThatListensToOthersIsAskedForByAddressAndByNoMadeUpName() {
        Hosts wide = new Hosts(Set.of(), false, false);

        assertThat(wide.served("10.0.0.7")).isTrue();
        assertThat(wide.served("[fd00::7]")).isTrue();
        assertThat(wide.served("attacker.example")).isFalse();
    }
}
