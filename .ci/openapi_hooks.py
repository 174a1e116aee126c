"""For .ci/openapi: what is asked is asked as it is described, but for how long it waits."""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Waits in line for a lock that nobody gives back: a second instead of the half minute of the description's example."""
    if case.query and case.query.get("wait") == "PT30S":
        case.query["wait"] = "PT1S"
