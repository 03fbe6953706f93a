"""A next step goes by a way that is allowed and works, in every preset."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight import qualify
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read

LEADS = """id,email,phone,do_not_call,do_not_email,email_bounced,created_at
1,ana@cobaltsys.com,+1 212 441 2371,yes,no,no,2026-10-30
2,bill@stonemills.com,,no,no,no,2026-10-30
3,eve@zanezinc.com,+1 206 441 2375,yes,yes,no,2026-10-30
4,dan@youngyarn.com,+1 415 441 2374,no,no,yes,2026-10-30
5,cora.webbworks.com,+1 312 441 2373,no,no,no,2026-10-30
6,gus@bankslaw.com,+1 415 441 2376,no,no,no,2026-10-30
"""
KINDS = ("demo_requested", "pricing_viewed", "cart_added", "checkout_started", "webinar_attended")


@pytest.mark.parametrize("hot", [True, False])
@pytest.mark.parametrize("name", preset_names())
def test_nobody_is_called_or_mailed_where_that_cannot_be(
    name: str, hot: bool, tmp_path: Path
) -> None:
    (tmp_path / "leads.csv").write_text(LEADS)
    did = [f"{i},2026-10-31 10:00,{kind}\n" for i in range(1, 7) for kind in KINDS]
    (tmp_path / "log.csv").write_text("lead_id,date,activity\n" + "".join(did))
    log = tmp_path / "log.csv" if hot else None
    found = qualify(tmp_path / "leads.csv", log, as_of="2026-11-01", playbook=name)
    ways = {r.next_step: r.by for r in must_read(preset_text(name)).routes}
    way = {str(r["lead_id"]): ways[r["next_step"]] for r in found.to_arrow().to_pylist()}
    assert way["1"] != "call"
    assert way["2"] != "call"
    assert way["3"] == "nothing"
    assert way["4"] != "mail"
    assert way["5"] != "mail"
