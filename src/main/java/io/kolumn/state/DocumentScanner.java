package io.kolumn.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One streaming pass over a document that looks at the members of its top level and skips what is inside them. */
final class DocumentScanner {

    static final int MAX_DEPTH = 1000;

    /** So that a hostile document cannot make the set of names larger than itself; no known format has over 30. */
    private static final int MAX_MEMBERS = 10_000;

    private static final int MAX_LINEAGE = 1024;

    /** Of the texts that are read, and only a lineage is: all others are skipped, however long. */
    private static final int MAX_TEXT_READ = 64 * 1024;

    /** Members that Kolumn's universal state has and Terraform's has not. */
    private static final Set<String> KOLUMN = Set.of(
            "providers",
            "metadata",
            "governance",
            "provider_id",
            "provider_type",
            "checksum",
            "checksums",
            "dependencies");

    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT_READ)
                    .maxNumberLength(10_000)
                    .build())
            .build();

    /** What was read. */
    record Facts(
            StateDocument.Format format,
            boolean empty,
            @Nullable Long serial,
            @Nullable String lineage) {}

    private final Set<String> names = new HashSet<>();
    private boolean numericVersion;
    private boolean encrypted;
    private boolean kolumn;
    private boolean content;
    private @Nullable Long serial;
    private @Nullable String lineage;

    private DocumentScanner() {}

    static Facts scan(InputStream in) throws IOException {
        try (JsonParser json = JSON.createParser(utf8Object(in))) {
            DocumentScanner scan = new DocumentScanner();
            scan.object(json);
            return scan.facts();
        } catch (StreamConstraintsException e) {
            throw new StateException.Invalid("The document exceeds a limit: " + firstLine(e) + ".");
        } catch (JsonProcessingException e) {
            throw new StateException.Invalid("The document is not valid JSON" + at(e.getLocation()) + ": "
                    + (json(e) ? "it is truncated" : firstLine(e)) + ".");
        } catch (CharConversionException e) {
            throw new StateException.Invalid("The document is not valid UTF-8: " + e.getMessage() + ".");
        }
    }

    /** Refuses what is empty, in UTF-16 or UTF-32, or no object, before the parser guesses at an encoding. */
    private static InputStream utf8Object(InputStream in) throws IOException {
        int first = in.read();
        while (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
            first = in.read();
        }
        if (first < 0) {
            throw new StateException.Invalid("The document is empty; a state is one JSON object.");
        }
        int second = first == '{' ? in.read() : -1;
        if (first != '{' || second == 0) {
            throw new StateException.Invalid("The document is not a JSON object in UTF-8; a state is one JSON object.");
        }
        PushbackInputStream whole = new PushbackInputStream(in, 2);
        if (second >= 0) {
            whole.unread(second);
        }
        whole.unread(first);
        return whole;
    }

    private void object(JsonParser json) throws IOException {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!names.add(name)) {
                throw new StateException.Invalid(
                        "The document has the member '" + shown(name) + "' twice" + at(json.currentLocation()) + ".");
            }
            if (names.size() > MAX_MEMBERS) {
                throw new StateException.Invalid(
                        "The document has more than " + MAX_MEMBERS + " members at its top level.");
            }
            json.nextToken();
            member(name, json);
        }
        if (json.nextToken() != null) {
            throw new StateException.Invalid("The document has content after its object" + at(json.currentLocation())
                    + "; a state is one JSON object.");
        }
    }

    private void member(String name, JsonParser json) throws IOException {
        switch (name) {
            case "version" -> numericVersion = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
            case "encryption_version" -> encrypted = json.currentToken() != JsonToken.VALUE_NULL;
            case "serial" -> serial = serial(json);
            case "lineage" -> lineage = lineage(json);
            case "resources", "outputs", "modules" -> {
                content |= holdsSomething(json);
                return;
            }
            default -> kolumn |= KOLUMN.contains(name);
        }
        json.skipChildren();
    }

    private static @Nullable Long serial(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || json.getLongValue() < 0) {
            throw new StateException.Invalid("The document's 'serial' must be a whole number from 0 to "
                    + Long.MAX_VALUE + "; it is not" + at(json.currentTokenLocation()) + ".");
        }
        return json.getLongValue();
    }

    private static @Nullable String lineage(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (json.currentToken() != JsonToken.VALUE_STRING
                || json.getTextLength() > MAX_LINEAGE
                || json.getText().codePoints().anyMatch(DocumentScanner::unfit)) {
            throw new StateException.Invalid("The document's 'lineage' must be a text of at most " + MAX_LINEAGE
                    + " characters without control characters; it is not" + at(json.currentTokenLocation()) + ".");
        }
        String text = json.getText();
        return text.isEmpty() ? null : text;
    }

    /** What cannot stand in a header, a log line or a text column: control characters and halves of a pair. */
    private static boolean unfit(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }

    /** Whether the value is anything but null, an empty array or an empty object; leaves the parser at its end. */
    private static boolean holdsSomething(JsonParser json) throws IOException {
        if (!json.currentToken().isStructStart()) {
            return json.currentToken() != JsonToken.VALUE_NULL;
        }
        boolean something = false;
        while (!json.nextToken().isStructEnd()) {
            something = true;
            json.skipChildren();
        }
        return something;
    }

    private Facts facts() {
        StateDocument.Format format = encrypted
                ? StateDocument.Format.ENCRYPTED
                : !numericVersion
                        ? StateDocument.Format.OTHER
                        : kolumn ? StateDocument.Format.KOLUMN : StateDocument.Format.TERRAFORM;
        return new Facts(format, !content && !encrypted, serial, lineage);
    }

    private static boolean json(JsonProcessingException e) {
        return e instanceof com.fasterxml.jackson.core.io.JsonEOFException;
    }

    private static String at(@Nullable JsonLocation location) {
        return location == null || location.equals(JsonLocation.NA)
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** The parser's own words without an excerpt of the document, which may hold a secret. */
    private static String firstLine(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        int quote = message.indexOf('\'');
        int token = message.indexOf("Unrecognized token");
        String line = message.lines().findFirst().orElse("");
        return token >= 0
                ? "a word that is not a JSON value"
                : printable(quote > 0 && line.length() > 200 ? line.substring(0, quote) : line);
    }

    private static String shown(String name) {
        return printable(name.length() > 60 ? name.substring(0, 60) + "..." : name);
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
