"""Tables as nobody would make them: headers of random languages in random order, values of random
locales, rows broken at random. Never a traceback, never another number of rows.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.sources.stage import stage
from leadlight.facts.vocabulary import LANGUAGES, language
from leadlight.problems import CannotDo
from tests.often import examples

HEADERS = sorted(
    {
        word
        for code in LANGUAGES
        for what in ("leads", "activities")
        for words in language(code).sections.get(what, {}).values()
        for word in words
    }
)
CELLS = (
    *("", " ", "-", "n/a", "ana@acme.com", "bo@x.de; cy@y.fr", "+49 30 1234567", "06 12 34 56 78"),
    *("3.100", "12,5", "1 234,50 €", "51-200", "from 10 to 50", "10k", "~40", "(12)", "1e400"),
    *("2026-11-01", "01/02/2026", "13.11.2026, 14:30 Uhr", "46327", "0000-00-00", "2 мая 2026"),
    *("ja", "нет", "はい", "Y", "Unsubscribed", "Bounced", "Closed Won", "cancelled", "demo"),
    *("Informatik", "Müller & Söhne", "O'Brien", "=1+1", '"', "a\tb", "\u200b", "株式会社", "0"),
)
TABLES = st.lists(st.sampled_from(HEADERS), min_size=1, max_size=9).flatmap(
    lambda headers: st.tuples(
        st.just(headers),
        st.lists(
            st.lists(st.sampled_from(CELLS), min_size=0, max_size=len(headers) + 2), max_size=12
        ),
        st.sampled_from(",;\t|"),
    )
)


@settings(
    max_examples=examples(12, 2000),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(TABLES)
def test_any_table_is_read_or_refused_in_a_sentence(
    table: tuple[list[str], list[list[str]], str],
) -> None:
    headers, rows, sign = table
    with TemporaryDirectory() as folder, connect() as con:
        path = Path(folder) / "x.csv"
        path.write_text("\n".join(sign.join(row) for row in (headers, *rows)) + "\n", "utf-8")
        try:
            staged = stage(con, path, name="x")
        except CannotDo:
            return  # in a sentence; anything else is a fault of ours
        counted = f"SELECT count(*) FROM {staged.relation}"
        usable = con.execute(counted).fetchall()[0][0]
        refused = con.execute(f"SELECT count(*) FROM {staged.rejects}").fetchall()[0][0]
        assert (staged.read, staged.rejected) == (usable + refused, refused)
        con.execute(f"SELECT * FROM {staged.relation}").fetchall()  # every value can be made
