"""Which verbs the API offers, and the scope that each needs."""

from __future__ import annotations

from leadlight.server.scopes import Scope

#: Verb -> the scope that it needs. A verb that stands neither here nor below is not offered.
OFFERS: dict[str, Scope] = {
    "add-endpoint": "admin",
    "change-endpoint": "admin",
    "check": "read",
    "clusters": "read",
    "compare": "read",
    "customers": "read",
    "deliveries": "read",
    "diff": "read",
    "endpoints": "read",
    "explain": "read",
    "facts": "read",
    "forget": "admin",
    "history": "read",
    "imports": "read",
    "leads": "read",
    "lookalikes": "read",
    "pairs": "read",
    "person": "read",
    "persona": "read",
    "plan": "read",
    "qualification": "read",
    "repairs": "read",
    "replay": "read",
    "replay-deliveries": "admin",
    "runs": "read",
    "segments": "read",
    "test": "read",
    "today": "read",
    "transitions": "read",
    "uplift": "read",
    "verify-file": "read",
    "version-text": "read",
    "accept": "act",
    "decide": "act",
    "dedupe": "act",
    "import": "act",
    "log-outcome": "act",
    "object": "act",
    "qualify": "act",
    "undo-outcome": "act",
    "verify": "act",
    "audit": "rules",
    "begin-cases": "rules",
    "check-model": "rules",
    "learn": "rules",
    "publish": "rules",
    "rehearse": "rules",
    "sign": "rules",
    "tune": "rules",
    "scanners": "rules",
    "undo": "rules",
}
#: Verbs that are not offered as such, and why.
NOT_OFFERED: dict[str, str] = {
    "backup": "writes a file where the server runs; a terminal does it while it serves",
    "check-model-by-table": "works on the folder that a terminal is in",
    "copy": "writes another workspace, where the server has no business",
    "init": "makes a workspace; the server has one",
    "learn-table": "writes into the folder that a terminal is in",
    "qualify-lake": "starts Spark on paths of a company's lake",
    "restore": "makes a workspace; the server has one",
    "report": "is GET /api/v1/report",
}
#: Verbs that show or change no lead, and leave no line in the audit log.
UNRECORDED = frozenset(
    {
        "audit",
        "begin-cases",
        "check",
        "diff",
        "endpoints",
        "history",
        "imports",
        "plan",
        "runs",
        "segments",
        "test",
        "version-text",
    }
)
