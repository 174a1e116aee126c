package io.kolumn.state.transfer;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.DocumentSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an import from HCP Terraform or Terraform Enterprise reads, and what.
 *
 * @param address without a slash at its end
 * @param organization the only one, or empty for all that the token may see
 * @param search a part of the names of workspaces, or empty for all
 * @param token never shown
 */
public record TfeConfig(URI address, String organization, String search, String token) {

    /** The name of the source on the command line. */
    public static final String TYPE = "tfe";

    private static final List<ConfigKey> KEYS = List.of(
            ConfigKey.of("address", ConfigKey.Type.TEXT, "URL of HCP Terraform or Terraform Enterprise.")
                    .withDefault("https://app.terraform.io"),
            ConfigKey.of("token", ConfigKey.Type.TEXT, "API token of a user, a team or an organization.")
                    .mandatory()
                    .confidential(),
            ConfigKey.of("organization", ConfigKey.Type.TEXT, "Only this organization."),
            ConfigKey.of("search", ConfigKey.Type.TEXT, "Only workspaces with this text in their name."));

    /** All keys, those of files for the secrets too. */
    public static List<ConfigKey> keys() {
        return table().keys();
    }

    private static KeyTable table() {
        return new KeyTable(DocumentSource.KEY_PREFIX, KEYS);
    }

    /**
     * Checks the values of the keys.
     *
     * @throws Configuration with all problems
     */
    public static TfeConfig of(Map<String, String> values) {
        KeyTable table = table();
        List<Problem> problems = new ArrayList<>(table.unknown(values.keySet()));
        Map<String, String> canonical = new LinkedHashMap<>();
        values.forEach((name, value) -> canonical.put(KeyTable.canonical(name), value));
        StoreConfig config = table.check(canonical, problems);
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        String token = config.text("token").orElseThrow();
        if (!token.matches("[!-~]+")) {
            throw problem("token", null, "contains a space, a line end or another character that a token cannot have");
        }
        return new TfeConfig(
                address(config.text("address").orElseThrow()),
                config.text("organization").orElse(""),
                config.text("search").orElse(""),
                token);
    }

    private static URI address(String text) {
        try {
            URI address = new URI(text.replaceAll("/+$", ""));
            String scheme = String.valueOf(address.getScheme());
            if ((scheme.equals("https") || scheme.equals("http"))
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw problem(
                "address",
                text.replaceAll("(?<=//)[^/@]*@", "***@"),
                "is not a URL such as https://tfe.example.org, without a user");
    }

    private static Configuration problem(String key, @Nullable String value, String what) {
        return new Configuration(List.of(new Problem(DocumentSource.KEY_PREFIX + key, value, what)));
    }

    /** Opens nothing yet. */
    public TfeCatalog open() {
        return open(Thread::sleep);
    }

    TfeCatalog open(TfeClient.Pause pause) {
        return new TfeCatalog(new TfeClient(address, token, pause));
    }

    @Override
    public String toString() {
        return address + " (organization '" + organization + "', search '" + search + "')";
    }
}
