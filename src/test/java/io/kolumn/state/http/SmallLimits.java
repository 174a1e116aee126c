package io.kolumn.state.http;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A service with little memory, where no lock may be broken by force. */
public final class SmallLimits implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "kolumn.state.max-document-size", "1M",
                "kolumn.state.max-in-flight", "2M",
                "kolumn.state.max-in-flight-share", "100",
                "kolumn.state.lock.force-unlock", "false",
                "kolumn.state.log.refusals", "5");
    }
}
