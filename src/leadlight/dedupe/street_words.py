"""Words for streets as people write them, in full and shortened, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping


def _words(table: str) -> dict[str, str]:
    """`kind: word word` on each line, as word -> kind."""
    found: dict[str, str] = {}
    for line in table.strip().splitlines():
        kind, _, words = line.partition(":")
        found.update(dict.fromkeys(words.split(), kind.strip()))
    return found


KINDS: Mapping[str, str] = _words("""
    street: street st str strasse straat stra rue r calle c cl rua via v ulica ul ulitsa ulice
    street: улица ул
    street: gata gatan gade vej katu utca u gt strada str-la
    road: road rd chemin ch che carretera ctra crta estrada estr droga droge route rte
    avenue: avenue ave av avenida avda avd aleja al aleje prospekt pr проспект пр пр-т
    boulevard: boulevard blvd bld bd boul bvd blv bulevar bulvar blvr
    lane: lane ln weg w allee impasse imp passage pass pasaje psje travessa trav tv vicolo vico
    lane: gasse g callejon cjon переулок пер
    drive: drive dr drv
    square: square sq place pl platz plaza pza plza praca pc pca piazza pza p.za pzza plein plac
    square: torg torv ter namesti nam площадь пл largo lg
    court: court ct cours corso cso
    way: way wy
    highway: highway hwy parkway pkwy pkway freeway fwy expressway expy
    terrace: terrace terr
    quay: quay quai kade kai lungomare ufer
    circle: circle cir crescent cres
""")
"""What sort of street a word says."""

ENDINGS: Mapping[str, str] = {
    "strasse": "street",
    "straße": "street",
    "straat": "street",
    "gatan": "street",
    "gade": "street",
    "katu": "street",
    "gasse": "lane",
    "allee": "lane",
    "platz": "square",
    "plein": "square",
    "laan": "avenue",
    "weg": "lane",
    "str": "street",
    "pl": "square",
}
"""The same where it is written together with the name, the longest first."""

DIRECTIONS: Mapping[str, str] = _words("""
    n: n north
    s: s south
    e: e east
    w: w west
    ne: ne northeast
    nw: nw northwest
    se: se southeast
    sw: sw southwest
""")

ORDINALS: Mapping[str, str] = {
    word: f"{n}th"
    for n, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
}

LINKING = frozenset(
    [
        "de",
        "der",
        "den",
        "des",
        "del",
        "della",
        "delle",
        "dello",
        "di",
        "do",
        "da",
        "das",
        "dos",
        "du",
        "d",
        "la",
        "le",
        "les",
        "l",
        "el",
        "los",
        "las",
        "the",
        "of",
        "and",
        "y",
        "e",
        "et",
        "und",
        "van",
        "het",
        "am",
        "an",
        "im",
        "in",
        "zum",
        "zur",
    ]
)
"""Little words that are left out as often as they are written."""

TOWN_WORDS: Mapping[str, str] = {
    "st": "saint",
    "ste": "sainte",
    "sankt": "saint",
    "sta": "santa",
    "ft": "fort",
    "mt": "mount",
}
"""Words of towns as they are shortened."""
