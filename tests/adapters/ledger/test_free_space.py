"""What is removed leaves the file, also where the engine would leave it lying."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.ledger import free_space

WORD = b"wilhelmina.unmistakable@hidden-domain.org"


@pytest.mark.parametrize("others", [10, 200_000])
def test_a_removed_row_is_not_in_the_file(others: int, tmp_path: Path) -> None:
    """texts lie in the file as they are, so that they can be looked for in its bytes"""
    file = tmp_path / "facts.duckdb"

    def holds() -> bool:
        files = [f for f in tmp_path.iterdir() if f.name.startswith(file.name)]
        return any(WORD in f.read_bytes() for f in files)

    with closing(connect(file)) as con:
        con.execute("PRAGMA force_compression = 'uncompressed'")
        con.execute("CREATE TABLE facts (lead_id VARCHAR NOT NULL, email VARCHAR, n INTEGER)")
        con.execute(
            "INSERT INTO facts SELECT 'L' || i, CASE WHEN i = 5 THEN ? ELSE 'user' || i || '@x.com'"
            f" END, i FROM range({others}) r(i)",
            [WORD.decode()],
        )
        con.execute("CHECKPOINT")
        con.begin()
        con.execute("DELETE FROM facts WHERE lead_id = 'L5'")
        con.commit()
        con.execute("CHECKPOINT")
        assert holds()  # a removed row stays where it was
        con.begin()
        free_space.write_anew(con, ["facts"])
        con.commit()
        assert free_space.write_over(con)
        assert not holds()
        assert con.execute("SELECT count(*), max(n) FROM facts").fetchall() == [
            (others - 1, others - 1)
        ]
        with pytest.raises(Exception, match="NOT NULL"):
            con.execute("INSERT INTO facts (n) VALUES (1)")
    assert not holds()
    assert file.stat().st_size < 20 * (1 << 20)


def test_a_reader_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """somebody reads the facts as they were, and does not end"""
    monkeypatch.setattr(free_space, "_PAUSE", 0.001)
    with closing(connect(tmp_path / "facts.duckdb")) as con:
        con.execute("CREATE TABLE facts AS SELECT 1 AS n")
        with closing(con.cursor()) as reader:
            reader.begin()
            reader.execute("SELECT * FROM facts").fetchall()
            con.begin()
            free_space.write_anew(con, ["facts"])
            con.commit()
            assert not free_space.write_over(con)
            reader.rollback()
        assert free_space.write_over(con)
