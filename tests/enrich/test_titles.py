"""What job titles say, in the languages of the shipped words."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.enrich.titles import LANGUAGES, LEVELS, TitleEnricher, read_title

TITLES = """
Head of Sales                          director        sales
VP Engineering                         vice_president  engineering
Vice President Sales                   vice_president  sales
AP Lead                                manager         finance
Lead Engineer                          senior          engineering
Chief Marketing Officer                executive       marketing
Field Crew Chief                       manager         -
CEO & Founder                          owner           management
Executive Assistant to the CEO         staff           administration
Junior Product Manager                 entry           product
Product Owner                          staff           product
HR Business Partner                    staff           hr
Managing Partner                       partner         -
Strategic Sourcing Manager             manager         purchasing
IT Sales Manager                       manager         sales
Management Trainee                     training        -
Former CEO                             -               -
retired                                -               -
Vertriebsleiterin                      director        sales
Leiter Einkauf                         director        purchasing
Geschäftsführer/in (m/w/d)             executive       management
Geschaeftsfuehrer                      executive       management
Assistentin der Geschäftsführung       staff           administration
Sachbearbeiter Buchhaltung             staff           finance
Teamleiter Logistik                    manager         logistics
Werkstudent Marketing                  training        marketing
Directeur commercial                   director        sales
Directrice des ressources humaines     director        hr
Chef de projet informatique            staff           it
PDG                                    executive       management
Stagiaire communication                training        marketing
Jefe de compras                        manager         purchasing
Directora de Recursos Humanos          director        hr
Gerente General                        executive       management
Dueño                                  owner           management
Responsabile acquisti                  manager         purchasing
Amministratore delegato                executive       management
Hoofd inkoop                           director        purchasing
Eigenaar                               owner           management
903000                                 -               -
asd                                    -               -
"""


@pytest.mark.parametrize("line", TITLES.strip().splitlines())
def test_a_title_says_how_senior_it_is_and_of_which_department(line: str) -> None:
    """A title, its seniority, its department; - is nothing"""
    title, level, department = line[:39].strip(), *line[39:].split()
    read = read_title(title)
    assert (read.seniority or "-", read.department or "-") == (level, department)


def test_an_occupation_is_less_sure_than_a_word_for_the_level() -> None:
    """Whoever is in accounting is staff, probably; a head of it is sure"""
    sure, guess = TitleEnricher().enrich([{"job_title": "Head of Tax"}, {"job_title": "Payroll"}])
    assert sure[0].confidence > guess[0].confidence


@given(st.text(max_size=400))
def test_no_title_breaks_the_reading(title: str) -> None:
    """Any text gives a level of the ladder and words that stand in it, or nothing"""
    read = read_title(title)
    assert read.seniority is None or read.seniority in LEVELS
    assert bool(read.seniority) >= read.is_stated


def test_each_level_and_department_is_one_of_the_english_ones() -> None:
    """No language has a level or a department of its own"""
    tables = {
        language: tomllib.loads(
            files("leadlight.enrich").joinpath("words", f"{language}.toml").read_text("utf-8")
        )
        for language in LANGUAGES
    }
    known = {
        "seniority": {*LEVELS, "none", "support", "lead", "chief"},
        "department": set(tables["en"]["department"]),
    }
    for language, table in tables.items():
        for kind, of in (
            ("seniority", "seniority"),
            ("department", "department"),
            ("ends", "seniority"),
            ("beginnings", "department"),
        ):
            assert set(table.get(kind, {})) <= known[of], language
