"""Damaged and hostile exports: a sentence or a playbook that can be used, and never anything else."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from leadlight.adapters.sources.countries import country_code
from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook
from leadlight.playbook.translation.document import read_document
from leadlight.playbook.translation.remarks import RulesOfAnother
from leadlight.playbook.translation.translate import translate
from leadlight.playbook.yaml_text import quoted
from leadlight.problems import CannotDo
from tests.often import examples
from tests.playbook.translation import test_hubspot, test_mautic
from tests.playbook.translation.exports import group, point, rule, score, translated
from tests.playbook.translation.test_mautic import one

HOSTILE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    0.001,
    "",
    "'; DROP TABLE leads; --",
    'x"\n  evil: {when: true, add: 1000}',
    "# comment",
    "\x1b[31mred\x07",
    "a\u2028b\u202ec",
    "\ud800",
    "=HYPERLINK(1)",
    "x" * 5_000,
    "otherwise",
    "null",
    "日本語",
    [],
    {},
    [[[]]],
    {"type": "MULTI", "calculators": []},
]


def spoiled(document: Any, dice: random.Random) -> Any:
    """The document with one of its values exchanged."""
    document = copy.deepcopy(document)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in list(pairs):
            places.append((value, key))
            if isinstance(inner, dict | list):
                walk(inner)

    walk(document)
    holder, key = dice.choice(places)
    holder[key] = dice.choice(HOSTILE)
    return document


def sentence_or_rules(documents: list[Any]) -> str | RulesOfAnother:
    """What the translation says, or what it makes."""
    try:
        return translated(*documents)
    except CannotDo as fault:
        return str(fault)


EXPORTS = examples(80, 2_000)
DOCUMENTS = {
    "hubspot": [test_hubspot.QUALITY, {"list": test_hubspot.READERS}],
    "mautic": [
        test_mautic.POINTS,
        test_mautic.TRIGGERS,
        test_mautic.STAGES,
        test_mautic.segments(test_mautic.one("country", "in", ["Germany"])),
    ],
}


@pytest.mark.parametrize("source", DOCUMENTS)
def test_a_spoiled_export_is_a_sentence_or_a_playbook_without_faults(source: str) -> None:
    """Eighty exports (with LEADLIGHT_LAWS=long, two thousand) of which one to three values are something else: whatever they say, they leave neither their
    line of a comment nor their place in a condition.
    """
    for seed in range(EXPORTS):
        dice = random.Random(seed)
        documents = copy.deepcopy(DOCUMENTS[source])
        for _ in range(dice.randrange(1, 4)):
            n = dice.randrange(len(documents))
            documents[n] = spoiled(documents[n], dice)
        found = sentence_or_rules(documents)
        if isinstance(found, str):
            assert found.isprintable()
            continue
        book, problems = read_playbook(found.text, "x.yml", Catalog())
        assert book is not None, (seed, problems)
        assert [p for p in problems if p.level == "fault"] == [], seed
        assert "evil" not in {r.id for s in book.scores for r in getattr(s, "rules", ())}
        found.text.encode()
        for line in found.text.splitlines():
            assert line.isprintable()
        for left in found.left:
            assert (left.rule + left.why + left.instead).isprintable()


NO_JSON = {
    "nothing": ("", "no JSON"),
    "half of it": ('{"groupConfigs": [', "line 1"),
    "a page": ("<html>", "no JSON"),
    "no number": ('{"a": NaN}', "no JSON"),
    "too deep": ("[" * 200_000, "deeply"),
    "too long": ('"' + "x" * 10_000_001 + '"', "longer than"),
    "a huge number": ('{"a": ' + "9" * 6_000 + "}", "no JSON"),
}


@pytest.mark.parametrize("case", NO_JSON)
def test_what_is_no_json_gets_a_sentence(case: str) -> None:
    """It names the file and the line."""
    text, words = NO_JSON[case]
    with pytest.raises(CannotDo, match=words):
        translate([("export.json", text)], Catalog(), country_code)


def test_any_text_is_one_scalar() -> None:
    """Quoted, a text comes back as it was, but for halves of pairs that no file can hold."""
    from leadlight.playbook.nodes import read_nodes

    for text in ("", "'\"\\", "a\nb\tc", "\x00\x7f\x85\u2028", "日本語 😀", "#: - {", "\ud800"):
        node, problems = read_nodes(f"a: {quoted(text)}\n", "x.yml")
        assert not problems
        assert node is not None
        assert (node.get("a") or node).text == text.replace("\ud800", "?")


def test_the_document_says_where_it_is_wrong() -> None:
    """`groupConfigs[0].maxValue` should be a number."""
    document = json.loads(json.dumps(test_hubspot.QUALITY))
    document["groupConfigs"][0]["maxValue"] = "many"
    found = translated(document, {"list": test_hubspot.READERS})
    assert found.left[0].why == 'groupConfigs[0].maxValue should be a number and is "many"'
    assert found.left[1].rule == "matrix 'Grade'"  # which needs that group
    assert read_document('{"a": 1.10}', "x").get("a").number() == read_document("1.1", "x").number()


def test_what_is_too_long_for_a_condition_is_left() -> None:
    """An address of 5,000 letters, a list of 300 alternatives and a score of 300 groups: each is named, and what stands
    beside it is carried over.
    """
    address = point("long", "url.hit", 3, properties={"page_url": "/" + "x" * 5_000})
    found = translated({"points": [address, point("good", "form.submit", 1)]})
    assert [r.rule for r in found.left] == ["point action 'long'"]
    filters = [one("city", "=", f"Town {n}", glue="or") for n in range(300)]
    found = translated(test_mautic.POINTS, test_mautic.segments(*filters))
    assert [r.rule for r in found.left] == ["segment 'Chosen'"]
    groups = [
        group(f"Group {n}", "FIT", rule({"type": "CONSTANT", "value": 1})) for n in range(300)
    ]
    found = translated(score(*groups))
    assert [r.rule for r in found.left] == ["score 'Lead quality'"]
    assert read_playbook(found.text, "x.yml", Catalog())[0] is not None
