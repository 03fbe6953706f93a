"""What an audit found, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import plural
from leadlight.results.audit import AuditResult
from leadlight.results.text.lines import Line, Part


def render_audit(result: AuditResult) -> Iterator[Part]:
    """One sentence, and the first differences."""
    if result.run_id is None or result.as_of is None:
        yield Line("There is no run to audit yet.")
        return
    moment = f"{result.as_of:%Y-%m-%d %H:%M:%S} UTC"
    leads = plural(result.leads, "lead", "leads")
    if not result.count:
        yield Line(f"The labels of {leads} are those of a full run as of {moment}.")
        return
    labels = plural(result.count, "label differs", "labels differ")
    yield Line(f"{labels} from a full run of {leads} as of {moment}.", "fault")
    for each in result.differences:
        stands, should = each.stands or "none", each.should or "none"
        yield Line(f"  {each.lead_id}: {each.scale} stands at {stands} and should be {should}.")
    yield Line("Qualify the workspace to set it right, and report this: it is a fault of ours.")
