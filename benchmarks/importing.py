"""A CSV into a fresh workspace; with --plain into a table of a DuckDB file.   python importing.py FILE FOLDER [--plain]"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

file, folder, *extra = sys.argv[1:]
place = Path(tempfile.mkdtemp(dir=folder))
try:
    if extra:
        import duckdb

        con = duckdb.connect(str(place / "plain.duckdb"))
        con.execute("CREATE TABLE leads AS SELECT * FROM read_csv(?)", [file])
        con.close()
    else:
        from leadlight.adapters.clock import now
        from leadlight.desk.leads.import_ import ImportRequest, import_files
        from leadlight.desk.session import Session
        from leadlight.desk.workspaces.init import InitRequest, init

        init(Session(), InitRequest(now(), str(place / "w")))
        request = ImportRequest((Path(file),), now(), verify=False)
        (done,) = import_files(Session(place / "w"), request).files
        receipt = done.receipt
        assert receipt is not None, done.refusal
        assert receipt.imported == 1_000_000, receipt
finally:
    shutil.rmtree(place, ignore_errors=True)
