package io.kolumn.state.security;

import java.util.HashMap;
import java.util.Map;

/** As {@link TlsAccessProfile}, where people may make personal tokens. */
public final class TlsTokensProfile extends TlsAccessProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> config = new HashMap<>(super.getConfigOverrides());
        config.put("kolumn.state.access.personal-tokens", "user:ada");
        return config;
    }
}
