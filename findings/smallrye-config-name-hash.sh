#!/usr/bin/env bash
# SmallRye Config 3.16.0 (of Quarkus 3.32.1): io.smallrye.config.PropertyName.hashCode() is 0 for each name without an index in
# brackets, since a name with * equals every name that it matches. Where such names are keys of a HashMap, all are in one bucket, and
# PropertyName is not Comparable, so a search there compares with one name after the other. A name that is absent among 2,000 is
# looked for at least 50 times as long as the same name as a String: seen 2,900 times. A start of a native executable of a
# Quarkus service with some hundred keys spends a fifth of its processor time there, by perf.
# Exits 0 as long as that is so. Needs mvn and a JDK of 17 or later.
set -euo pipefail
version=3.16.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<dependencies><dependency><groupId>io.smallrye.config</groupId><artifactId>smallrye-config</artifactId><version>$version</version></dependency></dependencies></project>
POM
mvn -B -q -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DoutputDirectory=lib
cat > Names.java <<'JAVA'
import io.smallrye.config.PropertyName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

public class Names {
    public static void main(String[] args) {
        Map<PropertyName, Integer> names = new HashMap<>();
        Map<String, Integer> texts = new HashMap<>();
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            String name = "team.service" + i + ".timeout";
            hashes.add(PropertyName.unprofiled(name).hashCode());
            names.put(PropertyName.unprofiled(name), i);
            texts.put(name, i);
        }
        System.out.println("2000 names, hashes: " + hashes);
        System.out.println("a.*.c equals a.b.c: " + PropertyName.unprofiled("a.*.c").equals(PropertyName.unprofiled("a.b.c")));
        PropertyName absent = PropertyName.unprofiled("team.other.timeout");
        long ofName = 0;
        long ofText = 0;
        for (int round = 0; round < 20; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                if (names.get(absent) != null) throw new AssertionError();
            }
            ofName = System.nanoTime() - start;
            start = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                if (texts.get("team.other.timeout") != null) throw new AssertionError();
            }
            ofText = Math.max(1, System.nanoTime() - start);
        }
        System.out.println("PropertyName by String: " + ofName / ofText + " times");
        System.exit(hashes.size() == 1 && hashes.contains(0) && ofName / ofText >= 50 ? 0 : 1);
    }
}
JAVA
java -cp 'lib/*' Names.java
