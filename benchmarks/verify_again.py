"""A second verification of contacts that have not changed, against the first: a workspace of two hundred thousand leads.

python benchmarks/verify_again.py [--leads 200000]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import duckdb

from leadlight.adapters.clock import now
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.verify import VerifyRequest, verify
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init


def main() -> None:
    said = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    said.add_argument("--leads", type=int, default=200_000)
    leads = said.parse_args().leads
    with tempfile.TemporaryDirectory() as folder:
        file, place = Path(folder) / "leads.csv", Path(folder) / "w"
        duckdb.sql(
            "SELECT n AS lead_id, 'person' || n || '@firm' || n % 5000 || '.com' AS email, '+49 30"
            " ' || 2000000 + n AS phone, 'Ana' AS first_name, 'Berg' || n % 3000 AS last_name,"
            f" 'DE' AS country FROM range({leads}) t(n)"
        ).write_csv(str(file))
        init(Session(), InitRequest(now(), str(place)))
        import_files(Session(place), ImportRequest((file,), now(), verify=False))
        taken = []
        for _ in range(2):
            start = time.process_time()
            found = verify(Session(place), VerifyRequest(now()))
            taken.append((time.process_time() - start, found.leads))
    (first, checked), (second, again) = taken
    print(
        f"  first {first:.2f} CPU s for {checked:,} leads, second {second:.2f} CPU s for {again:,}"
    )
    reached = f"{second / first:.1%} ({again:,} leads checked again)"
    print(
        f"{'a second verification of unchanged contacts, CPU':<58} {'asked < 5 %':<20} reached"
        f" {reached}"
    )


if __name__ == "__main__":
    main()
