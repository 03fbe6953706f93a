"""What holds of every address."""

import socket
import string

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from leadlight.facts.contact import RULES
from leadlight.verify import providers, word_lists
from leadlight.verify.email import check_email, check_emails

PIECES = st.sampled_from(
    [
        *"abzAZ019._-+@ \"'<>()[]:;,\\!#$%&*/=?^`{|}~\t\x00",
        "xn--",
        "ab--",
        "é",
        "ß",
        "а",
        "用",
        "İ",
        "＠",
        "。",
        "\u0301",
        "\u200d",
        "\u202e",
        "\ud800",
        ".com",
        ".test",
        "@acme.com",
        "@gmail.com",
        "@münchen.de",
        "mailto:",
        "a" * 62,
        "ﷺ",
    ]
)
LINES = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)
ATOMS = st.text(string.ascii_letters + string.digits + "._-+é", min_size=1, max_size=70)
NEARLY = st.builds(
    "{}@{}".format,
    ATOMS,
    st.text("abcxyzABC019.-é", min_size=1, max_size=70).map(lambda d: d + ".com"),
)


def library_accepts(text: str) -> bool:
    try:
        validate_email(text.strip(" \t\r\n"), check_deliverability=False, strict=True)
    except (EmailNotValidError, UnicodeError):
        return False
    return True


def reserved(text: str) -> bool:
    last = text.strip(" \t\r\n").rpartition("@")[2].lower().rpartition(".")[2]
    return last in {*SPECIAL_USE_DOMAIN_NAMES, "example", "internal", "localdomain", "alt"}


@given(LINES | NEARLY)
@example("a@b.c")
@example("a@@b.com")
@example("a@b--c.com")
@example("a@ab--c.com")
@example("é" * 64 + "@acme.com")
@example("a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".com")
def test_our_short_way_and_the_library_never_disagree(text):
    """An address is malformed for us when, and only when, email-validator refuses it."""
    if not reserved(text):
        assert ("malformed" not in check_email(text).because) is library_accepts(text)


@given(LINES | NEARLY, st.booleans(), st.booleans())
def test_every_text_has_a_verdict_and_its_repair_is_well_formed(text, bounced, complained):
    """The verdict is the worst of what its rules mean, in the order of the table; a repair is never malformed."""
    check = check_email(text, bounced=bounced, complained=complained)
    means = {RULES[name].means for name in check.because}
    worst = next((v for v in ("unreachable", "risky", "unknown") if v in means), "reachable")
    assert check.verdict == worst
    assert list(check.because) == [name for name in RULES if name in check.because]
    assert {RULES[name].subject for name in check.because} <= {"email"}
    if check.repair is not None:
        assert "malformed" not in check_email(check.repair).because


@given(NEARLY)
def test_a_repair_is_final(text):
    """What is proposed needs no further repair."""
    repair = check_email(text).repair
    assert repair is None or check_email(repair).repair is None


@given(st.lists(LINES, max_size=5))
def test_a_batch_says_what_each_says(texts):
    """check_emails is check_email of each."""
    assert check_emails(texts) == [check_email(text) for text in texts]


@given(
    st.sampled_from([b for b in providers.BRANDS if len(b) >= 5]),
    st.integers(1, 20),
    st.sampled_from(string.ascii_lowercase),
)
def test_one_key_too_many_leads_back_to_the_provider(brand, place, key):
    """gmaiil.com, yahpoo.com."""
    domain = f"{brand[:place]}{key}{brand[place:]}.{providers.BRANDS[brand][0]}"
    if domain.partition(".")[0] not in providers.BRANDS and domain not in providers._REAL:
        assert (
            check_email(f"ana.lopez@{domain}").repair
            == f"ana.lopez@{brand}.{providers.BRANDS[brand][0]}"
        )


def test_no_free_provider_is_disposable():
    """A domain is in one of the two lists at most."""
    free, names = providers.free()
    assert not free & word_lists.disposable()
    assert not {f"{name}.com" for name in names} & word_lists.disposable()


def test_no_provider_is_a_typo_of_another():
    """Each provider's own domains are said to be no typo."""
    for brand, endings in providers.BRANDS.items():
        for ending in endings:
            assert providers.intended_domain(f"{brand}.{ending}", True) is None
    for domain in providers.free()[0]:
        assert providers.intended_domain(domain, True) is None


def test_nothing_is_asked_of_the_network(monkeypatch):
    """With no network at all, from empty memories, the lists are there."""

    def refused(*_args: object, **_kwargs: object) -> None:
        pytest.fail("a check went to the network")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    for memory in (word_lists.endings, word_lists.disposable, word_lists.words):
        memory.cache_clear()
    assert check_email("ana@acme.photography").verdict == "reachable"


def test_no_address_is_logged_or_printed(caplog, capfd):
    """Whatever is checked, nothing of it is written anywhere."""
    with caplog.at_level(0):
        for text in (
            "secret.person@acme.com",
            "secret person@@",
            "secret@gmаil.con",
            "\ud800secret",
        ):
            check_email(text)
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
