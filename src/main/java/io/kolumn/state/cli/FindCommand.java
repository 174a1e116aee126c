package io.kolumn.state.cli;

import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.LabelSelector;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.inventory.IndexLag;
import io.kolumn.state.inventory.ResourcePage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code find}: the resources that match, with their states. */
@Command(
        name = "find",
        description = "Find resources in all states.",
        footer = {
            "  kolumn-state find --id i-0abc12345",
            "  kolumn-state find web --type aws_instance --prefix team-a/ -o json"
        })
final class FindCommand extends StateCommand {

    @Parameters(
            paramLabel = "TEXT",
            arity = "0..1",
            defaultValue = "",
            description = "Part of the address, the id, or the attributes arn, name and self_link.")
    private String text;

    @Option(
            names = "--id",
            paramLabel = "ID",
            defaultValue = "",
            description = "Id, arn or self_link; an asterisk at the end stands for any rest.")
    private String id;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "",
            description = "Type, such as aws_instance or aws_*.")
    private String type;

    @Option(
            names = "--provider",
            paramLabel = "PROVIDER",
            defaultValue = "",
            description = "Source of the provider or its end, such as hashicorp/aws.")
    private String provider;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description = "Address, such as module.net.aws_subnet.a or module.net.*.")
    private String address;

    @Option(
            names = "--label",
            paramLabel = "KEY[=VALUE]",
            description = "Only states with this label; repeat it for several.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--prefix", paramLabel = "PREFIX", defaultValue = "", description = "Only states with this prefix.")
    private String prefix;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        List<FoundResource> found = new ArrayList<>();
        IndexLag lag = all(connected.states(), found);
        if (output().json()) {
            output().json(Map.of(
                    "resources", found.stream().map(FindCommand::json).toList(), "index", json(lag)));
        } else {
            output().table(
                            List.of("STATE", "ADDRESS", "ID", "VERSION>"),
                            found.stream().map(FindCommand::row).toList());
        }
        warn(terminal(), lag);
        return ExitCode.OK;
    }

    private IndexLag all(States states, List<FoundResource> found) {
        ResourceQuery query = new ResourceQuery(
                text, type, provider, address, id, LabelSelector.of(labels), prefix, null, ListQuery.MAX_LIMIT);
        while (true) {
            ResourcePage page = states.find(query);
            found.addAll(page.resources());
            if (page.next() == null) {
                return page.lag();
            }
            query = query.behind(page.next(), ListQuery.MAX_LIMIT);
        }
    }

    /** Nothing found means little while states are missing. */
    static void warn(Terminal terminal, IndexLag lag) {
        if (lag.behind() > 0) {
            terminal.err()
                    .println("The current versions of " + lag.behind()
                            + " states are not indexed yet; resources may be missing or old.");
            terminal.err().flush();
        }
    }

    static Map<String, Object> json(IndexLag lag) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("behind", lag.behind());
        Output.put(json, "oldest", lag.oldest() == null ? null : lag.oldest().toString());
        Output.put(json, "checked", lag.checked() == null ? null : lag.checked().toString());
        return json;
    }

    private static List<String> row(FoundResource found) {
        IndexedResource resource = found.resource();
        return List.of(
                found.state().value(),
                resource.address() + (resource.tainted() ? " (tainted)" : ""),
                resource.id() == null ? "-" : resource.id(),
                Long.toString(found.version()));
    }

    private static Map<String, Object> json(FoundResource found) {
        IndexedResource resource = found.resource();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", found.state().value());
        json.put("version", found.version());
        Output.put(json, "serial", found.serial());
        json.put("address", resource.address());
        json.put("module", resource.module());
        json.put("mode", resource.mode());
        json.put("type", resource.type());
        json.put("name", resource.name());
        Output.put(json, "key", resource.key());
        Output.put(json, "deposed", resource.deposed());
        json.put("tainted", resource.tainted());
        json.put("provider", resource.provider());
        Output.put(json, "id", resource.id());
        json.put("attributes", resource.attributes());
        return json;
    }
}
