"""The models of a workspace: listed with their verdicts, drawn, and put aside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leadlight.desk.models.model_list import (
    ModelsRequest,
    RetireModelRequest,
    model_pictures,
    models,
    retire_model,
)
from leadlight.desk.rules.agreement import PublishRequest, publish
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.text.model_card import render_models
from tests.desk.live.conftest import NOW, PLAYBOOK, make_workspace

MODEL = """leadlight-model: 1
name: soon
about: Won within 30 days.
outcome: won
horizon: 30d
learned: 2026-06-01
start: -1
terms:
  - {of: employees, cuts: [50, 500], add: [-0.5, 0.2, 1.0], unknown: 0, say: Size}
verdict:
  split: "The newest fifth judges"
  judged: 200
  judged_with_outcome: 40
  auc: [0.81, 0.74, 0.88]
  gains: [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0]
  calibration: [{said: 0.1, came: 0.12, leads: 100}, {said: 0.5, came: 0.45, leads: 100}]
refused:
  - {column: Tags, why: "holds the result in words"}
"""
WITH_SCORE = PLAYBOOK.replace("  engagement: heat", "  engagement: heat\n  chance: {model: soon}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "soon.yml").write_text(MODEL, encoding="utf-8")
    return tmp_path


def retirement(because: str = "the base rate moved", model: str = "soon") -> RetireModelRequest:
    return RetireModelRequest(model, because, "Ada", NOW)


def test_a_model_is_listed_with_its_verdict(folder: Path) -> None:
    """
    a model in the folder that no rule uses   its figures, what it would bring, what was refused
    broken.yml                                named with its fault; the others are listed
    the rules use it                          the score by which they do
    """
    (folder / "models" / "broken.yml").write_text("leadlight-model: 1\nterms: 3\n")
    with Session(folder) as session:
        found = models(session, ModelsRequest(NOW))
        (standing,) = found.models
        assert [name for name, _ in found.refused] == ["broken"]
        assert (standing.card.name, standing.scores, standing.is_file) == ("soon", (), True)
        assert standing.card.refused == (("Tags", "holds the result in words"),)
        assert standing.card.brings.startswith("On 200 leads the model had not seen")
        assert [(f.name, f.value, f.low) for f in standing.card.figures] == [("AUC", 0.81, 0.74)]
        (folder / "playbook.yml").write_text(WITH_SCORE, encoding="utf-8")
        (standing,) = models(session, ModelsRequest(NOW)).models
        assert standing.scores == ("chance",)
        assert "soon  (score chance)" in list(render_models(replace(found, models=(standing,))))


def test_a_published_model_is_listed_beside_its_newer_file(folder: Path) -> None:
    """What is in force is the text that was published, whatever the file says now."""
    (folder / "playbook.yml").write_text(WITH_SCORE, encoding="utf-8")
    with Session(folder) as session:
        publish(session, PublishRequest("Ada", NOW))
        (folder / "models" / "soon.yml").write_text(MODEL.replace("start: -1", "start: -2"))
        found = models(session, ModelsRequest(NOW)).models
    assert [(m.is_in_force, m.is_file) for m in found] == [(True, False), (False, True)]


def test_a_model_is_drawn(folder: Path) -> None:
    """Gains, calibration and what weighs most, each with its figures; no text is left as markup."""
    hostile = MODEL.replace("say: Size", "say: '<script>alert(1)</script>'")
    (folder / "models" / "soon.yml").write_text(hostile, encoding="utf-8")
    with Session(folder) as session:
        (standing,) = models(session, ModelsRequest(NOW)).models
    pictures = model_pictures(standing)
    assert [p.heading for p in pictures] == ["Gains", "Calibration", "What weighs most"]
    assert all(p.svg.startswith("<svg role=") and p.figures for p in pictures)
    assert not any("<script>" in p.svg for p in pictures)


def test_a_model_is_retired(folder: Path) -> None:
    """
    no reason, or no such model   refused
    the rules use it              refused, by the score's name
    else                          its text is kept with who did it and why, and it is listed no more
    """
    with Session(folder) as session:
        with pytest.raises(CannotDo, match="Say why"):
            retire_model(session, retirement(" "))
        with pytest.raises(CannotDo, match="Did you mean 'soon'"):
            retire_model(session, retirement(model="sooon"))
        (folder / "playbook.yml").write_text(WITH_SCORE, encoding="utf-8")
        with pytest.raises(CannotDo, match="score chance"):
            retire_model(session, retirement())
        (folder / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
        done = retire_model(session, retirement("the base\nrate moved"))
        assert models(session, ModelsRequest(NOW)).models == ()
    first, rest = done.file.read_text(encoding="utf-8").split("\n", 1)
    assert first == "# Retired on 2026-11-01 09:00 UTC by Ada: the base rate moved"
    assert rest == MODEL
