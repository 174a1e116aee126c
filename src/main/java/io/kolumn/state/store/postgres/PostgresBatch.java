package io.kolumn.state.store.postgres;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreBatch;
import io.kolumn.state.Transition;
import io.kolumn.state.VersionedDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Many states in one round trip. Commits are sent one behind the other without waiting for the answers. Each is its own
 * statement, but what the driver sends between two waits is one transaction: an error undoes the others too.
 */
final class PostgresBatch implements StoreBatch {

    /** Measured: 16 states at once bring most of what there is to gain, 256 little more than 64. */
    private static final int SIZE = 64;

    private final PostgresStore store;
    private final PostgresSql sql;

    PostgresBatch(PostgresStore store, PostgresSql sql) {
        this.store = store;
        this.sql = sql;
    }

    @Override
    public int size() {
        return SIZE;
    }

    /**
     * In the order of names, so that two that meet wait for each other at one place only. Changes of locks, and those that
     * drop versions or bring none, are done one by one.
     */
    @Override
    public List<Boolean> commit(List<Transition> transitions) {
        Boolean[] moved = new Boolean[transitions.size()];
        Map<String, List<Integer>> alike = new LinkedHashMap<>();
        IntStream.range(0, moved.length)
                .boxed()
                .sorted(Comparator.comparing(i -> transitions.get(i).name()))
                .forEach(i -> alike.computeIfAbsent(sql.plainCommit(transitions.get(i)), text -> new ArrayList<>())
                        .add(i));
        alike.forEach((text, places) -> {
            List<Transition> some = places.stream().map(transitions::get).toList();
            List<Boolean> done =
                    text.isEmpty() ? some.stream().map(store::commit).toList() : store.commitAlike(text, some);
            IntStream.range(0, done.size()).forEach(i -> moved[places.get(i)] = done.get(i));
        });
        return List.copyOf(Arrays.asList(moved));
    }

    @Override
    public Map<StateName, List<VersionedDocument>> read(Collection<StateName> names) {
        String[] texts = names.stream().map(StateName::value).distinct().toArray(String[]::new);
        return texts.length == 0
                ? Map.of()
                : store.ready()
                        .read(
                                texts.length + " states cannot be read",
                                sql.whole,
                                statement -> new StatementParameters(statement).texts(texts),
                                PostgresBatch::stored);
    }

    private static Map<StateName, List<VersionedDocument>> stored(ResultSet rows) throws SQLException {
        Map<StateName, List<VersionedDocument>> states = new LinkedHashMap<>();
        Set<StateName> whole = new HashSet<>();
        do {
            Row row = new Row(rows);
            String found = row.optionalText();
            if (found == null) {
                break;
            }
            StateName name = StateName.of(found);
            String commit = row.text();
            long current = row.number();
            StateVersion version = row.version();
            if (version.number() == current && !StateHead.incomplete(commit)) {
                whole.add(name);
            }
            states.computeIfAbsent(name, any -> new ArrayList<>())
                    .add(new VersionedDocument(version, document(name, version, row)));
        } while (rows.next());
        states.keySet().retainAll(whole);
        return states;
    }

    private static StateDocument document(StateName name, StateVersion version, Row row) throws SQLException {
        try {
            return StateDocument.stored(name, version, new ByteArrayInputStream(row.bytes()));
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }
}
