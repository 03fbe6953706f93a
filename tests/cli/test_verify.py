"""`leadlight verify` and `leadlight dedupe` as people use them, on the demo company whose faults and twins are known."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from leadlight.facts.missing_values import is_missing
from tests.cli.test_command import ACME, Run, run, write
from tests.command import leadlight

__all__ = ["run"]

#: Every kind of fault that the demo company plants, and the rules of which at least one must speak for it.
FOUND_BY = {
    "malformed_email": {"malformed", "unknown_ending"},
    "typo_domain": {"typo"},
    "disposable_domain": {"disposable"},
    "role_address": {"role"},
    "no_reply": {"no_reply", "newsletter"},
    "keyboard_mash": {"mash_name", "mash_address", "mash_company"},
    "test_data": {"test_address", "reserved_domain", "placeholder_name"},
    "placeholder_phone": {"placeholder_number"},
    "placeholder_company": {"placeholder_company", "mash_company"},
    "short_phone": {"impossible", "short_number", "placeholder_number", "not_in_plan"},
    "only_bad_phone": {"impossible", "short_number", "placeholder_number", "not_in_plan"},
    "country_contradicts_phone": {"country_vs_phone"},
    "name_contradicts_email": {"name_vs_email"},
    "scam_burst": {"shared_phone", "burst"},
    "outdated": {"bounced"},
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the demo company in it, imported once."""
    folder = tmp_path_factory.mktemp("company") / "w"
    env = {**os.environ, "COLUMNS": "100"}
    made = leadlight("init", "w", cwd=folder.parent, env=env)
    assert made.returncode == 0, made.stderr
    (folder / "playbook.yml").write_text((ACME / "playbook.yml").read_text("utf-8"), "utf-8")
    done = leadlight(
        "import", str(ACME / "leads.csv"), str(ACME / "activities.csv"), cwd=folder, env=env
    )
    assert done.returncode == 0, done.stderr
    assert "380 leads verified" in " ".join(done.stdout.split())
    return folder


@pytest.fixture
def company(imported: Path, tmp_path: Path) -> Path:
    """A copy of that workspace, the test's own."""
    shutil.copytree(imported, tmp_path / "w")
    return tmp_path / "w"


def planted() -> list[dict[str, str]]:
    with (ACME / "planted.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_planted_fault_is_found_with_its_reason(run: Run, company: Path) -> None:
    """The demo company plants faults under their names; each is found by a rule that says just that."""
    out = company / "q.csv"
    done = run("verify", ACME / "leads.csv", "--out", out, cwd=company)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8-sig") as file:
        rows = {row["Lead ID"]: row for row in csv.DictReader(file)}
    missed = defaultdict(list)
    for one in planted():
        row = rows[one["lead_id"]]
        spoke = {
            r
            for c in ("email_because", "phone_because", "mobile_because", "doubts")
            for r in row[c].split("; ")
        }
        if one["fault"] == "placeholder_company" and is_missing(row["Company"]):
            continue  # `none` in a cell states nothing: there is no company to doubt
        if one["fault"] == "missing_contact":
            assert row["contact_because"] == "No e-mail address or phone number"
        elif one["fault"] and one["fault"] != "outdated" and not spoke & FOUND_BY[one["fault"]]:
            missed[one["fault"]].append((one["lead_id"], sorted(spoke)))
    assert not missed


def test_who_left_is_known_by_the_bounced_mails(run: Run, company: Path) -> None:
    """People who left their company: their mails bounced, which only the log knows. Imported together, they are empty."""
    done = run("qualify", "--out", "q.csv", "--no-report", "--columns", "all", cwd=company)
    assert done.returncode == 0, done.stderr
    with (company / "q.csv").open(encoding="utf-8-sig") as file:
        why = {row["Lead ID"]: row["contact_because"] for row in csv.DictReader(file)}
    left = [one["lead_id"] for one in planted() if one["fault"] == "outdated"]
    assert sum("bounced" in why[lead] for lead in left) >= len(left) / 2


def test_a_repair_is_proposed_accepted_and_taken_back(run: Run, company: Path) -> None:
    """`gmail.co` is proposed as `gmail.com`; accepted it is a fact, and `undo` takes that back."""
    done = run("verify", "--accept", "typo", cwd=company)
    assert "florian@gmail.co -> florian@gmail.com" in done.stdout, done.stderr
    assert "No repair is proposed for typo" in run("verify", "--accept", "typo", cwd=company).stderr
    receipt = done.stdout.split("accepted as ")[1].split(".")[0]
    assert run("undo", receipt, cwd=company).returncode == 0
    assert (
        "florian@gmail.co -> florian@gmail.com"
        in run("verify", "--accept", "typo", cwd=company).stdout
    )


def test_nothing_is_verified_twice(run: Run, company: Path) -> None:
    """An import verified what it brought: nothing is due the next minute, and everything is in 90 days or with --all."""
    assert "No contact is new, changed or due" in run("verify", cwd=company).stdout
    assert "380 leads verified" in run("verify", "--all", cwd=company).stdout


def test_every_planted_twin_is_linked_and_can_be_parted(run: Run, company: Path) -> None:
    """One person in two systems is one person; --different parts two that a person knows to be two."""
    done = run("dedupe", cwd=company)
    assert done.returncode == 0, done.stderr
    leads = int(run("qualify", "--no-report", cwd=company).stdout.split(" leads")[0])
    twins = [(one["lead_id"], one["twin_of"]) for one in planted() if one["twin_of"]]
    assert leads <= 380 - len(twins)
    one, other = twins[0]
    parted = run("dedupe", "--different", f"{one}={other}", "--by", "ana", cwd=company)
    assert "decided as" in parted.stdout, parted.stderr
    assert int(run("qualify", "--no-report", cwd=company).stdout.split(" leads")[0]) == leads + 1
    assert run("dedupe", cwd=company).returncode == 0
    assert int(run("qualify", "--no-report", cwd=company).stdout.split(" leads")[0]) == leads + 1


def test_colleagues_of_one_first_name_are_two_people(run: Run, tmp_path: Path) -> None:
    """Marijke Jansen and Marijke de Vries work for one company in one city: nobody is linked, whatever else is alike."""
    leads = ["Lead ID,First name,Last name,E-mail,Company,City"]
    for n in range(40):
        leads.append(f"x{n},Person{n},Surname{n},p{n}@firm{n}.example.net,Firm {n},City {n % 7}")
    leads.append(
        "a,Marijke,Jansen,marijke.jansen@oridexo-advisors.nl,Oridexo Advisors B.V.,Utrecht"
    )
    leads.append(
        "b,Marijke,de Vries,marijke.devries@oridexo-advisors.nl,Oridexo Advisors B.V.,Utrecht"
    )
    write(tmp_path / "leads.csv", "\n".join(leads))
    assert run("init", "w").returncode == 0
    folder = tmp_path / "w"
    assert run("import", "../leads.csv", cwd=folder).returncode == 0
    done = run("dedupe", cwd=folder)
    assert "0 new links made" in done.stdout, done.stdout + done.stderr


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of five leads that have nothing in common; of one the id holds the sign of a pair."""
    folder = tmp_path_factory.mktemp("strangers")
    leads = ["Lead ID,First name,Email,Company"]
    leads += [f"{i},N{n},{n}@firm{n}.de,Firm{n}" for n, i in enumerate(["A", "B", "C", "D", "x=y"])]
    write(folder / "leads.csv", "\n".join(leads))
    for words, where in ((("init", "w"), folder), (("import", "../leads.csv"), folder / "w")):
        assert leadlight(*words, cwd=where, env={**os.environ, "COLUMNS": "100"}).returncode == 0
    return folder


@pytest.fixture
def strangers(five: Path, tmp_path: Path) -> Path:
    """A copy of the workspace of five, the test's own."""
    shutil.copytree(five, tmp_path, dirs_exist_ok=True)
    return tmp_path / "w"


def persons(run: Run, folder: Path) -> dict[str, str]:
    done = run("qualify", "--no-report", "--out", "q.csv", "--columns", "all", cwd=folder)
    assert done.returncode == 0, done.stderr
    with (folder / "q.csv").open(encoding="utf-8-sig") as file:
        return {row["Lead ID"]: row["lead_id"] for row in csv.DictReader(file)}


def test_who_belongs_together_is_worked_out_anew_when_a_link_is_taken_back(
    run: Run, strangers: Path
) -> None:
    """A=B, then B=C, and A=B is taken back: B and C are one person, and A is nobody else."""
    for same in ("A=B", "B=C"):
        assert run("dedupe", "--same", same, cwd=strangers).returncode == 0
    assert len(set(persons(run, strangers).values())) == 3
    assert run("undo", "i3", cwd=strangers).returncode == 0
    after = persons(run, strangers)
    assert after["B"] == after["C"] != after["A"]
    last = run("undo", cwd=strangers).stdout.split()[0]
    assert run("undo", last, cwd=strangers).returncode == 0
    assert persons(run, strangers) == after


def test_a_person_is_not_called_by_a_lead_that_was_taken_back(
    run: Run, strangers: Path, tmp_path: Path
) -> None:
    """E, the best known lead of D=E, came with an import that is taken back: D is D again."""
    write(
        tmp_path / "more.csv",
        "Lead ID,First name,Last name,Email,Company,Phone\nE,E,E,e@e.de,E,+49 30 901820",
    )
    assert "as i3" in run("import", "../more.csv", cwd=strangers).stdout
    assert run("dedupe", "--same", "D=E", cwd=strangers).returncode == 0
    assert persons(run, strangers)["D"] == "E"
    assert run("undo", "i3", cwd=strangers).returncode == 0
    assert persons(run, strangers)["D"] == "D"


def test_decisions_that_contradict_each_other_are_told(run: Run, strangers: Path) -> None:
    """C=D the same and D=C different at once; A=B, B=C, and then A different from C: one of both gives way, and says so."""
    done = run("dedupe", "--same", "C=D", "--different", "D=C", cwd=strangers)
    assert done.returncode == 2
    assert "cannot be the same and different" in done.stderr
    done = run("dedupe", "--same", "A=B", "--same", "B=A", "--same", "B=C", cwd=strangers)
    assert "2 decided" in done.stdout
    done = run("dedupe", "--different", "A=C", cwd=strangers)
    assert "B and C are not together although a person said they are the same" in " ".join(
        done.stderr.split()
    )
    after = persons(run, strangers)
    assert after["A"] == after["B"] != after["C"]


def test_a_person_who_was_not_there_yet_is_no_lead(run: Run, strangers: Path) -> None:
    """explain of B, one person with A since today, as of a day before both, with what is known now"""
    assert run("dedupe", "--same", "A=B", cwd=strangers).returncode == 0
    done = run("explain", "B", "--as-of", "2001-01-01", "--known", "now", cwd=strangers)
    assert (done.returncode, "There is no lead 'B'" in done.stderr) == (2, True), done.stderr


def test_an_id_may_hold_the_sign_of_a_pair(run: Run, strangers: Path) -> None:
    """--same D=x=y, where the leads are D and x=y"""
    assert run("dedupe", "--same", "D=x=y", cwd=strangers).returncode == 0
    after = persons(run, strangers)
    assert after["D"] == after["x=y"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("verify", "--every", "soon"), "--every takes a duration"),
        (("verify", "--country", "Germany"), "two-letter code"),
        (("verify", "--country", "ZZ"), "no country ZZ"),
        (("verify", ACME / "activities.csv"), "holds activities"),
        (("verify", "--accept", "tpyo"), "typo"),
        (("dedupe", "--same", "A-000001"), "A=B"),
        (("dedupe", "--same", "A-000001=nobody"), "There is no lead nobody"),
        (("dedupe", "--external-id", "Nope"), "No lead has a column 'Nope'"),
        (("verify", "--accept", "all", "--accept", "nosuch"), "No repair is proposed for nosuch"),
        (("verify", "--accept", "typo", "--accept", "phne"), "Did you mean 'phone'?"),
        (("verify", str(ACME / "leads.csv"), "--accept", "typo"), "go with a workspace"),
        (("dedupe", "--make", "0.3", "--ask", "0.9"), "not above"),
    ],
)
def test_a_slip_ends_in_a_sentence(
    run: Run, company: Path, words: tuple[str, ...], says: str
) -> None:
    done: subprocess.CompletedProcess[str] = run(*words, cwd=company)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_office_is_not_each_of_its_people(run: Run, tmp_path: Path) -> None:
    """A nameless lead with contact@ shares company, site and city with three colleagues: it is none of them."""
    leads = ["Lead ID,First name,Last name,E-mail,Company,Website,City"]
    for n in range(40):
        leads.append(
            f"x{n},Person{n},Surname{n},p{n}@firm{n}.example.net,Firm {n},firm{n}.example.net,City"
            f" {n % 7}"
        )
    for n, (first, last) in enumerate((("Zoe", "Moreau"), ("Benoit", "Girard"), ("Ines", "Petit"))):
        leads.append(
            f"a{n},{first},{last},{first}.{last}@galmond.fr,Galmond SAS,galmond.fr,Lyon".lower()
        )
    leads.append("office,,,contact@galmond.fr,Galmond SAS,galmond.fr,Lyon")
    write(tmp_path / "leads.csv", "\n".join(leads))
    assert run("init", "w").returncode == 0
    folder = tmp_path / "w"
    assert run("import", "../leads.csv", cwd=folder).returncode == 0
    done = run("dedupe", cwd=folder)
    assert "0 new links made" in done.stdout, done.stdout + done.stderr


def test_what_people_type_to_get_past_a_form_proves_nothing(run: Run, tmp_path: Path) -> None:
    """Two nameless leads of two companies gave test@test.com, two others the number 1234567890: they are four people."""
    leads = ["Lead ID,First name,Last name,E-mail,Phone,Company,Country"]
    for n in range(30):
        leads.append(f"x{n},Person{n},Surname{n},p{n}@firm{n}.example.net,,Firm {n},DE")
    leads += ["a,,,test@test.com,,Foo,DE", "b,,,test@test.com,,Bar,DE"]
    leads += ["c,,,ada@adasoft.de,1234567890,Ada,DE", "d,,,bob@bobhaus.de,1234567890,Bob,DE"]
    write(tmp_path / "leads.csv", "\n".join(leads))
    assert run("init", "w").returncode == 0
    folder = tmp_path / "w"
    assert run("import", "../leads.csv", cwd=folder).returncode == 0
    done = run("dedupe", cwd=folder)
    assert "0 new links made" in done.stdout, done.stdout + done.stderr
