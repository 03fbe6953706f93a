"""The mock as a process of its own: python -m tests.servers.crm PEOPLE ACTIVITIES [busy]; it prints its address."""

from __future__ import annotations

import gc
import sys
import threading
from datetime import UTC, datetime

from tests.servers.crm.company import fill_store
from tests.servers.crm.hubspot import hubspot
from tests.servers.crm.server import serve
from tests.servers.crm.store import Faults, Store

people, activities, busy = int(sys.argv[1]), int(sys.argv[2]), float(([*sys.argv, "0"])[3])
gc.disable()  # a million records of small objects: nothing of them is garbage
moment = datetime.now(UTC).replace(tzinfo=None)
store = fill_store(Store(Faults(busy=busy)), people, activities, moment)
with serve(store, hubspot) as crm:
    print(crm.url, flush=True)
    threading.Event().wait()
