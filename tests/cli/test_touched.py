"""`leadlight qualify --touched` as a user types it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_command import LEADS, LOG, Run, run, write

__all__ = ["run"]

NEWS = "Record ID,Date,Event\n102,2026-10-31 12:00,Demo requested\n"


def test_only_leads_with_news_are_looked_at(run: Run, tmp_path: Path) -> None:
    """Three leads are qualified; then Bob asks for a demo, and Bob alone is looked at."""
    for name, text in (("leads.csv", LEADS), ("log.csv", LOG), ("news.csv", NEWS)):
        write(tmp_path / name, text)
    run("init", ".", "--preset", "b2b-saas")
    run("import", "leads.csv", "log.csv")
    first = run("qualify", "--touched", "--no-report")
    assert "The whole base was evaluated. There is no run to build on yet." in first.stdout, (
        first.stderr
    )
    run("import", "news.csv")
    done = run("qualify", "--touched", "--out", "q.csv")
    assert done.returncode == 0, done.stderr
    assert (
        "Evaluated 1 lead, 33.3 % of the base: 1 with news, 0 that may change by the clock."
        in done.stdout
    )
    assert "q.csv (1 row)" in done.stdout
    assert "102" in (tmp_path / "q.csv").read_text()


def test_another_playbook_is_a_whole_run(run: Run, tmp_path: Path) -> None:
    """The rules changed since: every lead may be otherwise."""
    write(tmp_path / "leads.csv", LEADS)
    run("init", ".")
    run("import", "leads.csv")
    run("qualify", "--no-report")
    done = run("qualify", "--touched", "--no-report", "--playbook", "services")
    assert (
        "The whole base was evaluated. The playbook is not that of the last run." in done.stdout
    ), done.stderr


def test_a_lead_nobody_verified_is_looked_at_each_time(run: Run, tmp_path: Path) -> None:
    """Eva came without a check: her verdict may depend on others, so she is judged again with every run."""
    first, later = LEADS.rsplit("103,", 1)
    write(tmp_path / "leads.csv", first)
    write(tmp_path / "later.csv", first.splitlines()[0] + "\n103," + later)
    run("init", ".", "--preset", "b2b-saas")
    run("import", "leads.csv")
    run("qualify", "--no-report")
    run("import", "later.csv", "--no-verify")
    for news in (1, 0):
        done = run("qualify", "--touched")
        assert done.returncode == 0, done.stderr
        assert (
            f"Evaluated 1 lead, {'50.0' if news else '33.3'} % of the base: {news} with"
            " news" in done.stdout
        )
