"""The small real situations of `../shared/cases`: what a person who knows the job expects of each,
as far as a machine can judge it. A case is right when all of its checks are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.sources.stage import stage
from leadlight.desk.leads.dedupe import DedupeRequest, PairsRequest, dedupe, pairs
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.verify import VerifyFileRequest, verify_file
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.facts.cohort import Everyone

AS_OF = datetime(2026, 11, 1)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One thing that a person expects, and whether it is so."""

    what: str
    holds: bool


@dataclass(frozen=True)
class Reading:
    """How a file is read: its leads, each attribute as text, and what its reader is told."""

    rows: tuple[Row, ...]
    refused: int
    told: str

    def lead(self, id_: str) -> Row:
        """The lead of an id; empty where there is none, or where it was left apart."""
        return next((row for row in self.rows if row["lead_id"] == id_), {})

    def check(self, id_: str, **expected: str | None) -> Check:
        """Whether a lead's attributes are what they should be."""
        found = {name: self.lead(id_).get(name) for name in expected}
        return Check(f"{id_}: {expected} (found {found})", found == expected)

    def tells(self, *words: str) -> Check:
        """Whether its reader is told, in words of which these are some."""
        return Check(f"told: {words}", all(word.lower() in self.told.lower() for word in words))

    def holds_only(self, leads: int) -> Check:
        """Whether nothing else became a lead."""
        found = len({row["lead_id"] for row in self.rows})
        return Check(f"{leads} leads (found {found})", found == leads)


@dataclass(frozen=True)
class Links:
    """Pairs of leads that were found to be one person or of one company, and those asked about."""

    persons: set[frozenset[str]]
    companies: set[frozenset[str]]
    asked: set[frozenset[str]]


@dataclass(frozen=True)
class Case:
    """One folder of the cases, and a place to write to."""

    folder: Path
    scratch: Path

    def read(self, name: str) -> Reading:
        """A file as an import reads it."""
        con = connect()
        staged = stage(con, self.folder / name, name=name, what="leads")
        cursor = con.execute(f"SELECT * FROM {staged.relation} ORDER BY row_no")
        names = [column[0] for column in cursor.description]
        rows = tuple(
            {n: None if cell is None else _text(cell) for n, cell in zip(names, row, strict=True)}
            for row in cursor.fetchall()
        )
        return Reading(rows, staged.rejected, " ".join(str(p) for p in staged.problems))

    def answer(self, name: str, *logs: str) -> dict[str, Row]:
        """The qualification of each lead of a file."""
        from pyarrow import parquet

        out = self.scratch / f"{name}.parquet"
        request = QualifyRequest(
            AS_OF,
            leads=self.folder / name,
            activities=tuple(self.folder / log for log in logs),
            playbook="b2b-saas",
            as_of=AS_OF,
            out=out,
        )
        qualify(Session(None), request)
        return {str(row["lead_id"]): row for row in parquet.read_table(out).to_pylist()}

    def workspace(self, *names: str) -> Session:
        """A new workspace into which files were imported one after the other."""
        place = self.scratch / f"workspace-{'-'.join(names)}"
        init(Session(place), InitRequest(AS_OF, str(place)))
        session = Session(place)
        for name in names:
            import_files(session, ImportRequest((self.folder / name,), AS_OF, what="leads"))
        return session

    def links(self, name: str) -> Links:
        """Which of a file's leads are linked, and which are asked about."""
        session = self.workspace(name)
        dedupe(session, DedupeRequest(AS_OF))
        waiting = pairs(session, PairsRequest(AS_OF)).pairs
        with session.read("dedupe", AS_OF) as workspace:
            sql = f"SELECT lead_a, lead_b, kind FROM {workspace.ledger.links(state='made')}"
            made = workspace.con.execute(sql).fetchall()
        return Links(
            {frozenset((a, b)) for a, b, kind in made if kind == "person"},
            {frozenset((a, b)) for a, b, kind in made if kind == "company"},
            {frozenset((p.link.lead_a, p.link.lead_b)) for p in waiting},
        )


def _text(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def facts(session: Session) -> dict[str, Row]:
    """What a workspace knows of each lead."""
    with session.read("qualify", AS_OF) as workspace:
        base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(AS_OF))
        cursor = workspace.con.execute(f"SELECT * FROM {base.sources.leads}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {str(row["lead_id"]): row for row in rows}


def webinar(case: Case) -> Iterator[Check]:
    report, only = case.read("attendee_report.csv"), case.read("attendees_only.csv")
    yield report.holds_only(4)
    yield report.check("ada.brown@northwind-mills.co.uk", company="Northwind Mills", country="GB")
    yield report.check("dirk.smit@smit-bouw.nl", join_time=None)
    yield report.tells("header was found", "left out")
    yield Check("the host is no lead", not report.lead("hanna.host@ourcompany.io"))
    yield only.holds_only(3)


def blank_address(case: Case) -> Iterator[Check]:
    read, found = case.read("contacts.csv"), case.answer("contacts.csv")
    blank = [row for row in read.rows if row["first_name"] in ("Jon", "Lars")]
    yield Check("blank stays blank", [row["email"] for row in blank] == [None, None])
    yield Check("empty", all(found[str(r["lead_id"])]["contact"] == "empty" for r in blank))


def postal_codes(case: Case) -> Iterator[Check]:
    read = case.read("leads.csv")
    yield read.check("1", postal_code="01067", plz_branch="01067")
    yield read.check("2", postal_code="02138")


def extensions(case: Case) -> Iterator[Check]:
    found = case.answer("leads.csv")
    yield Check("all can be reached", {row["contact"] for row in found.values()} == {"reachable"})
    links = case.links("two-colleagues.csv")
    yield Check("x11 and x12 are two", frozenset("12") not in links.persons)
    yield Check("x11 and ext 11 are one", frozenset("13") in links.persons)


def spellings_of_one_mailbox(case: Case) -> Iterator[Check]:
    links = case.links("leads.csv")
    yield Check("case: linked", frozenset("12") in links.persons)
    found = links.persons | links.asked
    yield Check("one Gmail mailbox: linked or asked", frozenset("34") in found)
    yield Check("dots elsewhere: apart", frozenset("56") not in links.persons)


def dates(case: Case) -> Iterator[Check]:
    read = case.read("leads.csv")
    yield read.check("1", created_at="2026-11-01 15:00:00", birthday=None)
    yield read.check("2", created_at="2026-10-31 15:10:00", birthday=None)
    yield read.check("3", created_at="2026-10-15 11:00:00", birthday=None)
    yield read.check("4", created_at="2026-10-14 00:00:00", birthday=None)
    yield read.tells("birthday")


def consent(case: Case) -> Iterator[Check]:
    known = facts(case.workspace("1-leads.csv", "2-leads.csv"))
    yield Check("unreadable: the earlier answer stays", known["1"]["do_not_email"] is True)
    yield Check("blank: the earlier answer stays", known["3"]["do_not_email"] is True)
    yield Check("blank do_not_call: the earlier answer stays", known["1"]["do_not_call"] is True)
    yield case.read("2-leads.csv").tells("email_opt_out")


def opposite_columns(case: Case) -> Iterator[Check]:
    read = case.read("dynamics.csv")
    first, second = (f"7f0c2d0e-0001-4a00-9000-00000000000{n}" for n in "12")
    yield read.check(
        first, do_not_email="true", do_not_call="false", consent="false", crm_status="Contacted"
    )
    yield read.check(second, do_not_email="false", do_not_call="true", consent="true")
    shop = case.read("shop.csv")
    yield shop.check("rae.upton@uptonteas.com", consent="false", do_not_email="true")
    yield shop.check("sid.vance@vanceboats.com", consent="true", do_not_email="false")


def ragged_rows(case: Case) -> Iterator[Check]:
    read = case.read("leads.csv")
    yield read.check("ulf.vogt@vogtkunst.de", phone=None, notes=None)
    yield read.check("vic.wren@wrenbirds.co.uk", notes="I am here, and happy")
    yield Check("the long row is refused", read.refused == 1)
    yield Check("it is no lead", not read.lead("wes.york@yorkham.co.uk"))


def three_addresses(case: Case) -> Iterator[Check]:
    read = case.read("pipedrive_persons.csv")
    yield read.check("101", email="ned@pratttiles.com", phone="+1 212 441 2341", consent="true")
    yield read.check("102", email="oda.quist@quistsails.se", consent="false")
    yield read.check("103", email="pat@rothovens.de", consent="false")
    yield read.check("104", phone="+1 312 441 2342", email_bounced="true")


def dummies(case: Case) -> Iterator[Check]:
    links = case.links("leads.csv")
    found = sorted(map(sorted, links.persons))
    yield Check(f"no person is linked (found {found})", not found)
    strangers = {frozenset("12"), frozenset("67")}
    found = sorted(map(sorted, links.companies & strangers))
    yield Check(f"no company is linked by a dummy (found {found})", not found)


def first_source(case: Case) -> Iterator[Check]:
    session = case.workspace("1-fair.csv", "2-webinar.csv")
    known = facts(session)["1"]
    both = {str(cell) for name, cell in known.items() if "source" in name}
    yield Check(f"the first source is askable (found {both})", "Trade fair" in both)


def email_spellings(case: Case) -> Iterator[Check]:
    import csv

    out = case.scratch / "spellings.csv"
    verify_file(Session(None), VerifyFileRequest(case.folder / "leads.csv", AS_OF, out=out))
    with out.open(encoding="utf-8-sig", newline="") as f:
        rows = {row["lead_id"]: row for row in csv.DictReader(f)}
    valid = ("3", "5", "6", "7", "17", "18")
    for id_ in valid:
        verdict = rows[id_]["email_verdict"]
        yield Check(f"{id_} is valid ({verdict})", verdict not in ("unreachable", "risky"))
    for id_, repair in {
        "4": "sean.o'brien@obrien-dairy.ie",
        "9": "uma@umbrella-co.com",
        "10": "vera.vale@valefarm.com",
        "12": "xeno.xu@xuwood.com",
        "13": "yara.young@gmail.com",
        "14": "zed@zedpumps.com",
    }.items():
        found = rows[id_]["email_repair"]
        yield Check(f"{id_}: {repair} proposed (found {found!r})", found == repair)
    for id_ in ("19", "20"):
        yield Check(f"{id_} reaches nobody", rows[id_]["email_verdict"] == "unreachable")


def preamble(case: Case) -> Iterator[Check]:
    read = case.read("Connections.csv")
    yield read.holds_only(3)
    yield read.check("alma.ahl@ahldesign.se", job_title="Founder", created_at="2026-03-12 00:00:00")
    yield read.tells("header was found in line 4")


def no_ids(case: Case) -> Iterator[Check]:
    before, after = case.read("january.csv"), case.read("november.csv")
    ids = {row["last_name"]: row["lead_id"] for row in before.rows}
    later = {row["last_name"]: row["lead_id"] for row in after.rows}
    yield Check("one person keeps its id", all(later[name] == ids[name] for name in ids))
    yield Check("two never share one", len(set(later.values())) == 3)
    yield after.tells("no id")


def thousands(case: Case) -> Iterator[Check]:
    read = case.read("leads.csv")
    yield read.check("1", employees="1200", revenue="3100.0")
    yield read.check("2", employees="15000", revenue="12500.0")
    yield read.check("3", employees="2350", revenue="250000.0")


def names(case: Case) -> Iterator[Check]:
    for file, id_, first, last in (
        ("de-name-vorname.csv", "anja@krause-logistik.de", "Anja", "Krause"),
        ("fr-nom-prenom.csv", "lea@moreau-textile.fr", "Léa", "Moreau"),
        ("pt-nome-sobrenome.csv", "rita@souzacafe.com.br", "Rita", "Souza"),
    ):
        yield case.read(file).check(id_, first_name=first, last_name=last)
    whole = case.read("es-nombre-is-full.csv")
    yield whole.check("ana@garciapons.es", full_name="Ana García Pons")
    turned = case.read("last-comma-first.csv").lead("anja@krause-logistik.de")
    split = (turned.get("first_name"), turned.get("last_name")) == ("Anja", "Krause")
    yield Check(
        f"'Krause, Anja' is understood (found {turned})",
        split or turned.get("full_name") == "Krause, Anja",
    )
    twice = case.read("duplicate-and-blank-headers.csv")
    yield twice.check("ann@abelzinc.com", first_name="Ann", phone="+442079460958")
    yield twice.tells("First Name")


def forms(case: Case) -> Iterator[Check]:
    read = case.read("typeform.csv")
    yield read.check(
        "vilma@varnverk.se",
        full_name="Vilma Varn",
        company="Varn Verk",
        employees="51",
        created_at="2026-10-20 10:05:00",
    )
    answers = case.read("google_forms.csv")
    yield answers.check(
        "xena.xu@xuink.com",
        full_name="Xena Xu",
        company="Xu Ink",
        created_at="2026-10-28 17:01:33",
    )


def state(case: Case) -> Iterator[Check]:
    read = case.read("kit.csv")
    yield read.check("maja.moe@moefilm.no", region=None, do_not_email="false")
    yield read.check("nils.noe@noefarm.no", do_not_email="true")
    yield read.check("ole.oer@oerprint.no", email_bounced="true")
    yield case.read("beehiiv_substack.csv").check("quin.quast@quastbau.de", do_not_email="true")


def sequencer(case: Case) -> Iterator[Check]:
    read, found = case.read("apollo.csv"), case.answer("apollo.csv")
    yield read.check("ap001", email="gia@stonemills.com", email_bounced="false", employees="250")
    yield read.check("ap002", email_bounced="true")
    second = str(read.lead("ap002"))
    yield Check("the second address is known", "hal.ridge@gmail.com" in second)
    yield Check("it makes the lead reachable", found["ap002"]["contact"] == "reachable")


def workbook(case: Case) -> Iterator[Check]:
    fair = case.read("fair.xlsx")
    yield fair.holds_only(3)
    yield fair.check("ada@abtanker.de", created_at="2026-10-05 09:30:00", postal_code="01067")
    yield fair.check("ben@bockbau.de", created_at="2026-10-26 00:00:00")
    yield fair.tells("Sheet 'Leads' was read", "header was found in row 3")
    for file in ("title-row.csv", "title-row.xlsx"):
        yield case.read(file).holds_only(2)
    plain = case.read("plain.xlsx")
    yield plain.check("cem@cancam.com.tr", created_at="2026-10-27 12:00:00")
    yield plain.check("ada@abtanker.de", phone="493012345678")


def nested(case: Case) -> Iterator[Check]:
    google = case.read("google_lead_form.jsonl")
    yield google.check("g-2", full_name="Ulla Berg", email="ulla@bergbrot.de", company="Berg Brot")
    yield Check(
        "the test is empty", case.answer("google_lead_form.jsonl")["g-1"]["contact"] == "empty"
    )
    meta = case.read("meta_graph.jsonl")
    yield meta.check("120390001", full_name="Jana Vogel", phone="+4915112345678")


def overlapping_logs(case: Case) -> Iterator[Check]:
    one = case.answer("leads.csv", "log-week-1.csv", "log-week-2.csv")
    scratch = case.scratch / "once.csv"
    whole = [(case.folder / f"log-week-{n}.csv").read_text("utf-8").splitlines() for n in (1, 2)]
    lines = dict.fromkeys([*whole[0], *whole[1]])
    scratch.write_text("\n".join(line for line in lines if "2062" not in line) + "\n", "utf-8")
    other = case.answer("leads.csv", str(scratch))
    same = all(one[n]["engagement"] == other[n]["engagement"] for n in "12")
    yield Check("counted once; the one of 2062 not at all", same)


def second_address(case: Case) -> Iterator[Check]:
    hubspot, zoho = case.answer("hubspot.csv"), case.answer("zoho.csv")
    yield Check("701 can be reached", hubspot["701"]["contact"] == "reachable")
    yield Check("702 cannot", hubspot["702"]["contact"] == "empty")
    yield case.read("hubspot.csv").check("702", email_bounced="true")
    yield Check("zcrm_1 can be reached", zoho["zcrm_1"]["contact"] == "reachable")
    yield case.read("zoho.csv").check("zcrm_2", do_not_email="true", mobile="+44 7911 123456")


def channel(case: Case) -> Iterator[Check]:
    found = case.answer("leads.csv", "log.csv")
    step = {id_: _offered(str(row["next_step"] or "")) for id_, row in found.items()}
    yield Check(f"1 may not be called: {step['1']}", "call" not in step["1"])
    yield Check(f"2 has no phone: {step['2']}", "call" not in step["2"])
    for id_ in "34":
        mail = any(word in step[id_] for word in ("newsletter", "mail"))
        yield Check(f"{id_} has no working address: {step[id_]}", not mail)
    neither = any(word in step["5"] for word in ("call", "mail", "newsletter"))
    yield Check(f"5 may be neither called nor mailed: {step['5']}", not neither)


def _offered(step: str) -> str:
    """What a next step asks to do, without what it asks not to do ("send no mail")."""
    return re.sub(r"\b(send no mail|no mail|do not (call|mail))\b", "", step.lower())


def industries(case: Case) -> Iterator[Check]:
    for file in ("ci.csv", "hsind.csv"):
        found = case.answer(file)
        fits = {id_: float(row["fit"]) for id_, row in found.items()}
        yield Check(f"{file}: each is software or IT ({fits})", min(fits.values()) >= 20)


CASES: dict[str, Callable[[Case], Iterator[Check]]] = {
    "01-zoom-webinar-report": webinar,
    "05-blank-email-inherits": blank_address,
    "07-quoted-postal-codes": postal_codes,
    "08-phone-extensions": extensions,
    "09-email-case-and-dots": spellings_of_one_mailbox,
    "12-short-years-and-zero-dates": dates,
    "14-unreadable-consent": consent,
    "15-opposite-columns": opposite_columns,
    "18-ragged-rows": ragged_rows,
    "21-three-email-columns": three_addresses,
    "22-dummy-emails-linked": dummies,
    "23-first-source-kept": first_source,
    "24-email-spellings": email_spellings,
    "27-linkedin-preamble": preamble,
    "29-rows-without-an-id": no_ids,
    "30-thousands-dot": thousands,
    "32-bad-name-headers": names,
    "35-form-answers": forms,
    "36-state-means-status": state,
    "37-apollo-export": sequencer,
    "38-workbook-with-a-cover-sheet": workbook,
    "39-nested-lead-json": nested,
    "40-overlapping-logs-and-future": overlapping_logs,
    "42-hubspot-zoho-second-address": second_address,
    "43-channel-of-the-next-step": channel,
    "45-industry-words": industries,
}


def judge(folder: Path, scratch: Path) -> Sequence[Check]:
    """The checks of one case, by the name of its folder."""
    scratch.mkdir(parents=True, exist_ok=True)
    return list(CASES[folder.name](Case(folder, scratch)))
