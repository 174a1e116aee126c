package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreBatch;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreCount;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.Transition;
import io.kolumn.state.store.HeadCache;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Heads, locks and versions as rows. Every call is one statement, a commit too, in a transaction of its own; a head's
 * revision is the id of its commit. The tables are made or upgraded at the first use ({@link PostgresLayout}).
 */
public final class PostgresStore implements StateStore {

    private final PostgresPool pool;
    private final PostgresSql sql;
    private final PostgresLayout layout;
    private final PostgresBatch batch;
    private final PostgresContents contents;
    private final PostgresResources resources;
    private final PostgresIndexes indexes;
    private final PostgresSignals signals;
    private final PostgresLooks looks;
    private final HeadCache recent = new HeadCache();
    private volatile boolean closed;

    /**
     * Opens no connection yet.
     *
     * @param source where connections come from
     * @param own whether the source is closed with the store
     */
    public PostgresStore(AgroalDataSource source, boolean own, PostgresSettings settings) {
        this(source, own, settings, false);
    }

    /** @param reading whether the tables are only read: missing or old ones are then neither made nor upgraded */
    PostgresStore(AgroalDataSource source, boolean own, PostgresSettings settings, boolean reading) {
        PostgresErrors errors = new PostgresErrors(settings);
        this.pool = new PostgresPool(source, own, settings, errors);
        this.sql = new PostgresSql(settings);
        this.layout = new PostgresLayout(settings, pool, reading);
        this.batch = new PostgresBatch(this, sql);
        this.contents = new PostgresContents(sql);
        this.resources = new PostgresResources(this::ready, settings);
        this.indexes = new PostgresIndexes(this::ready, settings, resources);
        this.signals = new PostgresSignals(this::ready, settings);
        this.looks = new PostgresLooks(pool.reads(), this::ready, sql, errors, settings);
    }

    /** One round trip; two where the head that is remembered turns out to have moved. */
    @Override
    public Optional<StateHead> head(StateName name) {
        StateHead known = recent.get(name).orElse(null);
        if (known != null && unmoved(known)) {
            return Optional.of(known);
        }
        Optional<StateHead> head = ready().read(
                        PostgresLooks.headOf(name),
                        sql.head,
                        statement -> statement.setString(1, name.value()),
                        rows -> Optional.ofNullable(Row.head(rows)));
        head.ifPresentOrElse(recent::put, () -> recent.drop(name));
        return head;
    }

    private boolean unmoved(StateHead known) {
        return looks.of(known.name()).shows(known);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return recent.get(name);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return contents.read(ready(), name, version);
    }

    @Override
    public boolean commit(Transition transition) {
        StateName name = transition.name();
        boolean moved = ready().change(
                                "State '" + name + "' was not changed",
                                sql.commit(transition),
                                statement -> PostgresSql.bind(statement, transition))
                == 1;
        remember(transition, moved);
        return moved;
    }

    /** Commits that are all this statement, many in one round trip; for each whether it is done. */
    List<Boolean> commitAlike(String sql, List<Transition> transitions) {
        List<Boolean> moved = ready().changeAll(
                        transitions.size() + " states were not changed, or perhaps some were",
                        sql,
                        transitions.stream()
                                .<Statements.Binding>map(
                                        transition -> statement -> PostgresSql.bind(statement, transition))
                                .toList());
        for (int i = 0; i < moved.size(); i++) {
            remember(transitions.get(i), moved.get(i));
        }
        return moved;
    }

    private void remember(Transition transition, boolean moved) {
        if (moved) {
            recent.put(transition.to().withRevision(transition.id()));
        } else {
            recent.drop(transition.name());
        }
    }

    /**
     * A commit that nobody waited out to its end may be shown and be on no standby yet: its wait was cancelled, or the server
     * was started again. What is committed later is on the standby later, and so is this when that is.
     */
    @Override
    public void confirm(StateName name) {
        ready().change(
                        "The content of state '" + name + "' was not confirmed by the standby",
                        sql.confirm,
                        statement -> statement.setString(1, name.value()));
    }

    @Override
    public Optional<StoreBatch> batch() {
        return Optional.of(batch);
    }

    @Override
    public HeadPage list(ListQuery query) {
        return ready().read(
                        "The states cannot be listed",
                        query.labels().isEmpty() ? sql.list : sql.labelled,
                        statement -> PostgresSql.bind(statement, query),
                        rows -> Row.page(rows, query.limit()));
    }

    @Override
    public HeadPage locked(String prefix, @Nullable StateName after, int limit) {
        return ready().read(
                        "The locks cannot be listed",
                        sql.locked,
                        statement -> PostgresSql.bind(statement, prefix, after, limit),
                        rows -> Row.page(rows, limit));
    }

    @Override
    public StoreCount count() {
        return ready().read("The states cannot be counted", sql.count, statement -> {}, Row::count);
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return ready().read(
                        "The history of state '" + name + "' cannot be read",
                        sql.history,
                        statement -> new StatementParameters(statement)
                                .text(name.value())
                                .number(before)
                                .number((long) limit),
                        Row::versions);
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        Optional<HeadWithHistory> indexed = ready().read(
                        PostgresLooks.headOf(name),
                        sql.indexed,
                        statement -> statement.setString(1, name.value()),
                        Row::indexed);
        indexed.ifPresentOrElse(there -> recent.put(there.head()), () -> recent.drop(name));
        return indexed;
    }

    /** The row of a version, its content in it, went with the commit that dropped its record. */
    @Override
    public void deleteContent(StateName name, StateVersion version) {
        PostgresPool ready = ready();
        if (version.number() == 0) {
            ready.change(
                    "The quarantine of state '" + name + "' was not deleted",
                    sql.forgetAside,
                    statement -> PostgresContents.which(new StatementParameters(statement), name, version));
        }
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        ready().change(
                        "The refused document of state '" + name + "' was not quarantined",
                        sql.setAside,
                        statement -> new StatementParameters(statement)
                                .text(name.value())
                                .version(record, document));
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return ready().read(
                        "The quarantine of state '" + name + "' cannot be read",
                        sql.aside,
                        statement -> statement.setString(1, name.value()),
                        Row::versions);
    }

    @Override
    public Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        return Optional.of(ready().read(
                        "The quarantine cannot be counted",
                        sql.asideCounts,
                        statement -> new StatementParameters(statement).names(names),
                        rows -> {
                            Map<StateName, Integer> attached = new HashMap<>();
                            do {
                                Row row = new Row(rows);
                                String name = row.optionalText();
                                if (name != null) {
                                    attached.put(StateName.of(name), (int) row.number());
                                }
                            } while (rows.next());
                            return attached;
                        }));
    }

    @Override
    public Optional<ResourceTable> resources() {
        return Optional.of(resources);
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return Optional.of(indexes);
    }

    @Override
    public Optional<StoreSignals> signals() {
        return Optional.of(signals);
    }

    @Override
    public void clear(StateName name, long versions) {
        resources.delete(name);
    }

    @Override
    public StoreCheck check() {
        return closed ? layout.closed() : layout.check();
    }

    @Override
    public void close() {
        closed = true;
        signals.close();
        pool.close();
    }

    /** The pool, when the tables are there. */
    PostgresPool ready() {
        if (closed) {
            throw Unavailable.forEverybody("The PostgreSQL store is closed.", null);
        }
        layout.ensure();
        return pool;
    }
}
