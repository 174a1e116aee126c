package io.kolumn.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A state of Terraform's version 4 of any size, made as it is read: resources of about one kilobyte, each with an address of
 * its own. {@code tag} changes every {@code each}th of them.
 */
public final class GeneratedState extends InputStream {

    private static final String INSTANCE = """
            {"module": "module.region[\\"eu-%1$d\\"]", "mode": "managed", "type": "aws_instance", "name": "web",
              "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]", "instances": [
              {"index_key": "host/%2$d", "schema_version": 1, "attributes": {"id": "i-%2$016x", "ami": "ami-0abc", "tags": {
                "Name": "%3$s", "team": "platform", "note": "%4$s"}, "ingress": [{"from_port": 80, "to_port": 81, "cidr":
                ["10.0.0.0/8", "192.168.0.0/16"]}], "ebs": [{"size": 100, "encrypted": true, "volume": null}]},
               "sensitive_attributes": [], "private": "eyJzY2hlbWFfdmVyc2lvbiI6IjEifQ==", "dependencies": ["aws_vpc.main"]}]}""";

    private static final String NOTE = "x".repeat(350);

    private final int resources;
    private final int each;
    private final String tag;
    private byte[] piece;
    private int at;
    private int next;

    private GeneratedState(int serial, int resources, int each, String tag) {
        this.resources = resources;
        this.each = each;
        this.tag = tag;
        this.piece = bytes("{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": " + serial
                + ", \"lineage\": \"generated\", \"outputs\": {}, \"resources\": [\n");
    }

    /** Of about so many bytes; all but each {@code each}th resource is the same for every serial and tag. */
    public static StateDocument of(int size, int serial, int each, String tag) {
        int one = instance(1, "x").length;
        try {
            return StateDocument.read(new GeneratedState(serial, size / one, each, tag), -1, Long.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] instance(int number, String name) {
        return bytes(INSTANCE.formatted(number % 7, number, name, NOTE));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) {
        if (at == piece.length && !fill()) {
            return -1;
        }
        int count = Math.min(wanted, piece.length - at);
        System.arraycopy(piece, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean fill() {
        if (next > 2 * resources) {
            return false;
        }
        boolean separator = next % 2 == 1;
        int number = next / 2;
        next++;
        at = 0;
        if (number == resources) {
            piece = bytes("\n]}\n");
            next = 2 * resources + 1;
        } else if (separator) {
            piece = bytes(number == resources - 1 ? "\n" : ",\n");
        } else {
            piece = instance(number, number % each == 0 ? tag : "same");
        }
        return true;
    }
}
