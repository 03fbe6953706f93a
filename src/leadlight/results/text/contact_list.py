"""A list for a channel as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import plural
from leadlight.results.contact_list import ContactListResult
from leadlight.results.text.lines import Line, Part, files_line


def render_contact_list(found: ContactListResult) -> Iterator[Part]:
    """How many are listed, who is left out and why, and the file."""
    leads = plural(found.leads, "lead", "leads")
    yield Line(
        f"{found.listed:,} of {leads} may be reached: {found.about}, for {found.purpose}.", "bold"
    )
    if found.left_out:
        yield f"{sum(part.leads for part in found.left_out):,} are left out:"
        wide = max(len(f"{part.leads:,}") for part in found.left_out)
        for part in found.left_out:
            yield f"  {part.leads:>{wide},}  {part.because}"
    if any(part.code == "no-ads-consent" for part in found.left_out):
        yield Line(
            "A consent to be written to does not allow sharing with a platform. If the wording of"
            " yours covers both, name the purpose marketing.",
            "dim",
            "purpose",
        )
    if found.file is not None:
        yield from files_line([found.file])
