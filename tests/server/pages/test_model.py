"""Model: its verdict, whether it fits, learned in the background, put to use, and put aside."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from leadlight.predict.columns import SetAside
from leadlight.predict.judge.evaluation import Calibration, RankingQuality, Verdict
from leadlight.predict.judge.metrics import Estimate
from leadlight.results.trained_model import LearnResult, TrainedModel
from tests.desk.models.test_model_list import MODEL
from tests.server.conftest import Served, wait_for
from tests.server.pages.conftest import post
from tests.server.pages.test_playbook import HOSTILE, let_in

REFUSED = "It ranks no better than the points that you have."


@pytest.fixture
def modelled(served: Served) -> Served:
    """The small company has learned a model; a column's name is hostile text."""
    folder = served.server.session.place.folder / "models"
    folder.mkdir()
    text = MODEL.replace("column: Tags", f"column: '{HOSTILE.replace(chr(39), chr(39) * 2)}'")
    (folder / "soon.yml").write_text(text, encoding="utf-8")
    return served


def evaluation(refused: str | None = None) -> LearnResult:
    """What learning gives; the model stands unless it is refused."""
    quality = RankingQuality("the model", *(Estimate(0.8, 0.7, 0.9),) * 3)
    tenths = (Calibration(50, 0.1, Estimate(0.1, 0.05, 0.2)),)
    verdict = Verdict(
        "By time", True, 300, 40, 100, 20, quality, (), tenths, 0.02, ((0.2, 0.5), (0.5, 0.8)), refused
    )  # fmt: skip
    model = None if refused else TrainedModel("soon", MODEL, timedelta(days=30))
    leaks = (SetAside("tags", HOSTILE, "leak", "knows the answer"),)
    return LearnResult("the workspace", "won", 400, 60, verdict, leaks=leaks, model=model)


def test_a_model_is_looked_at_used_and_retired(person: httpx.Client, modelled: Served) -> None:
    """
    its figures, pictures, what was refused; the text of a column is no markup
    used in a draft   a score of it, and what that changes in words; the text is kept as a draft
    it is retired     with a reason only; it is listed no more
    """
    page = person.get("/model")
    assert "calling the fifth of highest probability first finds 50%" in page.text
    assert page.text.count('<svg role="img"') == 3
    assert "holds the result in words" in page.text
    assert "<script>alert" not in page.text
    assert not re.search(r"<[^>]+ (style|on\w+)=|<style|javascript:", page.text)
    assert "The rules in force do not use it." in page.text
    draft = post(person, "/model/use", page.text, {"model": "soon"})
    assert draft.url.path == "/playbook/edit"
    assert "New score <b>probability</b>" in draft.text
    assert "{model: soon}" in draft.text
    assert "Say why" in post(person, "/model/retire", page.text, {"model": "soon"}).text
    done = post(person, "/model/retire", page.text, {"model": "soon", "because": HOSTILE})
    assert "soon is retired" in done.text
    assert "No model was learned yet" in done.text


def test_whether_a_model_still_fits(person: httpx.Client, modelled: Served) -> None:
    """It runs on in the background. A path is no model's name."""
    page = person.get("/model")
    begun = post(person, "/model/check", page.text, {"model": "soon"})
    done = wait_for(lambda: (p := person.get(begun.url.path)).text.count("Looked at:") and p)
    assert "Move its start" in done.text
    for name in ("../playbook", "/etc/passwd", "models/soon.yml"):
        refused = post(person, "/model/check", page.text, {"model": name})
        assert refused.status_code == 409
        assert "There is no such model" in refused.text


@pytest.mark.parametrize("refused", [None, REFUSED])
def test_a_model_is_learned_or_refused(
    person: httpx.Client, monkeypatch: pytest.MonkeyPatch, refused: str | None
) -> None:
    """
    a horizon of no days   asked for again, and what was typed is there
    learned                the verdict beside other rankings, the leaks, and a button to use it
    refused                why, and no such button
    """
    asked: list[Any] = []

    def learn(_: Any, request: Any, progress: Any) -> LearnResult:
        progress.step("Learning", lambda: None)
        asked.append(request)
        return evaluation(refused)

    monkeypatch.setattr("leadlight.server.pages.model_learn.learn", learn)
    page = person.get("/model/learn")
    form = {"outcome": "won, lost", "horizon": "0", "name": "later"}
    again = post(person, "/model/learn", page.text, form)
    assert again.status_code == 409
    assert 'value="won, lost"' in again.text
    begun = post(person, "/model/learn", page.text, {**form, "horizon": "30"})
    done = wait_for(lambda: (p := person.get(begun.url.path)).text.count("whole evaluation") and p)
    assert asked[0].history.outcome == ("won", "lost")
    assert (asked[0].history.horizon, asked[0].name) == (timedelta(days=30), "later")
    assert "0.800 (0.700 to 0.900)" in done.text
    assert "knows the answer" in done.text
    assert "<script>alert" not in done.text
    assert ("Use it in a draft" in done.text) is (refused is None)
    assert (REFUSED in done.text) is (refused is not None)


def test_why_nothing_can_be_learned(person: httpx.Client) -> None:
    """Too little is known of three leads: the sentence of the verb, and no model."""
    page = person.get("/model/learn")
    begun = post(person, "/model/learn", page.text, {"outcome": "won", "horizon": "30"})
    done = wait_for(lambda: (p := person.get(begun.url.path)).text.count('role="alert"') and p)
    assert "made a mistake" not in done.text
    assert person.get("/model").text.count("No model was learned yet") == 1


def test_a_rep_sees_the_verdict_and_learns_nothing(person: httpx.Client, modelled: Served) -> None:
    with let_in(modelled, "rob", "rep") as rob:
        page = rob.get("/model")
        assert "Verdict" in page.text
        assert "/model/learn" not in page.text
        assert rob.get("/model/learn").status_code == 403
        for path in ("retire", "check", "use"):
            assert post(rob, f"/model/{path}", page.text, {"model": "soon"}).status_code == 403
