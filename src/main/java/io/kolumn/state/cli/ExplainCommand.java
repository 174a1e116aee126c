package io.kolumn.state.cli;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.access.AccessSource;
import io.kolumn.state.access.Decision;
import io.kolumn.state.access.Identity;
import io.kolumn.state.access.Policy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code explain}: which rule of the policy decides. */
@Command(
        name = "explain",
        description = {
            "Say what the policy lets somebody do with a state, and which rule decides; ends with 8 if it is denied.",
            "The configuration is that of the service; a user and a token have their groups from there."
        },
        footer = {
            "  kolumn-state explain --user ada write team-a/prod",
            "  kolumn-state explain --issuer github --claim repository=acme/app --claim ref=refs/heads/main write acme/app/prod"
        })
final class ExplainCommand implements Callable<Integer>, Needy {

    @ParentCommand
    private KolumnState program;

    @ArgGroup(multiplicity = "1")
    private Who who;

    /** Exactly one of them. */
    static final class Who {
        @Option(names = "--user", paramLabel = "NAME", description = "A user of the configuration.")
        private String user;

        @Option(names = "--token", paramLabel = "NAME", description = "A token of the configuration.")
        private String token;

        @Option(names = "--issuer", paramLabel = "NAME", description = "Whoever has a JWT of this issuer.")
        private String issuer;

        @Option(names = "--certificate", description = "Whoever has a client certificate.")
        private boolean certificate;

        @Option(names = "--anonymous", description = "Whoever proves nothing.")
        private boolean anonymous;
    }

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "A claim, or an attribute of a certificate; several.")
    private List<String> claims = new ArrayList<>();

    @Option(names = "--group", paramLabel = "NAME", description = "A group that the issuer says it is in; several.")
    private Set<String> groups = new HashSet<>();

    @Parameters(
            index = "0",
            paramLabel = "VERB",
            description = "outputs, read, lock, write, restore, delete, unlock-force, force, admin, or all.")
    private String verb;

    @Parameters(index = "1", paramLabel = "NAME", description = "Name of the state.")
    private String name;

    @Mixin
    private OutputOption format;

    @Override
    public Program.Need need() {
        return Program.Need.APPLICATION;
    }

    @Override
    public Integer call() {
        StateName state = StateName.of(name);
        AccessSource source = new AccessSource(program.application().config().get(), Clock.systemUTC());
        Identity identity = identity(source);
        Policy policy = source.current().policy();
        Output output = format.to(program.terminal());
        Map<String, String> reasons = new LinkedHashMap<>();
        List<Object> decisions = new ArrayList<>();
        boolean allowed = true;
        for (io.kolumn.state.Verb asked : asked()) {
            Decision decision = policy.explain(identity, asked, state);
            reasons.put(asked.label(), decision.reason());
            decisions.add(Map.of("verb", asked.label(), "allowed", decision.allowed(), "reason", decision.reason()));
            allowed &= decision.allowed();
        }
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("identity", identity.subject());
            json.put("state", state.value());
            json.put("allowed", allowed);
            json.put("decisions", decisions);
            output.json(json);
        } else {
            output.line(identity.subject() + " on '" + state + "':");
            output.details(reasons);
        }
        return allowed ? ExitCode.OK : ExitCode.FORBIDDEN;
    }

    private List<io.kolumn.state.Verb> asked() {
        return verb.equals("all")
                ? Arrays.asList(io.kolumn.state.Verb.values())
                : List.of(io.kolumn.state.Verb.of(verb)
                        .orElseThrow(() -> new Invalid("'" + verb + "' is no verb; there are all, "
                                + Arrays.stream(io.kolumn.state.Verb.values())
                                        .map(io.kolumn.state.Verb::label)
                                        .collect(Collectors.joining(", "))
                                + ".")));
    }

    private Identity identity(AccessSource source) {
        if (who.anonymous) {
            return Identity.ANONYMOUS;
        }
        if (who.user != null || who.token != null) {
            return (who.user != null
                            ? source.current().user(who.user)
                            : source.current().token(who.token))
                    .orElseThrow(() -> new Invalid("There is no "
                            + (who.user != null ? "user '" + who.user : "token '" + who.token)
                            + "' in the configuration."));
        }
        if (who.issuer != null && !source.current().issuers().contains(who.issuer)) {
            Set<String> known = source.current().issuers();
            throw new Invalid("There is no issuer '" + who.issuer + "' in the configuration; there "
                    + (known.isEmpty() ? "is none." : "are " + String.join(", ", new TreeSet<>(known)) + "."));
        }
        Map<String, List<String>> known = claims();
        String subject = known.getOrDefault(who.certificate ? "cn" : "sub", List.of("(any)"))
                .getFirst();
        return new Identity(
                who.certificate ? Identity.Kind.CERTIFICATE : Identity.Kind.ISSUER,
                who.certificate ? "" : who.issuer,
                subject,
                groups,
                known,
                null);
    }

    private Map<String, List<String>> claims() {
        Map<String, List<String>> known = new HashMap<>();
        for (String claim : claims) {
            int equals = claim.indexOf('=');
            if (equals < 1) {
                throw new Invalid("--claim=" + claim + " is not NAME=VALUE.");
            }
            known.computeIfAbsent(claim.substring(0, equals), _ -> new ArrayList<>())
                    .add(claim.substring(equals + 1));
        }
        return known;
    }
}
