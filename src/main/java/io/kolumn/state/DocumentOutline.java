package io.kolumn.state;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Proves that bytes are one JSON object, and keeps its top level. It accepts no document that {@link DocumentScanner} refuses,
 * in less time. Of a document that it does not accept, the scanner says what is wrong, or accepts it after all.
 *
 * <p>The outline is JSON with the members of the top level: scalars as they stand, and an empty or a small container in place
 * of a value that holds others. See ADR 0062. One automaton, whose states share all of their fields, is left in one file.
 */
final class DocumentOutline {

    /** A longer name or number is left to the scanner, which has limits for them. */
    private static final int MAX_TOKEN = 1000;

    private static final int MAX_OUTLINE = 256 * 1024;

    private enum State {
        START(true),
        NAME(true),
        NAME_OR_END(true),
        COLON(true),
        VALUE(true),
        VALUE_OR_END(true),
        AFTER_VALUE(true),
        END(true),
        TEXT(false),
        ESCAPE(false),
        HEX(false),
        CONTINUATION(false),
        MINUS(false),
        ZERO(false),
        INTEGER(false),
        POINT(false),
        FRACTION(false),
        EXPONENT(false),
        EXPONENT_SIGN(false),
        EXPONENT_DIGITS(false),
        LITERAL(false);

        /** Whether white space may follow. */
        private final boolean betweenTokens;

        State(boolean betweenTokens) {
            this.betweenTokens = betweenTokens;
        }
    }

    private State state = State.START;
    private final boolean[] objects = new boolean[DocumentScanner.MAX_DEPTH + 1];
    private int depth;
    /** Whether the text is the name of a member. */
    private boolean name;

    /** The bytes of the name or number so far. */
    private int token;

    private byte[] literal = {};
    /** The bytes of a literal or of an escape that are still to come. */
    private int rest;

    private int lowest;
    private int highest;

    private byte[] outline = new byte[512];
    private int length;

    /**
     * Takes the next bytes.
     *
     * @return false if they are not sure to be valid; then the outline is of no use any more
     */
    boolean take(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (depth > 1 && state.betweenTokens) {
                at = nested(bytes, at, to);
            }
            if (at < to) {
                at = state == State.TEXT ? text(bytes, at, to) : next(bytes, at, to);
            }
            if (at < 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns what the scanner reads in the outline, or null if the scanner has to read the document. */
    DocumentScanner.@Nullable Facts facts() {
        if (state != State.END) {
            return null;
        }
        try {
            return DocumentScanner.scan(new ByteArrayInputStream(outline, 0, length));
        } catch (StateException.Invalid e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    /**
     * Passes over whole tokens below the top level, of which nothing is kept, up to one that it leaves to {@link #next}: an
     * unusual one, one that goes on in the next bytes, and one that cannot stand there.
     */
    private int nested(byte[] bytes, int from, int to) {
        int at = from;
        State now = state;
        while (at < to) {
            byte next = bytes[at];
            int behind = at + 1;
            State then;
            switch (next) {
                case ' ', '\n', '\r', '\t' -> {
                    behind = JsonBytes.spaces(bytes, behind, to);
                    then = now;
                }
                case '"' -> {
                    behind = JsonBytes.text(bytes, behind, to);
                    boolean named = now == State.NAME || now == State.NAME_OR_END;
                    then = named ? State.COLON : afterValue(now);
                    if (named && behind - at > MAX_TOKEN) {
                        then = null;
                    }
                }
                case ':' -> then = now == State.COLON ? State.VALUE : null;
                case ',' -> then = now != State.AFTER_VALUE ? null : objects[depth] ? State.NAME : State.VALUE;
                case '{', '[' -> then = nest(now, next == '{');
                case '}', ']' -> then = unnest(now, next == '}');
                default -> {
                    behind = JsonBytes.scalar(bytes, at, to, MAX_TOKEN);
                    then = afterValue(now);
                }
            }
            if (behind < 0 || then == null) {
                break;
            }
            now = then;
            at = behind;
        }
        state = now;
        return at;
    }

    private static @Nullable State afterValue(State now) {
        return now == State.VALUE || now == State.VALUE_OR_END ? State.AFTER_VALUE : null;
    }

    private @Nullable State nest(State now, boolean object) {
        if (afterValue(now) == null || depth == DocumentScanner.MAX_DEPTH) {
            return null;
        }
        depth++;
        objects[depth] = object;
        return object ? State.NAME_OR_END : State.VALUE_OR_END;
    }

    private @Nullable State unnest(State now, boolean object) {
        State empty = object ? State.NAME_OR_END : State.VALUE_OR_END;
        if (depth == 2 || objects[depth] != object || (now != State.AFTER_VALUE && now != empty)) {
            return null;
        }
        depth--;
        return State.AFTER_VALUE;
    }

    /** Passes over one byte or a run of spaces; -1 if the byte cannot stand here. */
    private int next(byte[] bytes, int at, int to) {
        byte next = bytes[at];
        if (state.betweenTokens && JsonBytes.space(next)) {
            return JsonBytes.spaces(bytes, at + 1, to);
        }
        boolean fits = switch (state) {
            case ESCAPE -> escape(next);
            case HEX -> hex(next);
            case CONTINUATION -> continuation(next);
            case LITERAL -> next == literal[literal.length - rest] && literal(next);
            default -> state.betweenTokens ? structure(next) : number(next);
        };
        return fits ? at + 1 : -1;
    }

    private boolean structure(byte next) {
        return switch (state) {
            case START -> next == '{' && open(true);
            case NAME, NAME_OR_END ->
                next == '"' ? openText(true) : (next == '}' && state == State.NAME_OR_END && close(true, true));
            case COLON -> next == ':' && keep(next, State.VALUE);
            case VALUE, VALUE_OR_END -> (next == ']' && state == State.VALUE_OR_END) ? close(false, true) : value(next);
            case AFTER_VALUE ->
                switch (next) {
                    case ',' -> keep(next, objects[depth] ? State.NAME : State.VALUE);
                    case '}' -> close(true, false);
                    case ']' -> close(false, false);
                    default -> false;
                };
            default -> false;
        };
    }

    private boolean value(byte next) {
        return switch (next) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> openText(false);
            case 't' -> openLiteral(next, TRUE);
            case 'f' -> openLiteral(next, FALSE);
            case 'n' -> openLiteral(next, NULL);
            default -> {
                token = 0;
                yield startNumber(next);
            }
        };
    }

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private boolean openLiteral(byte first, byte[] word) {
        literal = word;
        rest = word.length - 1;
        return keep(first, State.LITERAL);
    }

    private boolean literal(byte next) {
        rest--;
        return keep(next, rest == 0 ? State.AFTER_VALUE : State.LITERAL);
    }

    private boolean open(boolean object) {
        if (depth == DocumentScanner.MAX_DEPTH) {
            return false;
        }
        boolean kept = depth > 1 || append((byte) (object ? '{' : '['));
        depth++;
        objects[depth] = object;
        state = object ? State.NAME_OR_END : State.VALUE_OR_END;
        return kept;
    }

    private boolean close(boolean object, boolean empty) {
        if (objects[depth] != object) {
            return false;
        }
        boolean kept = true;
        if (depth == 2) {
            kept = empty || append(object ? SOME_MEMBER : SOME_ELEMENT);
        }
        kept &= depth > 2 || append((byte) (object ? '}' : ']'));
        depth--;
        state = depth == 0 ? State.END : State.AFTER_VALUE;
        return kept;
    }

    private static final byte[] SOME_MEMBER = {'"', '"', ':', '0'};
    private static final byte[] SOME_ELEMENT = {'0'};

    private boolean openText(boolean named) {
        name = named;
        token = 0;
        return keep((byte) '"', State.TEXT);
    }

    /** Passes over the text up to its end or to a byte that is not plain ASCII; -1 if it cannot stand in a text. */
    private int text(byte[] bytes, int from, int to) {
        int at = JsonBytes.plain(bytes, from, to);
        if (depth == 1 && !append(bytes, from, at)) {
            return -1;
        }
        token = Math.min(MAX_TOKEN, token + at - from);
        if (name && token == MAX_TOKEN) {
            return -1;
        }
        if (at == to) {
            return at;
        }
        byte next = bytes[at];
        boolean fits = next == '"'
                ? keep(next, name ? State.COLON : State.AFTER_VALUE)
                : next == '\\' ? keep(next, State.ESCAPE) : next < 0 && lead(next);
        return fits ? at + 1 : -1;
    }

    private boolean escape(byte next) {
        token++;
        return switch (next) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> keep(next, State.TEXT);
            case 'u' -> {
                rest = 4;
                yield keep(next, State.HEX);
            }
            default -> false;
        };
    }

    private boolean hex(byte next) {
        rest--;
        return Character.digit(next, 16) >= 0 && keep(next, rest == 0 ? State.TEXT : State.HEX);
    }

    /** The first byte of a character of UTF-8, RFC 3629: neither longer than needed nor half of a pair. */
    private boolean lead(byte next) {
        int lead = next & 0xff;
        token++;
        lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        rest = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        return lead >= 0xc2 && lead <= 0xf4 && keep(next, State.CONTINUATION);
    }

    private boolean continuation(byte next) {
        int value = next & 0xff;
        boolean fits = value >= lowest && value <= highest;
        lowest = 0x80;
        highest = 0xbf;
        rest--;
        return fits && keep(next, rest == 0 ? State.TEXT : State.CONTINUATION);
    }

    private boolean startNumber(byte next) {
        return next == '-' ? keep(next, State.MINUS) : integer(next);
    }

    private boolean integer(byte next) {
        return JsonBytes.digit(next) && keep(next, next == '0' ? State.ZERO : State.INTEGER);
    }

    private boolean number(byte next) {
        token++;
        if (token > MAX_TOKEN) {
            return false;
        }
        return switch (state) {
            case MINUS -> integer(next);
            case ZERO -> fractionOrEnd(next);
            case INTEGER -> JsonBytes.digit(next) ? keep(next, state) : fractionOrEnd(next);
            case POINT -> JsonBytes.digit(next) && keep(next, State.FRACTION);
            case FRACTION -> JsonBytes.digit(next) ? keep(next, state) : exponentOrEnd(next);
            case EXPONENT ->
                (next == '+' || next == '-')
                        ? keep(next, State.EXPONENT_SIGN)
                        : JsonBytes.digit(next) && keep(next, State.EXPONENT_DIGITS);
            case EXPONENT_SIGN -> JsonBytes.digit(next) && keep(next, State.EXPONENT_DIGITS);
            default -> JsonBytes.digit(next) ? keep(next, state) : endNumber(next);
        };
    }

    private boolean fractionOrEnd(byte next) {
        return next == '.' ? keep(next, State.POINT) : exponentOrEnd(next);
    }

    private boolean exponentOrEnd(byte next) {
        return (next == 'e' || next == 'E') ? keep(next, State.EXPONENT) : endNumber(next);
    }

    /** A number ends with the byte behind it, which has its own meaning. */
    private boolean endNumber(byte next) {
        state = State.AFTER_VALUE;
        return JsonBytes.space(next) || structure(next);
    }

    private boolean keep(byte next, State then) {
        state = then;
        return depth > 1 || append(next);
    }

    private boolean append(byte next) {
        if (length == outline.length && !grow(1)) {
            return false;
        }
        outline[length++] = next;
        return true;
    }

    private boolean append(byte[] bytes) {
        return append(bytes, 0, bytes.length);
    }

    private boolean append(byte[] bytes, int from, int to) {
        if (length + to - from > outline.length && !grow(to - from)) {
            return false;
        }
        System.arraycopy(bytes, from, outline, length, to - from);
        length += to - from;
        return true;
    }

    private boolean grow(int more) {
        if (length + more > MAX_OUTLINE) {
            return false;
        }
        outline = Arrays.copyOf(outline, Math.min(MAX_OUTLINE, Math.max(2 * outline.length, length + more)));
        return true;
    }
}
