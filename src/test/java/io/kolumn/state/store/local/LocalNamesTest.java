package io.kolumn.state.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalNamesTest {

    @TempDir
    private Path folder;

    private LocalLayout layout() {
        return new LocalLayout(LocalSettings.at(folder.resolve("k.klstate")));
    }

    /** Of folders with every character around the slash, each page from each beginning. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pagesAreThoseOfTheSortedNames(long seed) throws IOException {
        Random random = new Random(seed);
        LocalLayout layout = layout();
        Set<String> folders = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            make(layout, name(random), folders);
        }
        LocalNames names = new LocalNames(layout);
        for (int i = 0; i < 300; i++) {
            String prefix = random.nextBoolean() ? "" : name(random);
            String after = random.nextInt(4) == 0 ? null : name(random);
            int limit = 1 + random.nextInt(folders.size());
            List<String> expected = folders.stream()
                    .filter(name -> name.startsWith(prefix) && (after == null || name.compareTo(after) > 0))
                    .toList();

            List<String> page = new ArrayList<>();
            boolean all = names.visit(query(prefix, after), name -> {
                page.add(name.value());
                return page.size() < limit;
            });

            assertThat(page)
                    .as("prefix '%s', after '%s'", prefix, after)
                    .isEqualTo(expected.subList(0, Math.min(limit, expected.size())));
            assertThat(all).isEqualTo(expected.size() < limit);
        }
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder("a");
        for (int i = random.nextInt(5); i > 0; i--) {
            char last = name.charAt(name.length() - 1);
            name.append(last == '/' ? 'a' : "ab-._/0/".charAt(random.nextInt(8)));
        }
        return name.append(name.charAt(name.length() - 1) == '/' ? "b" : "").toString();
    }

    private static void make(LocalLayout layout, String name, Set<String> folders) throws IOException {
        Files.createDirectories(layout.folder(StateName.of(name)));
        for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
            folders.add(name.substring(0, end));
        }
    }

    @Test
    void onlyFoldersWithNamesThatAreAskedForAreLookedInto() throws IOException {
        LocalLayout layout = layout();
        Set<String> folders = new TreeSet<>();
        for (String name : List.of("a/x/y", "b/x", "b-", "c/x", "c-/x", "d/x")) {
            make(layout, name, folders);
        }

        assertThat(lookedInto(layout, query("b/", null), "none")).containsExactly("", "b", "b/x");
        assertThat(lookedInto(layout, query("", "b/b"), "c/x")).containsExactly("", "b", "b/x", "c-", "c-/x", "c");
        assertThat(lookedInto(layout, query("", "a0"), "b")).containsExactly("");
        assertThat(lookedInto(layout, query("", "a/x"), "b")).containsExactly("", "a", "a/x", "a/x/y");
        assertThat(lookedInto(layout, query("d", "c"), "none")).containsExactly("", "d", "d/x");
    }

    private static List<String> lookedInto(LocalLayout layout, ListQuery query, String last) throws IOException {
        List<String> looked = new ArrayList<>();
        LocalNames names = new LocalNames(layout, folder -> {
            looked.add(layout.root().relativize(folder).toString());
            return LocalFiles.entries(folder);
        });
        names.visit(query, name -> !name.value().equals(last));
        return looked;
    }

    private static List<String> visited(LocalLayout layout, ListQuery query, String last) throws IOException {
        List<String> visited = new ArrayList<>();
        new LocalNames(layout).visit(query, name -> {
            visited.add(name.value());
            return !name.value().equals(last);
        });
        return visited;
    }

    @Test
    void whatIsNoFolderOrNoNameOfAStateIsPassedOver() throws IOException {
        LocalLayout layout = layout();
        Set<String> folders = new TreeSet<>();
        make(layout, "prod/eu", folders);
        Files.createDirectories(layout.root().resolve("-hidden/below"));
        Files.createFile(layout.root().resolve("notes"));
        for (String link : List.of("loop", "prod/loop")) {
            Path itself = layout.root().resolve(link);
            Files.createSymbolicLink(itself, itself);
        }
        Files.createFile(layout.root().resolve("prod/notes"));
        Files.createFile(layout.root().resolve("prod/eu/+head"));
        Files.createFile(layout.root().resolve("-hidden/+head"));
        Files.createFile(layout.root().resolve("+layout"));

        assertThat(visited(layout, query("", null), "none")).containsExactly("prod", "prod/eu");
        Files.createFile(layout.root().resolve("prod/eu/+tmp-1"));
        assertThat(withFiles(layout)).isEqualTo(Map.of("prod/eu", Set.of("+head", "+tmp-1")));
    }

    @Test
    void thereIsNothingBeforeTheFirstCommit() throws IOException {
        assertThat(visited(layout(), query("", null), "none")).isEmpty();
        assertThat(withFiles(layout())).isEmpty();
    }

    private static Map<String, Set<String>> withFiles(LocalLayout layout) throws IOException {
        Map<String, Set<String>> found = new HashMap<>();
        new LocalNames(layout)
                .withFiles((name, files) -> found.put(
                        name.value(),
                        files.stream()
                                .map(file -> String.valueOf(file.getFileName()))
                                .collect(Collectors.toSet())));
        return found;
    }

    private static ListQuery query(String prefix, @Nullable String after) {
        return new ListQuery(prefix, after == null ? null : StateName.of(after), 1000, false, false);
    }
}
