"""Inputs that are no plain table in a plain file: pipes, links, odd names, pages, damaged files."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadlight.adapters.sources import scratch
from leadlight.desk.texts import text_of
from leadlight.playbook.nodes import LARGEST
from leadlight.playbook.read import read_playbook
from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read

LEADS = b"lead_id,email\n1,a@b.de\n2,c@d.de\n"


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that nobody else uses."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_pipe(read: Read, tmp_path: Path, own_temp: Path) -> None:
    """leadlight qualify <(zcat leads.csv.gz): it hung, or said that the file is empty; it is read twice within"""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(LEADS,), daemon=True)
    writer.start()
    assert read(pipe).column("lead_id") == ["1", "2"]
    assert read(pipe).column("email") == ["a@b.de", "c@d.de"]
    writer.join(timeout=10)
    assert len(list(own_temp.iterdir())) == 1  # the copy of the pipe, until the process ends
    scratch._of_process.close()
    assert not list(own_temp.iterdir())


def test_a_reading_leaves_nothing(read: Read, own_temp: Path) -> None:
    """a file in another encoding is written down in UTF-8 for a moment"""
    read("lead_id,first_name\n1,Jürgen\n".encode("cp1252"))
    assert not list(own_temp.iterdir())


def test_a_link_to_nothing(read: Read, tmp_path: Path) -> None:
    """`There is no file dangling.csv. Did you mean dangling.csv?` was said of a link"""
    link = tmp_path / "dangling.csv"
    link.symlink_to("gone.csv")
    with pytest.raises(CannotDo, match=r"is a link to gone\.csv, and there is no such file"):
        read(link)


def test_a_link_that_leads_back(read: Read, tmp_path: Path) -> None:
    """a link to a link to itself was our mistake"""
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    with pytest.raises(CannotDo, match="it is a link that leads back to itself"):
        read(tmp_path / "a.csv")


def test_names_that_no_system_takes(read: Read, tmp_path: Path) -> None:
    """a name of 300 letters, and one that is not UTF-8"""
    with pytest.raises(CannotDo, match="its name is longer than this system allows"):
        read(tmp_path / ("n" * 300))
    odd = tmp_path / os.fsdecode(b"na\xffme.csv")
    odd.write_bytes(LEADS)
    with pytest.raises(CannotDo, match=r"The name of .*na\?me\.csv is not UTF-8"):
        read(odd)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html>\n<html>\n<body>a, b</body>", r"a web page \(HTML\)"),
        ("\ufeff\n<html><table><tr><td>Name</td></tr></table>", r"a web page \(HTML\)"),
        ("<?xml version='1.0'?>\n<rows><row a='1'/></rows>", "XML"),
        ("name: ours\nsignals:\n  a: {count: won}\nscores:\n  fit: []\n", "a playbook"),
        ("# about\nservices:\n  web:\n    image: x\n", "YAML"),
    ],
)
def test_what_is_no_table(read: Read, text: str, said: str) -> None:
    """`import report.html` made 2,209 leads, `import playbook.yml` 18"""
    with pytest.raises(CannotDo, match=f"is {said}"):
        read(text=text)


@pytest.mark.parametrize(
    "text",
    [
        "<b>,email\n1,a@b.de\n",
        "signals: many,email\n1,a@b.de\n",
        "Note:\nAna: a@b.de\n",
        "email\na@b.de\n",
    ],
)
def test_what_only_looks_like_another_file(read: Read, text: str) -> None:
    """odd headers are headers"""
    assert read(text=text).staged.read == 1


def test_a_flipped_bit_in_parquet(read: Read, tmp_path: Path) -> None:
    """\"Out of buffer\" was our mistake"""
    path = tmp_path / "leads.parquet"
    table = pa.table(
        {"lead_id": [str(i) for i in range(500)], "email": [f"a{i}@b.de" for i in range(500)]}
    )
    pq.write_table(table, path, compression="none", use_dictionary=False)
    whole = bytearray(path.read_bytes())
    whole[200:260] = b"\xff" * 60
    path.write_bytes(whole)
    with pytest.raises(CannotDo, match="is a damaged Parquet file"):
        read(path)


def test_a_device_for_a_playbook() -> None:
    """--playbook /dev/zero read three gigabytes before it was too long"""
    text = text_of(Path("/dev/zero"))
    assert len(text) == LARGEST + 1
    assert [p.code for p in read_playbook(text)[1]] == ["playbook-too-long"]


def test_a_file_that_is_no_playbook() -> None:
    """check contacts.yml: its lines, names and numbers of people, were repeated as unknown keys"""
    book, problems = read_playbook(
        "Ana Maria Lopez: +34 600 000 000\nname: Bo\nBo Chen: x\nBo Chen: y\n"
    )
    assert book is None
    assert [p.code for p in problems] == ["no-playbook"]
    assert not any(word in str(problems) for word in ("Ana", "Bo", "600"))
    _, slips = read_playbook("name: ours\nscore:\n  fit: []\n")
    assert "Did you mean 'scores'?" in str(slips[0])
