package io.kolumn.state.ui;

import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.diff.StateContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is shown of a version and of the content of its document. */
final class ContentViews {

    /** Instances on a page. */
    private static final int ITEMS = 100;

    private static final int OUTPUTS = 100;

    /** {@code provider["registry.terraform.io/hashicorp/aws"].east}, or as Terraform 0.12 wrote it. */
    private static final Pattern PROVIDER =
            Pattern.compile("(?:.*\\.)?provider(?:\\[\"(?:[^\"/]*/)?([^\"]*)\"]|\\.([^.]*))(\\..*)?");

    private ContentViews() {}

    static List<StateView.Fact> facts(StateVersion version, @Nullable StateContents contents, Instant now) {
        List<StateView.Fact> facts = new ArrayList<>();
        facts.add(fact("Version", Long.toString(version.number())));
        facts.add(fact("Serial", version.serial() == null ? "none" : Long.toString(version.serial())));
        facts.add(new StateView.Fact("Written", Texts.ago(version.created(), now), Texts.time(version.created())));
        facts.add(fact("By", version.author().isEmpty() ? "unknown" : version.author()));
        facts.add(fact("Operation", Texts.operation(version.operation())));
        facts.add(new StateView.Fact("Size", Texts.size(version.size()), version.size() + " bytes"));
        String program = contents == null ? null : contents.terraformVersion();
        if (program != null) {
            facts.add(fact("Terraform version", program));
        }
        if (version.lineage() != null) {
            facts.add(fact("Lineage", version.lineage()));
        }
        return facts;
    }

    private static StateView.Fact fact(String label, String value) {
        return new StateView.Fact(label, value, "");
    }

    static List<StateView.Output> outputs(@Nullable StateContents contents) {
        try {
            return contents == null
                    ? List.of()
                    : contents.outputs(OUTPUTS).stream()
                            .map(output -> new StateView.Output(output.name(), output.value(), output.type()))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    static StateView.Resources resources(
            StateContents contents, StateName name, long version, String filter, int from) {
        List<StateContents.Instance> all = contents.instances();
        String wanted = filter.toLowerCase(Locale.ROOT);
        List<StateContents.Instance> found = wanted.isEmpty()
                ? all
                : all.stream().filter(instance -> holds(instance, wanted)).toList();
        int start = Math.clamp(from, 0, Math.max(0, found.size() - 1));
        int end = Math.min(found.size(), start + ITEMS);
        Map<String, List<StateView.Item>> modules = new LinkedHashMap<>();
        for (StateContents.Instance instance : found.subList(start, end)) {
            modules.computeIfAbsent(instance.module(), _ -> new ArrayList<>()).add(item(instance, name, version));
        }
        return new StateView.Resources(
                summary(all, found, start, end),
                filter,
                Links.state(name),
                version,
                modules.entrySet().stream()
                        .map(module -> new StateView.Module(module.getKey(), module.getValue()))
                        .toList(),
                end < found.size() ? page(name, version, filter, end) : null,
                start > 0 ? page(name, version, filter, 0) : null);
    }

    private static String page(StateName name, long version, String filter, int from) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("version", Long.toString(version));
        if (!filter.isEmpty()) {
            query.put("filter", filter);
        }
        if (from > 0) {
            query.put("from", Integer.toString(from));
        }
        return Links.of(Links.state(name).toString(), query);
    }

    private static boolean holds(StateContents.Instance instance, String wanted) {
        return instance.address().toLowerCase(Locale.ROOT).contains(wanted)
                || (instance.tainted() && wanted.equals("tainted"))
                || (instance.deposed() && wanted.equals("deposed"));
    }

    private static String summary(
            List<StateContents.Instance> all, List<StateContents.Instance> found, int start, int end) {
        long tainted = all.stream().filter(StateContents.Instance::tainted).count();
        long deposed = all.stream().filter(StateContents.Instance::deposed).count();
        String shown = end - start == all.size() ? "" : (start + 1) + "–" + end + " of ";
        return (found.isEmpty() ? "" : shown)
                + (found.size() == all.size()
                        ? Texts.count(all.size(), "instance")
                        : found.size() + " that match, of " + Texts.count(all.size(), "instance"))
                + (tainted > 0 ? ", " + tainted + " tainted" : "")
                + (deposed > 0 ? ", " + deposed + " deposed" : "");
    }

    private static StateView.Item item(StateContents.Instance instance, StateName name, long version) {
        String module = instance.module().isEmpty() ? "" : instance.module() + ".";
        String label = instance.address().startsWith(module)
                ? instance.address().substring(module.length())
                : instance.address();
        return new StateView.Item(
                label,
                Links.instance(name, version, instance.address()),
                provider(instance.provider()),
                instance.mode().equals("data"),
                instance.tainted(),
                instance.deposed());
    }

    /** Returns the provider without what all have in common. */
    static String provider(String provider) {
        Matcher known = PROVIDER.matcher(provider);
        if (!known.matches()) {
            return provider;
        }
        String source = known.group(1) == null ? known.group(2) : known.group(1);
        return source + (known.group(3) == null ? "" : known.group(3));
    }
}
