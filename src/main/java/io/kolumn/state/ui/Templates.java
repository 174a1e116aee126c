package io.kolumn.state.ui;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates of the pages, whose expressions are checked when the service is built. */
@CheckedTemplate(basePath = "ui")
final class Templates {

    private Templates() {}

    static native TemplateInstance states(Frame frame, StatesView view);

    static native TemplateInstance state(Frame frame, StateView view);

    static native TemplateInstance instance(Frame frame, InstanceView view);
}
