"""The verbs of the desk by name: what the API offers, and what the page on JSON describes."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Verb:
    """A verb by where it is: `module` and `function`. It is imported when somebody needs it.

    What it takes and gives is what the function declares: `verb(session, request) -> result`, with
    a `progress` where it is long.
    """

    module: str
    function: str

    def load(self) -> Callable[..., Any]:
        """The function itself."""
        verb: Callable[..., Any] = getattr(import_module(self.module), self.function)
        return verb

    @property
    def request(self) -> type:
        """The class of its request."""
        request: type = get_type_hints(self.load())["request"]
        return request

    @property
    def results(self) -> tuple[type, ...]:
        """The classes of its result: one, or several where it depends on the request."""
        result = get_type_hints(self.load())["return"]
        several = get_origin(result) in (Union, types.UnionType)
        return get_args(result) if several else (result,)

    @property
    def is_long(self) -> bool:
        """Whether it says how far it is."""
        return "progress" in get_type_hints(self.load())


#: Every verb by its name.
VERBS: dict[str, Verb] = {
    "add-endpoint": Verb("leadlight.desk.live.endpoints", "add_endpoint"),
    "begin-cases": Verb("leadlight.desk.rules.case_starter", "begin_cases"),
    "change-endpoint": Verb("leadlight.desk.live.endpoints", "change_endpoint"),
    "backup": Verb("leadlight.desk.workspaces.backup", "backup"),
    "restore": Verb("leadlight.desk.workspaces.backup", "restore"),
    "check": Verb("leadlight.desk.rules.check", "check"),
    "connect": Verb("leadlight.desk.crm.connect", "connect"),
    "connections": Verb("leadlight.desk.crm.connect", "connections"),
    "copy": Verb("leadlight.desk.workspaces.copy", "copy"),
    "deliveries": Verb("leadlight.desk.live.deliveries", "deliveries"),
    "data-quality": Verb("leadlight.desk.leads.data_quality", "data_quality"),
    "diff": Verb("leadlight.desk.rules.diff", "diff"),
    "enrich": Verb("leadlight.desk.leads.enrichment", "enrich"),
    "enrichers": Verb("leadlight.desk.leads.enrichment", "enrichers"),
    "endpoints": Verb("leadlight.desk.live.endpoints", "endpoints"),
    "forms": Verb("leadlight.desk.live.forms", "forms"),
    "history": Verb("leadlight.desk.rules.agreement", "history"),
    "init": Verb("leadlight.desk.workspaces.init", "init"),
    "qualify": Verb("leadlight.desk.leads.qualify", "qualify"),
    "qualification": Verb("leadlight.desk.leads.qualification", "qualification"),
    "qualify-lake": Verb("leadlight.desk.leads.lake", "qualify_lake"),
    "explain": Verb("leadlight.desk.leads.explain", "explain"),
    "compare": Verb("leadlight.desk.leads.compare", "compare"),
    "import": Verb("leadlight.desk.leads.import_", "import_files"),
    "replay-deliveries": Verb("leadlight.desk.live.deliveries", "replay_deliveries"),
    "report": Verb("leadlight.desk.leads.report", "report"),
    "runs": Verb("leadlight.desk.leads.runs", "runs"),
    "segments": Verb("leadlight.desk.leads.report", "segments"),
    "segment-figures": Verb("leadlight.desk.leads.segment_figures", "segment_figures"),
    "try-segment": Verb("leadlight.desk.leads.segment_trial", "try_segment"),
    "export-segment": Verb("leadlight.desk.leads.segment_trial", "export_segment"),
    "send-segment": Verb("leadlight.desk.live.segment_delivery", "send_segment"),
    "market-research": Verb("leadlight.desk.leads.market_research", "market_research"),
    "replay": Verb("leadlight.desk.leads.replay", "replay"),
    "dedupe": Verb("leadlight.desk.leads.dedupe", "dedupe"),
    "pairs": Verb("leadlight.desk.leads.dedupe", "pairs"),
    "decline": Verb("leadlight.desk.leads.verify", "decline"),
    "merge-preview": Verb("leadlight.desk.leads.dedupe", "merge_preview"),
    "import-content": Verb("leadlight.desk.leads.undo", "import_content"),
    "decide": Verb("leadlight.desk.leads.dedupe", "decide"),
    "verify": Verb("leadlight.desk.leads.verify", "verify"),
    "verify-file": Verb("leadlight.desk.leads.verify", "verify_file"),
    "repairs": Verb("leadlight.desk.leads.verify", "repairs"),
    "accept": Verb("leadlight.desk.leads.verify", "accept"),
    "object": Verb("leadlight.desk.persons.objection", "record_objection"),
    "person": Verb("leadlight.desk.persons.record", "person"),
    "facts": Verb("leadlight.desk.persons.facts", "facts"),
    "forget": Verb("leadlight.desk.persons.erasure", "forget"),
    "imports": Verb("leadlight.desk.leads.undo", "imports"),
    "plan": Verb("leadlight.desk.rules.plan", "plan"),
    "playbook": Verb("leadlight.desk.rules.sentences", "playbook"),
    "preview": Verb("leadlight.desk.rules.preview", "preview"),
    "publish": Verb("leadlight.desk.rules.agreement", "publish"),
    "push": Verb("leadlight.desk.crm.push", "push"),
    "rehearse": Verb("leadlight.desk.rules.rehearse", "rehearse"),
    "test": Verb("leadlight.desk.rules.test", "run_cases"),
    "sync": Verb("leadlight.desk.crm.sync", "sync"),
    "differences": Verb("leadlight.desk.crm.differences", "differences"),
    "undo-push": Verb("leadlight.desk.crm.undo_push", "undo_push"),
    "sign": Verb("leadlight.desk.rules.agreement", "sign"),
    "version-text": Verb("leadlight.desk.rules.agreement", "version_text"),
    "assign": Verb("leadlight.desk.routing.assign", "assign"),
    "disconnect": Verb("leadlight.desk.crm.connect", "disconnect"),
    "dry-run": Verb("leadlight.desk.rules.dry_run", "dry_run"),
    "due": Verb("leadlight.desk.routing.due", "due"),
    "change-roster": Verb("leadlight.desk.routing.roster", "change_roster"),
    "roster": Verb("leadlight.desk.routing.roster", "roster"),
    "reassign": Verb("leadlight.desk.routing.assign", "reassign"),
    "audit": Verb("leadlight.desk.live.audit", "audit"),
    "scanners": Verb("leadlight.desk.live.scanners", "scanners"),
    "transitions": Verb("leadlight.desk.live.transitions", "transitions"),
    "undo": Verb("leadlight.desk.leads.undo", "undo"),
    "check-model": Verb("leadlight.desk.models.check_model", "check_model"),
    "check-model-by-table": Verb("leadlight.desk.models.check_model", "check_model_by_table"),
    "clusters": Verb("leadlight.desk.models.lookalikes", "clusters"),
    "customers": Verb("leadlight.desk.models.customers", "customers"),
    "channels": Verb("leadlight.desk.leads.marketing_channels", "channels"),
    "ladder": Verb("leadlight.desk.leads.ladder", "ladder"),
    "leads": Verb("leadlight.desk.leads.lead_list", "leads"),
    "list": Verb("leadlight.desk.leads.contact_list", "contact_list"),
    "log-outcome": Verb("leadlight.desk.live.outcome_log", "log_outcome"),
    "today": Verb("leadlight.desk.leads.today", "today"),
    "undo-outcome": Verb("leadlight.desk.live.outcome_log", "undo_outcome"),
    "measure-buildings": Verb("leadlight.desk.geo.measure", "measure"),
    "answer-label": Verb("leadlight.desk.geo.label_sheet", "answer_label"),
    "label-buildings": Verb("leadlight.desk.geo.label_sheet", "label_buildings"),
    "label-sheets": Verb("leadlight.desk.geo.label_sheet", "sheets"),
    "learn-buildings": Verb("leadlight.desk.geo.learn", "learn_buildings"),
    "list-buildings": Verb("leadlight.desk.geo.specialist_list", "list_buildings"),
    "match-buildings": Verb("leadlight.desk.geo.match", "match"),
    "learn": Verb("leadlight.desk.models.learn", "learn"),
    "learn-table": Verb("leadlight.desk.models.learn", "learn_table"),
    "models": Verb("leadlight.desk.models.model_list", "models"),
    "retire-model": Verb("leadlight.desk.models.model_list", "retire_model"),
    "lookalikes": Verb("leadlight.desk.models.lookalikes", "lookalikes"),
    "persona": Verb("leadlight.desk.models.persona", "persona"),
    "translate": Verb("leadlight.desk.rules.translate", "translate_rules"),
    "tune": Verb("leadlight.desk.models.tune", "tune"),
    "uplift": Verb("leadlight.desk.models.uplift", "uplift"),
    "tracks": Verb("leadlight.desk.nurture.tracks", "tracks"),
    "begin-tracks": Verb("leadlight.desk.nurture.begin_tracks", "begin_tracks"),
    "change-track": Verb("leadlight.desk.nurture.tracks", "change_track"),
    "owed": Verb("leadlight.desk.nurture.send", "owed"),
    "mail-check": Verb("leadlight.desk.nurture.mail_check", "mail_check"),
}
