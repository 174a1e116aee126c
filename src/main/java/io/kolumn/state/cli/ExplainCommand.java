package io.kolumn.state.cli;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.access.AccessSource;
import io.kolumn.state.access.Decision;
import io.kolumn.state.access.Identity;
import io.kolumn.state.access.Policy;
import io.kolumn.state.server.ServiceConfig;
import java.nio.file.Path;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code explain}: which rule of the policy decides. */
@Command(
        name = "explain",
        aliases = "can-i",
        description = {
            "Show whether the policy allows a permission on a state, and which rule decides; exit code 8 if it is denied.",
            "The configuration of the service applies, including the groups of users and tokens."
        },
        footer = {
            "  kolumn-state explain --user ada write team-a/prod",
            "  kolumn-state explain --jwt token.txt write team-a/prod",
            "  kolumn-state explain --issuer github --claim repository=acme/app --claim ref=refs/heads/main write acme/app/prod"
        })
final class ExplainCommand implements Callable<Integer>, NeedsApplication {

    @ParentCommand
    private KolumnStateCommand program;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Who who;

    /** Exactly one of them. */
    static final class Who {
        @Option(names = "--user", paramLabel = "NAME", description = "A user of the configuration.")
        private String user;

        @Option(names = "--token", paramLabel = "NAME", description = "A token of the configuration.")
        private String token;

        @Option(names = "--issuer", paramLabel = "NAME", description = "Anyone with a JWT of this issuer.")
        private String issuer;

        @Option(names = "--jwt", paramLabel = "FILE", description = "The caller with the JWT in this file.")
        private Path jwt;

        @Option(names = "--certificate", description = "Anyone with a client certificate.")
        private boolean certificate;

        @Option(names = "--anonymous", description = "A caller without credentials.")
        private boolean anonymous;
    }

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "A claim, or an attribute of a certificate. May be repeated.")
    private List<String> claims = new ArrayList<>();

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "A group that the issuer gives the caller. May be repeated.")
    private Set<String> groups = new HashSet<>();

    @Nullable
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PERMISSION",
            description = "outputs, read, lock, write, restore, delete, unlock-force, force, admin, purge, or all.")
    private String permission;

    @Nullable
    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Name of the state.")
    private String name;

    @Mixin
    private OutputOption format;

    @Override
    public CommandRunner.Need need() {
        return CommandRunner.Need.APPLICATION;
    }

    @Override
    public Integer call() {
        ServiceConfig config = program.application().config().get();
        AccessSource source =
                new AccessSource(config.named(), config.accessFile(), config.lockGrace(), Clock.systemUTC());
        if (who.jwt == null && (permission == null || name == null)) {
            throw new ParameterException(spec.commandLine(), "Give a permission and a state: PERMISSION NAME.");
        }
        Identity identity = identity(source);
        Output output = format.to(program.terminal());
        Map<String, Object> json = new LinkedHashMap<>();
        if (who.jwt != null) {
            json.put("token", TokenProof.details(identity));
        }
        if (who.jwt != null && !output.json()) {
            output.details(TokenProof.details(identity));
        }
        if (permission == null) {
            if (output.json()) {
                output.json(json);
            }
            return ExitCode.OK;
        }
        if (name == null) {
            throw new ParameterException(spec.commandLine(), "Give the name of the state after '" + permission + "'.");
        }
        StateName state = StateName.of(name);
        Policy policy = source.current().policy();
        Map<String, String> reasons = new LinkedHashMap<>();
        List<Object> decisions = new ArrayList<>();
        boolean allowed = true;
        for (io.kolumn.state.backend.Permission asked : asked(permission)) {
            Decision decision = policy.explain(identity, asked, state);
            String reason = decision.reason() + near(policy, identity, asked, state, decision);
            reasons.put(asked.label(), reason);
            decisions.add(Map.of("permission", asked.label(), "allowed", decision.allowed(), "reason", reason));
            allowed &= decision.allowed();
        }
        if (output.json()) {
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

    private static String near(
            Policy policy,
            Identity identity,
            io.kolumn.state.backend.Permission permission,
            StateName state,
            Decision decision) {
        return decision.allowed() || decision.rule() != null
                ? ""
                : policy.nearest(identity, permission, state)
                        .map(miss -> "; " + miss.text())
                        .orElse("");
    }

    private static List<io.kolumn.state.backend.Permission> asked(String permission) {
        return permission.equals("all")
                ? Arrays.asList(io.kolumn.state.backend.Permission.values())
                : List.of(io.kolumn.state.backend.Permission.of(permission)
                        .orElseThrow(
                                () -> new Invalid("'" + permission + "' is not a permission; the permissions are all, "
                                        + Arrays.stream(io.kolumn.state.backend.Permission.values())
                                                .map(io.kolumn.state.backend.Permission::label)
                                                .collect(Collectors.joining(", "))
                                        + ".")));
    }

    private Identity identity(AccessSource source) {
        if (who.anonymous) {
            return Identity.ANONYMOUS;
        }
        if (who.jwt != null) {
            return TokenProof.identity(source.current(), who.jwt);
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
