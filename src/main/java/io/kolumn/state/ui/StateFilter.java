package io.kolumn.state.ui;

import io.kolumn.state.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/**
 * What people type to find states: a part of the name, and labels as {@code key=value}, with spaces between them.
 *
 * @param text a part of the name; empty for any
 * @param labels what labels a state must have
 */
record StateFilter(String text, LabelSelector labels) {

    static StateFilter of(String typed) {
        List<String> names = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (String word : typed.strip().split("\\s+", -1)) {
            (word.indexOf('=') > 0 ? labels : names).add(word);
        }
        return new StateFilter(String.join(" ", names).strip(), LabelSelector.of(labels));
    }

    boolean isEmpty() {
        return text.isEmpty() && labels.isEmpty();
    }
}
