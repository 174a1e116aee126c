package io.kolumn.state.ui;

import io.kolumn.state.diff.MaskedValue;
import java.util.List;

/**
 * What is shown of an instance.
 *
 * @param href the page of the version that it is in
 * @param dependencies addresses of the resources that it depends on
 */
public record InstanceView(
        String state,
        String href,
        long version,
        String address,
        List<MaskedValue> attributes,
        List<String> dependencies) {}
