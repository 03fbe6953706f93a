"""What a mail says: whatever an attribute holds stays text, and no template reaches Python."""

from __future__ import annotations

import email
import email.policy
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.adapters.mail.content import Contents, Letter
from leadlight.adapters.mail.message import make_mail, sender_of
from leadlight.adapters.mail.rejections import explain_rejection
from leadlight.problems import CannotDo

NOW = datetime(2026, 11, 2, 9)


def contents(folder: Path, text: str) -> Contents:
    (folder / "content").mkdir(exist_ok=True)
    (folder / "content" / "one.md").write_text(text, encoding="utf-8")
    return Contents(folder, {"one"})


def letter(folder: Path, body: str, **values: object) -> Letter:
    return (
        contents(folder, f"---\nsubject: Hi {{{{ first_name }}}}\n---\n{body}\n")
        .find("one", None)
        .render(values)
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "**bold** `code` # head",
        "a\r\nBcc: all@acme.com",
        "{{ 7 * 7 }}",
        "&lt;b&gt;",
        "\\[a](b)",
    ],
)
def test_an_attribute_is_text_and_nothing_else(tmp_path: Path, hostile: str) -> None:
    """A lead called <script>, or [click](evil): its name is shown as it is written"""
    found = letter(tmp_path, "Need: {{ need }}", first_name=hostile, need=hostile)
    assert "<script" not in found.html
    assert "<a " not in found.html
    assert "<img" not in found.html
    assert "<strong>" not in found.html
    assert "49" not in found.html
    assert "\n" not in found.subject
    assert "\r" not in found.subject


def test_an_address_in_a_name_is_left_out(tmp_path: Path) -> None:
    """Somebody signs others up as "Win at www.evil.com": we do not send his advertisement"""
    found = letter(tmp_path, "Hello {{ first_name or 'you' }}", first_name="Win at www.evil.com")
    assert "evil" not in found.html + found.text + found.subject
    assert "Hello you" in found.text


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ first_name.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ first_name | attr('__class__') }}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_a_template_cannot_reach_python(tmp_path: Path, body: str) -> None:
    """What works against other template engines ends in a sentence, or in nothing"""
    try:
        found = letter(tmp_path, body, first_name="Ana")
    except CannotDo:
        return
    assert "class" not in found.html
    assert "root:" not in found.html
    assert len(found.html) < 1000


def test_a_content_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    """No file, no subject, no template: each is told before anything goes out"""
    with pytest.raises(CannotDo, match="There is no content one"):
        Contents(tmp_path, {"one"})
    with pytest.raises(CannotDo, match="has no subject"):
        contents(tmp_path, "Hello")
    with pytest.raises(CannotDo, match="is no template"):
        contents(tmp_path, "---\nsubject: x\n---\n{{ a\n")


@given(st.text(max_size=200), st.text(max_size=400))
def test_any_text_arrives_as_it_was_written(subject: str, text: str) -> None:
    """Whatever signs: the mail is one, its headers are lines, and the text is what was written"""
    flat = " ".join(subject.split())
    mail = make_mail(
        Letter(flat, f"{text}\n", "<p>x</p>"),
        "ana@acme.com",
        sender_of("Älm <a@alm.example>"),
        NOW,
        "<abc@alm.example>",
        "https://alm.example/u/x",
    )
    assert all(len(line) < 998 for line in mail.data.split(b"\r\n"))
    found = email.message_from_bytes(mail.data, policy=email.policy.default)
    assert found["To"] == "ana@acme.com"
    assert found["Bcc"] is None
    plain, page = found.iter_parts()  # type: ignore[attr-defined]
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    body = plain.get_payload(decode=True).decode().replace("\r\n", "\n")
    assert body.startswith(written)
    assert "<p>x</p>" in page.get_content()


@pytest.mark.parametrize(
    ("code", "text", "verdict", "says"),
    [
        (550, "5.1.1 no such user", "bounced", "no such mailbox"),
        (550, "5.7.515 Access denied", "ours", "Microsoft"),
        (550, "5.7.26 unauthenticated", "ours", "Gmail"),
        (554, "5.7.9 policy", "ours", "Yahoo"),
        (550, "unknown user", "bounced", "550"),
        (552, "5.2.2 full", "refused", "full"),
        (421, "4.7.0 later", "later", "421"),
    ],
)
def test_a_refusal_is_told_in_words(code: int, text: str, verdict: str, says: str) -> None:
    """550 5.7.515 means that Microsoft wants DMARC: nobody should have to look that up"""
    found = explain_rejection(code, text, of_recipient=True)
    assert found.verdict == verdict
    assert says in found.sentence


def test_only_links_of_the_content_itself_are_led_through_us(tmp_path: Path) -> None:
    """A lead's own website is no address that we vouch for, nor is a host that begins like ours"""
    body = "[a](https://acme.com/x?a=1&b=2) [b]({{ website }}) [c](https://acme.com{{ rest }})"
    content = contents(tmp_path, f"---\nsubject: Hi\n---\n{body}\n").find("one", None)
    found = content.render({"website": "https://evil.example/", "rest": ".evil.example/"})
    changed = content.with_links(found, lambda address: f"https://x.example/c/{len(address)}")
    assert changed.html.count("https://x.example/c/26") == 1
    assert changed.html.count("x.example") == 1
    assert changed.html.count("evil.example") == found.html.count("evil.example") == 2
