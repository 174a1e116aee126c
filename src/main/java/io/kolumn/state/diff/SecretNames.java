package io.kolumn.state.diff;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which attributes hold secrets by their names. Terraform marks what a configuration calls sensitive; what a provider
 * calls so is in no state that was written before Terraform 1.10 or by another program. A name too many costs a look at
 * the document; one too few shows a secret.
 */
final class SecretNames {

    /** Within a name in lower case without separators. */
    private static final Pattern SECRET = Pattern.compile(
            "password|passwd|passphrase|secret|token|credential|privatekey|accesskey|apikey|authkey|masterkey"
                    + "|signingkey|encryptionkey|connectionstring|connectionurl|kubeconfig|bcrypthash|certificatep12|pemkey");

    /** In resources whose type says that they hold secrets: what they are called there. */
    private static final Set<String> HELD = Set.of(
            "value",
            "values",
            "valuewo",
            "plaintextvalue",
            "data",
            "datajson",
            "stringdata",
            "binarydata",
            "content",
            "contentbase64",
            "result",
            "keymaterial",
            "map");

    private static final Pattern HOLDER =
            Pattern.compile("secret|password|privatekey|accesskey|ssmparameter|credential");
    private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]+");

    /** What stands before a colon or an equals sign in a text, also in one that is JSON, however often it was escaped. */
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9_.-]+)[\"'\\\\\\s]*[:=]");

    private SecretNames() {}

    /** Whether a value of this name is a secret wherever it stands. */
    static boolean match(String name) {
        return SECRET.matcher(plain(name)).find();
    }

    /** Whether an attribute of this name is a secret in a resource of this type. */
    static boolean match(String type, String name) {
        String plain = plain(name);
        return SECRET.matcher(plain).find()
                || (HELD.contains(plain) && HOLDER.matcher(plain(type)).find());
    }

    /** Whether a text names a secret and gives it a value, such as {@code DB_PASSWORD=x} or JSON within a text. */
    static boolean given(String text) {
        Matcher named = NAMED.matcher(text);
        while (named.find()) {
            if (match(named.group(1))) {
                return true;
            }
        }
        return false;
    }

    private static String plain(String name) {
        return SEPARATORS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    }
}
