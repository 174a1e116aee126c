package io.kolumn.state.tfe;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A service behind a proxy that takes states at addresses of their own. */
public class TwoPhaseProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "kolumn.state.workspaces.upload", "two-phase",
                "quarkus.http.proxy.proxy-address-forwarding", "true",
                "quarkus.http.proxy.enable-forwarded-host", "true",
                "quarkus.http.proxy.trusted-proxies", "127.0.0.1");
    }
}
