package io.kolumn.state.security;

import java.util.HashMap;
import java.util.Map;

/** As {@link AccessProfile}, where people may make personal tokens. */
public final class TokensProfile extends AccessProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> config = new HashMap<>(super.getConfigOverrides());
        config.put("kolumn.state.access.personal-tokens", "user:**, issuer:test");
        config.put("kolumn.state.access.personal-tokens-max-age", "30d");
        return config;
    }
}
