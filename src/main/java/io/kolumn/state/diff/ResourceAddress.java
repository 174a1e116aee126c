package io.kolumn.state.diff;

/** Addresses and paths as Terraform writes them. */
final class ResourceAddress {

    private ResourceAddress() {}

    /**
     * The address of a resource, without the key of an instance.
     *
     * @param module such as {@code module.net["a"]}; empty for the root module
     * @param mode {@code managed}, {@code data} or another
     */
    static String of(String module, String mode, String type, String name) {
        return (module.isEmpty() ? "" : module + ".")
                + (mode.isEmpty() || mode.equals("managed") ? "" : mode + ".")
                + type
                + (name.isEmpty() ? "" : (type.isEmpty() ? "" : ".") + name);
    }

    /** Adds a member: plain after a dot if it looks like a name, else quoted in brackets. */
    static String member(String path, String name) {
        return isName(name) ? path + (path.isEmpty() ? "" : ".") + name : path + "[" + quoted(name) + "]";
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || !(Character.isLetter(text.charAt(0)) || text.charAt(0) == '_')) {
            return false;
        }
        return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
    }

    /** A text in quotes, as HCL has it. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '$', '%' -> {
                    quoted.appendCodePoint(c);
                    if (i < text.length() && text.charAt(i) == '{') {
                        quoted.appendCodePoint(c);
                    }
                }
                default -> {
                    if (printable(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /** Letters, marks, numbers, punctuation, symbols and the space, as Go's {@code unicode.IsPrint}. */
    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
