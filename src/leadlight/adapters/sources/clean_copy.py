"""A copy of a broken file that keeps the rules: every row of the right width, each with its place
and the line it came from.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import count, text_literal
from leadlight.adapters.sources.raw import RawLoader, cell


class CleanCopy:
    """Rows go in as they are read in Python; DuckDB's reader takes them from there."""

    def __init__(self, path: Path, width: int, delimiter: str) -> None:
        self.width, self.delimiter, self.count = width, delimiter, 0
        self._path = path
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(
            self._file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n"
        )

    def add(self, row_no: int, line: int, row: list[str], text: str = '"') -> None:
        """A row; its text is copied as it stands when there is nothing in it that could be read in
        two ways.
        """
        self.count += 1
        body = text.rstrip("\r\n")
        if '"' in body or "\r" in body or "\0" in body:
            self._writer.writerow((row_no, line, *row))
        else:
            self._file.write(f"{row_no}{self.delimiter}{line}{self.delimiter}{body}\n")

    def load(self, con: duckdb.DuckDBPyConnection, table: str) -> int:
        """Makes the raw table; answers with the number of its rows."""
        self._file.close()
        columns = ", ".join(
            [
                "'row_no': 'BIGINT', 'line': 'BIGINT'",
                *(f"'{cell(i)}': 'VARCHAR'" for i in range(self.width)),
            ]
        )
        try:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM"
                f" read_csv({text_literal(str(self._path))}, auto_detect = false, header = false,"
                f" delim = {text_literal(self.delimiter)}, quote = '\"', escape = '\"', strict_mode"
                f" = true, compression = 'none', nullstr = '', columns = {{{columns}}})"
            ).fetchall()
            if count(con, f"SELECT count(*) FROM {table}") == self.count:
                return self.count
        except duckdb.Error:
            pass  # a row too long for the reader, or a character it does not take
        loading = RawLoader(con, table, self.width)
        with self._path.open(encoding="utf-8", newline="") as f:
            for row in csv.reader(f, delimiter=self.delimiter):
                loading.add(int(row[1]), row[2:], int(row[0]))
        return loading.finish()
