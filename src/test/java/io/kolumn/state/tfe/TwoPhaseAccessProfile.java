package io.kolumn.state.tfe;

import io.kolumn.state.security.AccessProfile;
import java.util.HashMap;
import java.util.Map;

/** A service that takes states at addresses of their own, and asks callers to prove who they are. */
public class TwoPhaseAccessProfile extends AccessProfile {

    static final String PUBLIC = "https://state.example.org:8443";

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> all = new HashMap<>(super.getConfigOverrides());
        all.put("kolumn.state.workspaces.upload", "two-phase");
        all.put("kolumn.state.http.public-url", PUBLIC);
        return all;
    }
}
