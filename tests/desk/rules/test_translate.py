"""`translate` as a verb: files, a workspace's own columns, and what may be written over."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.rules.translate import TranslateRequest, translate_rules
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.problems import CannotDo
from tests.playbook.translation.exports import group, operation, point, rule, score, when

NOW = datetime(2026, 11, 1)
SCORE = score(
    group(
        "Kind",
        "FIT",
        rule(when(5, "Customer tier", operation("ENUMERATION", "IS_ANY_OF", values=["gold"]))),
        rule(when(3, "jobtitle", operation("ALL_PROPERTY", "IS_KNOWN"))),
    )
)


def _file(folder: Path, document: object) -> Path:
    file = folder / "export.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_a_workspace_knows_its_own_columns(tmp_path: Path) -> None:
    """The rule on `Customer tier` is left where no base has it, and carried over where one does."""
    file = _file(tmp_path, SCORE)
    alone = translate_rules(Session(None), TranslateRequest(NOW, (file,)))
    assert [r.rule for r in alone.left] == ["group 'Kind', rule 1"]
    assert alone.written is None
    ws = tmp_path / "ws"
    init(Session(None), InitRequest(NOW, str(ws)))
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id,Job Title,Customer tier\n1,CEO,gold\n2,CFO,\n", encoding="utf-8")
    with Session(ws) as session:
        import_files(session, ImportRequest((leads,), NOW))
        found = translate_rules(session, TranslateRequest(NOW, (file,), tmp_path / "new.yml"))
    assert not found.left
    assert found.written is not None
    assert "lower(customer_tier) = 'gold'" in (tmp_path / "new.yml").read_text(encoding="utf-8")


def test_only_an_earlier_translation_is_written_over(tmp_path: Path) -> None:
    """Yesterday's translation is; the playbook of somebody, and the export itself, are not."""
    file, out = _file(tmp_path, {"points": [point("Form", "form.submit", 3)]}), tmp_path / "out.yml"
    session = Session(None)
    first = translate_rules(session, TranslateRequest(NOW, (file,), out))
    assert translate_rules(session, TranslateRequest(NOW, (file,), out)).text == first.text
    mine = tmp_path / "mine.yml"
    mine.write_text("leadlight: 1\n", encoding="utf-8")
    for target in (mine, file):
        before = target.read_text(encoding="utf-8")
        with pytest.raises(CannotDo):
            translate_rules(session, TranslateRequest(NOW, (file,), target))
        assert target.read_text(encoding="utf-8") == before


def test_what_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    """A folder, no file, bytes that are no text, no name at all."""
    damaged = tmp_path / "x.json"
    damaged.write_bytes(b"\xff\xfe\x00{")
    cases = {(tmp_path,): "is a folder", (tmp_path / "gone",): "no file", (damaged,): "UTF-8"}
    for files, words in {**cases, (): "Name the export"}.items():
        with pytest.raises(CannotDo, match=words):
            translate_rules(Session(None), TranslateRequest(NOW, files))
