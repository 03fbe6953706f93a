"""Every command of the pages is run as it stands there, and says what the page says that it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.transcript import ROOT, Shell, missing, sandbox, steps

PAGES = (
    "README.md",
    "docs/tutorial.md",
    "docs/how-to/compare-two-moments.md",
    "docs/how-to/see-what-works.md",
    "docs/how-to/work-with-segments.md",
    "docs/how-to/write-a-rule.md",
    "docs/how-to/bring-your-scoring-rules.md",
    "docs/how-to/agree-on-a-definition.md",
    "docs/how-to/test-a-playbook.md",
    "docs/how-to/tune-the-points.md",
    "docs/how-to/rehearse-a-change.md",
    "docs/how-to/fix-a-mapping.md",
    "docs/how-to/import-from-your-crm.md",
    "docs/how-to/give-back-to-the-crm.md",
    "docs/how-to/find-your-ideal-customer.md",
    "docs/how-to/who-to-contact.md",
    "docs/how-to/persons-rights.md",
    "docs/how-to/back-up.md",
    "docs/how-to/use-the-api.md",
    "docs/how-to/tell-other-systems.md",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_what_it_promises(page: str, tmp_path: Path) -> None:
    """I copy the page's commands into a terminal, one after the other, and see what the page shows."""
    text = (ROOT / page).read_text(encoding="utf-8")
    shell = Shell(sandbox(tmp_path))
    ran = 0
    for step in steps(text):
        code, printed = shell.run(step)
        said = "\n".join(printed)
        assert code == step.exits, f"{page}:{step.line}: {step.command} exited {code}\n{said}"
        assert not (lost := missing(step.says, printed)), (
            f"{page}:{step.line}: {step.command} lacks {lost}\n{said}"
        )
        ran += 1
    assert ran, f"{page} has no command"


def test_a_line_that_is_not_said_is_missing() -> None:
    """
    $ leadlight check
    a fault
    a second fault
    """
    assert missing(["a fault", "...", "a sec... fault"], ["a fault", "x", "a second fault"]) == []
    assert missing(["a second fault", "a fault"], ["a fault", "a second fault"]) == ["a fault"]
