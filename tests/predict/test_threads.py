"""Small fits run on one thread, whichever library they come from."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
from threadpoolctl import threadpool_info
from leadlight.predict.threads import one_thread
with one_thread("scipy.linalg"):
    print(sorted({(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()}))
"""


def test_a_library_that_is_needed_first_inside_has_one_thread_too() -> None:
    """`persona --clusters` loaded its library inside the limit, which therefore did not hold for it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    pools = eval(done.stdout)
    assert any("scipy" in name for name, _ in pools)
    assert {threads for _, threads in pools} == {1}
