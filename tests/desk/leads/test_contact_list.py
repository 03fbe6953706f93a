"""Lists for a channel: only who may be reached by it, in a folder, on a server and out of files."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads.contact_list import ContactListRequest, contact_list
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.problems import CannotDo
from leadlight.results.contact_list import ContactListResult
from leadlight.results.text.contact_list import render_contact_list
from tests.prepared import HERE, prepare

Ask = Callable[..., ContactListResult]
MONDAY = datetime(2026, 11, 2, 9)
PLAYBOOK = """\
leadlight: 1
name: listed
signals:
  heat: {points: {demo_requested: 40}, half_life: 14d}
scores:
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {cold: otherwise}]
segments:
  large: employees >= 500
"""
HEADER = (
    "lead_id,email,phone,mobile,first_name,last_name,gender,language,street,postal_code,city,"
    "country,employees,consent,ads_consent,do_not_email,do_not_call"
)
LEADS = f"""{HEADER}
ana,Ana.M+x@gmail.com,030 1234567,,Ana,Meier,female,de,Weg 1,10115,Berlin,DE,700,yes,yes,,
bo,bo@bolt-parts.com,,+1 650 253 0000,Bo,=1+1,,en,1 Main St,94035,Paris,US,5,yes,,,
cy,cy@cole-labs.com,,0151 12345678,Cy,Roth,,de,,,,DE,600,yes,yes,,yes
dia,dia@dome-labs.com,0151 12345678,,Dia,Roth,,de,Weg 2,10115,Berlin,DE,600,,yes,,
eve,eve@ever-labs.com,030 7654321,,Eve,Ende,,de,,,,DE,600,no,yes,,
fay,bo@bolt-parts.com,+33 1 42 68 53 00,,Fay,Petit,,fr,,,,FR,600,yes,no,,
gus,gus@,12,,Gus,,,,,,,DE,,yes,yes,,
"""
LOG = """lead_id,occurred_at,kind,result
ana,2026-11-01 10:00,demo_requested,
ana,2026-10-01 10:00,consent_given,marketing
dia,2026-11-01 10:00,won,
dia,2026-10-01 10:00,consent_given,
"""


@pytest.fixture(params=["folder", "files"])
def ask(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ask]:
    """Seven leads, wherever they lie."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("leads", LEADS), ("log", LOG)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    leads, log = tmp_path / "leads.csv", tmp_path / "log.csv"
    playbook = tmp_path / "rules.yml"
    playbook.write_text(PLAYBOOK, encoding="utf-8")
    if request.param == "files":

        def of_files(channel: str, **more: object) -> ContactListResult:
            asked = {"leads": leads, "activities": (log,), "playbook": str(playbook), **more}
            return contact_list(Session(), ContactListRequest(channel, MONDAY, **asked))

        yield of_files
        return
    where = HERE if request.param == "folder" else request.getfixturevalue("address")
    with Session(prepare(company, tmp_path, where)) as session:
        yield lambda channel, **more: contact_list(
            session, ContactListRequest(channel, MONDAY, **more)
        )


def company(where: str) -> None:
    init(Session(), InitRequest(MONDAY, where, "b2b-saas"))
    for name, text in (("playbook.yml", PLAYBOOK), ("leads.csv", LEADS), ("log.csv", LOG)):
        Path(name).write_text(text, encoding="utf-8")
    import_files(Session(where), ImportRequest((Path("leads.csv"), Path("log.csv")), MONDAY))


@pytest.mark.parametrize("ask", ["folder", "server", "files"], indirect=True)
def test_each_list_has_only_who_may_be_reached_by_it(ask: Ask) -> None:
    """
    eve said no to everything; cy said no to calls, and dia has the same number; fay has the
    address of bo, and said no to platforms; bo said nothing of them; gus cannot be reached
    """
    assert reasons(ask("mail")) == (4, {"withdrawn": 1, "same-contact": 1, "unreachable": 1})
    assert reasons(ask("dialler")) == (
        3,
        {"do-not-call": 2, "withdrawn": 1, "number-unreachable": 1},
    )
    assert reasons(ask("text")) == (1, {"no-mobile": 4, "do-not-call": 2})
    assert reasons(ask("post")) == (3, {"no-postal-address": 4})
    refused = {"withdrawn": 2, "no-ads-consent": 1, "no-contact": 1, "do-not-call": 2}
    assert reasons(ask("google-ads")) == (1, refused)


def test_who_is_wanted_is_said_by_a_condition_or_a_segment(ask: Ask) -> None:
    """Large leads are five; hot is one; a condition that cannot be read names its word"""
    assert ask("mail", segment="large").leads == 5
    assert ask("mail", when="temperature = 'hot'").leads == 1
    with pytest.raises(CannotDo, match="tempreature"):
        ask("mail", when="tempreature = 'hot'")
    with pytest.raises(CannotDo, match="large"):
        ask("mail", segment="lagre")
    with pytest.raises(CannotDo, match="not both"):
        ask("mail", segment="large", when="employees > 1")


def test_a_playbook_that_asks_for_verdicts_changes_nothing(ask: Ask, tmp_path: Path) -> None:
    """The verdicts of contacts are made once, whoever asks for them"""
    signal = "signals:\n  contactable: {verify: {role: risky}, empty_at: 100}\n"
    rules = tmp_path / "verifying.yml"
    rules.write_text(PLAYBOOK.replace("signals:\n", signal), encoding="utf-8")
    found = ask("mail", when="employees > 1", playbook=str(rules))
    assert reasons(found) == reasons(ask("mail", when="employees > 1"))


def test_customers_can_be_left_out(ask: Ask) -> None:
    """Dia bought"""
    found = ask("mail", without=("customers",))
    assert reasons(found)[1]["customer"] == 1


def test_an_audience_is_hashed_and_names_nobody(ask: Ask, tmp_path: Path) -> None:
    """The address of ana as Google wants it; no id, no name, no number in the clear"""
    out = tmp_path / "audience.csv"
    found = ask("google-ads", out=out, when="temperature = 'hot'")
    assert found.listed == 1
    assert found.file.rows == 1
    assert not out.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = table(out)
    assert row["Email"] == digest("anam@gmail.com")
    assert row["Phone"] == digest("+49301234567")
    assert (row["First Name"], row["Last Name"]) == (digest("ana"), digest("meier"))
    assert (row["Country"], row["Zip"]) == ("DE", "10115")
    with pytest.raises(CannotDo, match="csv"):
        ask("meta-ads", out=tmp_path / "audience.xlsx")


def test_a_dialler_has_both_forms_of_a_number_and_the_hours(ask: Ask, tmp_path: Path) -> None:
    """At nine on a Monday in UTC Berlin works, California sleeps until four in the afternoon"""
    out = tmp_path / "calls.csv"
    ask("dialler", out=out)
    rows = {row["lead_id"]: row for row in table(out)}
    ana, bo = rows["ana"], rows["bo"]
    assert (ana["phone"], ana["phone_national"], ana["line"]) == (
        "+49301234567",
        "030 1234567",
        "fixed",
    )
    assert (ana["time_zone"], ana["open_now"]) == ("Europe/Berlin", "true")
    assert ana["closes_at_utc"] == "2026-11-02 17:00:00"
    assert (bo["phone"], bo["phone_national"]) == ("+16502530000", "(650) 253-0000")
    assert bo["open_now"] == "false"
    assert bo["opens_at_utc"] > "2026-11-02 12:00"
    assert bo["last_name"] == "'=1+1"


def test_a_letter_begins_with_a_salutation(ask: Ask, tmp_path: Path) -> None:
    """In a workbook, too; the list that the verb wrote may be replaced, another file may not"""
    out = tmp_path / "letters.csv"
    ask("mail", out=out)
    ask("mail", out=out, when="temperature = 'hot'")
    (row,) = table(out)
    assert row["salutation"] == "Sehr geehrte Frau Meier,"
    assert ask("post", out=tmp_path / "letters.xlsx").file.rows == 3
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CannotDo):
        ask("mail", out=tmp_path / "mine.csv")


def test_a_letter_wants_a_consent_where_that_is_asked_for(ask: Ask) -> None:
    """Dia gave hers in the log, for everything; for advertising she must name it"""
    assert reasons(ask("post", needs_consent=True))[0] == 3
    found = ask("post", purpose="advertising")
    assert reasons(found) == (2, {"no-postal-address": 4, "no-ads-consent": 1})


def test_what_is_not_there_is_refused_with_the_nearest_word(ask: Ask) -> None:
    """A channel and a purpose by another name"""
    with pytest.raises(CannotDo, match="google-ads"):
        ask("google-add")
    with pytest.raises(CannotDo, match="marketing"):
        ask("mail", purpose="marketting")


def test_the_lines_say_who_is_left_out_and_why(ask: Ask) -> None:
    """A sentence for each reason, and what to do where no consent names platforms"""
    lines = [str(part) for part in render_contact_list(ask("google-ads"))]
    assert any("no consent to be shared" in line for line in lines)
    assert any("does not allow sharing" in line for line in lines)


def reasons(found: ContactListResult) -> tuple[int, dict[str, int]]:
    counted = {part.code: part.leads for part in found.left_out}
    assert found.listed + sum(counted.values()) == found.leads
    return found.listed, counted


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
