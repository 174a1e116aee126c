package io.kolumn.state.security;

import io.kolumn.state.access.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Ways to prove to be somebody with a role, each by what it puts into {@code Authorization}. */
enum Credentialed {
    PASSWORD {
        @Override
        String header(String role, TestIssuer issuer) {
            return basic(role, PASSWORD_OF + role);
        }
    },
    TOKEN {
        @Override
        String header(String role, TestIssuer issuer) {
            return "Bearer " + TOKEN_OF + role;
        }
    },
    TOKEN_AS_PASSWORD {
        @Override
        String header(String role, TestIssuer issuer) {
            return basic("terraform", TOKEN_OF + role);
        }
    },
    JWT {
        @Override
        String header(String role, TestIssuer issuer) {
            return "Bearer " + jwt(role, issuer);
        }
    },
    JWT_AS_PASSWORD {
        @Override
        String header(String role, TestIssuer issuer) {
            return basic("jwt", jwt(role, issuer));
        }
    };

    static final List<String> ROLES = List.of("nothing", "reader", "planner", "writer", "operator", "admin");

    private static final String PASSWORD_OF = "a secret of ";
    static final String TOKEN_OF = "kst_0123456789abcdefghijklmnopqrstuvwxyz-";

    abstract String header(String role, TestIssuer issuer);

    static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String jwt(String role, TestIssuer issuer) {
        return issuer.token("subject of " + role, Instant.now().plusSeconds(600), Map.of("role", role));
    }

    /** The lines that make all of them known, each with its role on {@code team/**}. */
    static List<String> lines(TestIssuer issuer) {
        List<String> lines = new ArrayList<>(
                List.of("issuer.test.url=" + issuer.url(), "issuer.test.audience=" + TestIssuer.AUDIENCE));
        for (String role : ROLES) {
            lines.add("user." + role + ".hash=" + Hashes.password(PASSWORD_OF + role));
            lines.add("token." + role + ".hash=" + Hashes.token(TOKEN_OF + role));
            if (!role.equals("nothing")) {
                lines.add("policy." + role + ".subjects=user:" + role + ", token:" + role);
                lines.add("policy." + role + ".states=team/**");
                lines.add("policy." + role + ".roles=" + role);
                lines.add("policy.jwt-" + role + ".who=issuer:test");
                lines.add("policy.jwt-" + role + ".claims.role=" + role);
                lines.add("policy.jwt-" + role + ".states=team/**");
                lines.add("policy.jwt-" + role + ".roles=" + role);
            }
        }
        return lines;
    }
}
