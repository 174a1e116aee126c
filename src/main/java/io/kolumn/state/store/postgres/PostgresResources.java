package io.kolumn.state.store.postgres;

import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateName;
import io.kolumn.state.store.CountsJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tables that the inventory searches: a row for each indexed state, and one for each resource. */
final class PostgresResources implements ResourceTable {

    /** Resources that are sent at once. */
    private static final int BATCH = 5_000;

    private final Supplier<PostgresPool> pool;
    private final PostgresIndexSql sql;

    PostgresResources(Supplier<PostgresPool> pool, PostgresSettings names) {
        this.pool = pool;
        this.sql = new PostgresIndexSql(names);
    }

    /**
     * Rows that stay as they are are not written. The commit waits for no disk and no standby: what a crash of the server takes
     * is found to be missing.
     */
    @Override
    public boolean put(IndexedVersion index) {
        boolean[] put = {false};
        pool.get().transaction("The index of state '" + index.summary().state() + "' was not written", connection -> {
            put[0] = put(connection, index);
            return null;
        });
        return put[0];
    }

    private boolean put(Connection connection, IndexedVersion index) throws SQLException {
        execute(connection, "SET LOCAL synchronous_commit = off", statement -> {});
        String name = index.summary().state().value();
        boolean current = Statements.query(
                connection, sql.begin, statement -> summary(statement, index.summary()), ResultSet::next);
        if (!current) {
            return false;
        }
        List<IndexedResource> all = index.resources();
        execute(
                connection,
                sql.gone,
                statement -> new StatementParameters(statement).text(name).texts(texts(all, IndexedResource::address)));
        for (int from = 0; from < all.size(); from += BATCH) {
            List<IndexedResource> some = all.subList(from, Math.min(all.size(), from + BATCH));
            execute(connection, sql.put, statement -> resources(statement, name, some));
        }
        return true;
    }

    private static void execute(Connection connection, String sql, Statements.Binding binding) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.fill(statement);
            statement.execute();
        }
    }

    private static void summary(PreparedStatement statement, IndexedVersion.Summary summary) throws SQLException {
        new StatementParameters(statement)
                .number(summary.size())
                .text(summary.terraformVersion())
                .text(summary.notIndexed())
                .number((long) summary.resources())
                .text(CountsJson.text(summary.types()))
                .text(CountsJson.text(summary.providers()))
                .text(summary.state().value())
                .number(summary.number())
                .text(summary.id());
    }

    private static void resources(PreparedStatement statement, String name, List<IndexedResource> some)
            throws SQLException {
        new StatementParameters(statement)
                .text(name)
                .texts(texts(some, IndexedResource::address))
                .texts(texts(some, IndexedResource::module))
                .texts(texts(some, IndexedResource::mode))
                .texts(texts(some, IndexedResource::type))
                .texts(texts(some, IndexedResource::name))
                .texts(texts(some, IndexedResource::key))
                .texts(texts(some, IndexedResource::deposed))
                .flags(some.stream().map(IndexedResource::tainted).toArray(Boolean[]::new))
                .texts(texts(some, IndexedResource::provider))
                .texts(texts(some, IndexedResource::id))
                .texts(texts(some, attribute(IndexedResource.ARN)))
                .texts(texts(some, attribute(IndexedResource.NAME)))
                .texts(texts(some, attribute(IndexedResource.SELF_LINK)));
    }

    private static Function<IndexedResource, @Nullable String> attribute(String name) {
        return resource -> resource.attributes().get(name);
    }

    private static @Nullable String[] texts(
            List<IndexedResource> resources, Function<IndexedResource, @Nullable String> text) {
        @Nullable String[] texts = new @Nullable String[resources.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = text.apply(resources.get(i));
        }
        return texts;
    }

    @Override
    public void delete(StateName name) {
        pool.get()
                .change(
                        "The index of state '" + name + "' was not removed",
                        sql.delete,
                        statement -> new StatementParameters(statement)
                                .text(name.value())
                                .text(name.value()));
    }

    @Override
    public Optional<IndexedVersion> get(StateName name) {
        String what = "The index of state '" + name + "' cannot be read";
        Statements.Binding binding = statement -> statement.setString(1, name.value());
        List<IndexedVersion.Summary> summary = pool.get().read(what, sql.get, binding, PostgresResources::summaries);
        return summary.isEmpty()
                ? Optional.empty()
                : Optional.of(new IndexedVersion(
                        summary.getFirst(),
                        pool.get().read(what, sql.resourcesOf, binding, PostgresResources::resources)));
    }

    @Override
    public List<Behind> behind(int limit) {
        return pool.get()
                .read(
                        "The inventory cannot be compared with the states",
                        sql.behind,
                        statement -> statement.setLong(1, limit),
                        rows -> {
                            List<Behind> behind = new ArrayList<>();
                            do {
                                Row row = new Row(rows);
                                String name = row.optionalText();
                                if (name != null) {
                                    behind.add(new Behind(StateName.of(name), row.version()));
                                }
                            } while (rows.next());
                            return behind;
                        });
    }

    @Override
    public void sweep() {
        pool.get().change("The indexes of states that are gone were not removed", sql.sweep, statement -> {});
    }

    @Override
    public void clear() {
        pool.get().change("The inventory was not removed", sql.clear, statement -> {});
    }

    @Override
    public Map<StateName, ResourceCount> counts(Collection<StateName> asked) {
        return pool.get()
                .read(
                        "The resources cannot be counted",
                        sql.counts,
                        statement -> new StatementParameters(statement).names(asked),
                        rows -> {
                            Map<StateName, ResourceCount> counts = new HashMap<>();
                            do {
                                Row row = new Row(rows);
                                String name = row.optionalText();
                                if (name != null) {
                                    counts.put(
                                            StateName.of(name),
                                            new ResourceCount(row.number(), (int) row.number(), row.optionalText()));
                                }
                            } while (rows.next());
                            return counts;
                        });
    }

    @Override
    public Rows find(ResourceQuery query) {
        PostgresIndexSql.Find find = sql.find(query);
        return pool.get()
                .read(
                        "The resources cannot be searched",
                        find.sql(),
                        statement -> find.fill(new StatementParameters(statement)),
                        rows -> {
                            List<FoundResource> found = new ArrayList<>();
                            do {
                                Row row = new Row(rows);
                                String name = row.optionalText();
                                if (name != null) {
                                    found.add(new FoundResource(
                                            StateName.of(name), row.number(), row.optionalNumber(), resource(row)));
                                }
                            } while (rows.next());
                            boolean more = found.size() > query.limit();
                            return new Rows(more ? found.subList(0, query.limit()) : found, more);
                        });
    }

    private static List<IndexedResource> resources(ResultSet rows) throws SQLException {
        List<IndexedResource> resources = new ArrayList<>();
        do {
            if (rows.getString(2) != null) {
                resources.add(resource(new Row(rows)));
            }
        } while (rows.next());
        return resources;
    }

    private static IndexedResource resource(Row row) throws SQLException {
        String address = row.text();
        String module = row.text();
        String mode = row.text();
        String type = row.text();
        String name = row.text();
        String key = row.optionalText();
        String deposed = row.optionalText();
        boolean tainted = row.flag();
        String provider = row.text();
        String id = row.optionalText();
        Map<String, String> attributes = new HashMap<>();
        for (String attribute : List.of(IndexedResource.ARN, IndexedResource.NAME, IndexedResource.SELF_LINK)) {
            String value = row.optionalText();
            if (value != null) {
                attributes.put(attribute, value);
            }
        }
        return new IndexedResource(address, module, mode, type, name, key, deposed, tainted, provider, id, attributes);
    }

    @Override
    public List<IndexedVersion.Summary> summaries(String prefix, @Nullable StateName after, int limit) {
        return pool.get()
                .read(
                        "The inventory cannot be counted",
                        sql.summaries,
                        statement -> new StatementParameters(statement)
                                .text(after == null ? "" : after.value())
                                .text(prefix)
                                .text(PostgresSql.behind(prefix))
                                .number((long) limit),
                        PostgresResources::summaries);
    }

    private static List<IndexedVersion.Summary> summaries(ResultSet rows) throws SQLException {
        List<IndexedVersion.Summary> summaries = new ArrayList<>();
        do {
            Row row = new Row(rows);
            String name = row.optionalText();
            if (name != null) {
                summaries.add(new IndexedVersion.Summary(
                        StateName.of(name),
                        row.number(),
                        row.text(),
                        row.optionalNumber(),
                        row.number(),
                        row.time(),
                        row.optionalText(),
                        row.optionalText(),
                        (int) row.number(),
                        CountsJson.parse(row.text()),
                        CountsJson.parse(row.text())));
            }
        } while (rows.next());
        return summaries;
    }
}
