package io.kolumn.state;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a resource as the inventory knows it. It holds no sensitive value: what a document marks as sensitive, or
 * what is named like a secret, is left out.
 *
 * @param address of the instance, as Terraform writes it; unique in its document
 * @param module such as {@code module.net["a"]}; empty for the root module
 * @param mode {@code managed} or {@code data}; empty if the document has none
 * @param type such as {@code aws_instance}; empty if the document has none
 * @param name of the resource; empty if the document has none
 * @param key of {@code count} or {@code for_each}, as plain text; null without one
 * @param deposed the key of a deposed object; null for a current one
 * @param tainted whether it will be replaced
 * @param provider the source of its provider, such as {@code registry.terraform.io/hashicorp/aws}; empty if unknown
 * @param id that the provider gave it; null if it has none, or if it is sensitive
 * @param attributes those of {@link #ARN}, {@link #NAME} and {@link #SELF_LINK} that are not sensitive
 */
public record IndexedResource(
        String address,
        String module,
        String mode,
        String type,
        String name,
        @Nullable String key,
        @Nullable String deposed,
        boolean tainted,
        String provider,
        @Nullable String id,
        Map<String, String> attributes) {

    /** Attribute of AWS. */
    public static final String ARN = "arn";

    /** Attribute of many providers. */
    public static final String NAME = "name";

    /** Attribute of Google. */
    public static final String SELF_LINK = "self_link";

    public IndexedResource {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
}
