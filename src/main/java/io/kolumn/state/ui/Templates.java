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

    static native TemplateInstance history(Frame frame, HistoryView view);

    static native TemplateInstance diff(Frame frame, DiffPage.View view);

    static native TemplateInstance restore(Frame frame, RestoreView view);

    static native TemplateInstance graph(Frame frame, GraphView view);

    static native TemplateInstance find(Frame frame, FindPage.View view);

    static native TemplateInstance locks(Frame frame, LocksPage.View view);

    static native TemplateInstance unlock(Frame frame, UnlockPage.View view);

    static native TemplateInstance audit(Frame frame, AuditView view);

    static native TemplateInstance change(Frame frame, ChangeView view);

    static native TemplateInstance labels(Frame frame, LabelsView view);

    static native TemplateInstance storage(Frame frame, StoragePage.View view);

    static native TemplateInstance open(Frame frame, String content);

    static native TemplateInstance signIn(Frame frame, SignInView view);
}
