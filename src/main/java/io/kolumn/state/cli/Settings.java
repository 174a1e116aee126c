package io.kolumn.state.cli;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys of a storage as a command line gives them: values, and files that hold values. */
final class Settings {

    private Settings() {}

    /**
     * All as values.
     *
     * @param option the option of the files, for what is said of one that is wrong
     * @throws Configuration if a file cannot be read, or a key is given both ways
     */
    static Map<String, String> of(Map<String, String> values, Map<String, Path> files, String option) {
        Map<String, String> all = new LinkedHashMap<>(values);
        files.forEach((key, file) -> {
            if (all.put(key, read(key, file, option)) != null) {
                throw wrong(option, key, file, "is given twice, as a value and as a file");
            }
        });
        return all;
    }

    static String read(String key, Path file, String option) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw wrong(option, key, file, "cannot be read: " + IoFault.text(e));
        }
    }

    /** A URL without the user in it, who has a password perhaps. */
    static String shown(URI address) {
        return shown(address.toString());
    }

    static String shown(String address) {
        return address.replaceAll("(?<=//)[^/@]*@", "***@");
    }

    private static Configuration wrong(String option, String key, Path file, String what) {
        return new Configuration(List.of(new Problem((option + " " + key).strip(), file.toString(), what)));
    }
}
