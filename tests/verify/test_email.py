"""What is said of an e-mail address by its letters alone."""

import time

import pytest

from leadlight.facts.contact import RULES, Check
from leadlight.verify.email import check_email, check_emails, domain_of


def said(text: str) -> str:
    """A check as a line: the verdict, the rules, and the repair behind an arrow."""
    check = check_email(text)
    rules = f" ({', '.join(check.because)})" if check.because else ""
    return check.verdict + rules + (f" -> {check.repair}" if check.repair else "")


CLEAN = """
    ana@acme.com  o'neil@acme.ie  ana.maria+fair@acme.co.uk  x@y.io  1234567@acme.cn  ANA@ACME.COM  a_b-c@sub.sub.acme.museum
    ana@münchen.de  用户@例え.jp  иван@почта.рф  ana@xn--mnchen-3ya.de  δοκιμή@παράδειγμα.ελ  nguyễn@acme.vn  josé@acme.mx
    ana@acme.travel  ana@acme.photography  ana@acme.xn--p1ai  krzysztof.brzeczyszczykiewicz@acme.pl  jörg.weiß@straße.de
    ng@acme.sg  strc@acme.cz  schwarzschmidt@acme.de  x-ray@acme.aero  ana@3m.com  ana@1-2-3.eu  ana@vvork.com  ana@hsbc.com
"""


@pytest.mark.parametrize("text", CLEAN.split())
def test_nothing_is_held_against_a_valid_address_however_unusual(text):
    """ana@münchen.de, 用户@例え.jp, x@y.io: reachable."""
    assert check_email(text) == Check("reachable")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "unreachable (malformed)"),
        ("@", "unreachable (malformed)"),
        ("ana", "unreachable (malformed)"),
        ("ana@acme", "unreachable (malformed)"),
        ("ana@-acme.com", "unreachable (malformed) -> ana@acme.com"),
        ("ana@[192.0.2.1]", "unreachable (malformed)"),
        ("ana@192.0.2.1", "unreachable (malformed)"),
        ('"ana lopez"@acme.com', "unreachable (malformed)"),
        ("ana lopez@acme.com", "unreachable (malformed)"),
        ("ana@acme.com.", "unreachable (malformed) -> ana@acme.com"),
        ("ana@acme,com", "unreachable (malformed) -> ana@acme.com"),
        ("ana @ acme.com", "unreachable (malformed) -> ana@acme.com"),
        ("ana@acme .com", "unreachable (malformed) -> ana@acme.com"),
        ("mailto:ana@acme.com?subject=hello", "unreachable (malformed) -> ana@acme.com"),
        ("ana@@acme.com", "unreachable (malformed) -> ana@acme.com"),
        ("ana..lopez@acme..com", "unreachable (malformed) -> ana.lopez@acme.com"),
        ("Ana Lopez <ana@acme.com>", "unreachable (malformed) -> ana@acme.com"),
        ("<ana@acme.com>;", "unreachable (malformed) -> ana@acme.com"),
        ("ana＠acme．com", "unreachable (malformed) -> ana@acme.com"),
        ("ana@\u200bacme.com", "unreachable (malformed) -> ana@acme.com"),
        ("ana(at)acme(dot)com", "unreachable (malformed) -> ana@acme.com"),
        ("ana@gmailcom", "unreachable (malformed) -> ana@gmail.com"),
        ("ana@gmial,com", "unreachable (malformed) -> ana@gmail.com"),
        ("ana@acme.com; ben@acme.com", "unreachable (malformed) -> ana@acme.com"),
    ],
)
def test_a_malformed_address_and_the_slip_taken_out(text, expected):
    """ana@acme,com is malformed; ana@acme.com is proposed."""
    assert said(text) == expected


def test_blanks_around_an_address_are_no_fault():
    """' ana@acme.com ' came from a form: it is reachable."""
    assert said("  ana@acme.com\n") == "reachable"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gamil.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("mgail.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("gmail.com.br", "gmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("hotmial.fr", "hotmail.fr"),
        ("outlok.com", "outlook.com"),
        ("yaho.com", "yahoo.com"),
        ("yahho.co.uk", "yahoo.co.uk"),
        ("iclould.com", "icloud.com"),
        ("protonmial.com", "protonmail.com"),
        ("yandx.ru", "yandex.ru"),
    ],
)
def test_a_mistyped_provider_is_risky_and_the_one_meant_is_proposed(typed, meant):
    """ana@gamil.com -> ana@gmail.com."""
    assert said(f"ana.lopez@{typed}") == f"risky (typo) -> ana.lopez@{meant}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmail.con", "gmail.com"),
        ("gmx.d", "gmx.de"),
        ("acme.cmo", "acme.com"),
        ("acme.ogr", "acme.org"),
        ("gmial.con", "gmail.com"),
    ],
)
def test_an_ending_that_does_not_exist_is_unreachable_and_repaired(typed, meant):
    """ana@gmail.con cannot be reached; ana@gmail.com is proposed."""
    assert said(f"ana@{typed}") == f"unreachable (unknown_ending, typo) -> ana@{meant}"


@pytest.mark.parametrize("domain", ["gmial.com", "hotmial.com"])
def test_a_typo_whose_domain_collects_stray_mail_is_disposable_and_repaired(domain):
    """gmial.com is on the list of disposable domains: somebody collects what goes astray."""
    check = check_email(f"ana@{domain}")
    assert check.verdict == "unreachable"
    assert check.because == ("disposable", "typo")
    assert check.repair in {"ana@gmail.com", "ana@hotmail.com"}


REAL = """
    ymail.com mail.com email.com gmx.at gmx.ch gmx.net gmx.de web.de hotmail.fr hotmail.co.uk yahoo.co.uk yahoo.com.br yahoo.co.in
    outlook.de outlook.com.br live.nl live.co.uk aol.de mail.ru inbox.lv zoho.eu googlemail.com rocketmail.com me.com
    protonmail.ch proton.me yandex.com.tr cloud.com tmail.com hmail.com zmail.com gmail.co.uk orange.com libero.com web.com
    freenet.com centrum.se msn.co.uk live.com.au
"""


@pytest.mark.parametrize("domain", REAL.split())
def test_a_real_domain_close_to_a_provider_is_no_typo(domain):
    """ymail.com is Yahoo's, mail.com a provider of its own, gmx.at the Austrian one."""
    assert "typo" not in check_email(f"ana.lopez@{domain}").because


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ana@acme.nosuchending", "unknown_ending"),
        ("ana@example.com", "reserved_domain"),
        ("ana@mail.example.org", "reserved_domain"),
        ("ana@acme.test", "reserved_domain"),
        ("ana@acme.invalid", "reserved_domain"),
        ("ana@localhost", "reserved_domain"),
        ("ana@printer.local", "reserved_domain"),
        ("ana@mailinator.com", "disposable"),
        ("ana@anything.mailinator.com", "disposable"),
        ("no-reply@acme.com", "no_reply"),
        ("NoReply@acme.com", "no_reply"),
        ("do_not_reply@acme.com", "no_reply"),
        ("billing.noreply@acme.com", "no_reply"),
        ("ne-pas-repondre@acme.fr", "no_reply"),
        ("mailer-daemon@acme.com", "no_reply"),
        ("newsletter@acme.com", "newsletter"),
        ("weekly-newsletter@acme.com", "newsletter"),
        ("nieuwsbrief@acme.nl", "newsletter"),
        ("test@test.com", "test_address"),
        ("test12@acme.com", "test_address"),
        ("demo@acme.com", "test_address"),
        ("abc@abc.com", "test_address"),
        ("name@domain.com", "test_address"),
        ("ana@yourdomain.com", "test_address"),
        ("noemail@acme.com", "test_address"),
    ],
)
def test_what_nobody_reads_is_unreachable(text, rule):
    """ana@mailinator.com, no-reply@acme.com, test@test.com."""
    check = check_email(text)
    assert check.verdict == "unreachable"
    assert rule in check.because


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("asdf@acme.com", "risky (mash_address)"),
        ("sdkfjh@acme.com", "risky (mash_address)"),
        ("qweqwe+fair@acme.com", "risky (mash_address)"),
        ("asdfgh12@gmail.com", "risky (mash_address, free)"),
        ("info@acme.com", "reachable (role)"),
        ("customer.service2@acme.com", "reachable (role)"),
        ("kontakt@acme.de", "reachable (role)"),
        ("ana@gmail.com", "reachable (free)"),
        ("ana@yahoo.co.jp", "reachable (free)"),
        ("ana@yahoo.acme.com", "reachable"),
        ("info@gmx.de", "reachable (role, free)"),
    ],
)
def test_mash_is_risky_and_roles_and_free_mail_are_fine(text, expected):
    """asdf@acme.com is risky; info@acme.com is fine, and said to be a role."""
    assert said(text) == expected


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gm\u0430il.com", "gmail.com"),  # a Cyrillic a
        ("xn--gmil-63d.com", "gmail.com"),  # the same in Punycode
        ("gmai1.com", "gmail.com"),
        ("0utlook.com", "outlook.com"),
        ("rnicrosoft.com", "microsoft.com"),
        ("p\u0430yp\u0430l.com", "paypal.com"),
        ("gm\u0131il.com", None),  # no provider's name, one script: a name of its own
        ("acm\u0435.com", ""),  # a Cyrillic e among Latin letters
    ],
)
def test_a_domain_that_imitates_another(domain, meant):
    """gmаil.com with a Cyrillic a is drawn like gmail.com."""
    check = check_email(f"ana@{domain}")
    assert ("look_alike" in check.because) is (meant is not None)
    assert check.repair == (f"ana@{meant}" if meant else None)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, Check("reachable")),
        ("not asked", Check("reachable")),
        ("no answer", Check("reachable")),
        ("accepts mail", Check("reachable")),
        ("no mail", Check("unreachable", ("no_mail",))),
        ("no such domain", Check("unreachable", ("no_such_domain",))),
    ],
)
def test_a_domain_that_does_not_answer_changes_nothing(answer, expected):
    """The name server timed out: the verdict stays. It said there is no such domain: unreachable."""
    assert check_email("ana@acme.com", answer=answer) == expected


def test_what_happened_to_the_mail_counts():
    """A mail to ana bounced, and she called another one spam."""
    assert check_email("ana@acme.com", bounced=True) == Check("unreachable", ("bounced",))
    assert check_email("ana@gmail.com", complained=True) == Check(
        "unreachable", ("complained", "free")
    )


def test_many_are_checked_in_their_order():
    """Three addresses, three checks."""
    texts = ["ana@acme.com", "nonsense", "ben@gamil.com"]
    assert check_emails(texts) == [check_email(text) for text in texts]


def test_only_domains_worth_asking_are_asked():
    """Neither a malformed address nor a reserved domain is sent to a name server."""
    assert domain_of(" ana@Acme.com ") == "acme.com"
    assert domain_of("ana@münchen.de") == "xn--mnchen-3ya.de"
    assert [
        domain_of(t) for t in ("ana", "a b@acme.com", "ana@example.com", "ana@acme.nosuchending")
    ] == [None] * 4


BOMBS = [
    "a" * 10_000 + "@acme.com",
    "ana@" + "a." * 5_000 + "com",
    "@" * 10_000,
    " @" * 5_000,
    "." * 10_000 + "@" + "." * 10_000,
    "ana@acme.com" + "\u202e" * 300,
    "\u202emoc.emca@ana",
    "ana@\u2066acme\u2069.com",
    "a\x00b@acme.com",
    "\ud800@acme.com",
    "ana@\udfff.com",
    "a\u0300" * 160 + "@acme.com",
    "-" * 150 + "@" + "-" * 150 + ".com",
    "a" * 64 + "@" + ".".join(["a" * 63] * 3) + ".com",
    "xn--" * 60 + "@xn--" + "xn--" * 50 + ".com",
    '"' * 300,
    "<" * 150 + ">" * 150,
    "mailto:" * 40,
    "\U0010ffff@\U0010ffff.com",
    "ﷺ" * 100 + "@acme.com",
]


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_whatever_is_typed_ends_in_a_verdict_quickly(text):
    """Ten thousand letters, control characters, marks of direction, half a surrogate: a verdict, and no fault."""
    start = time.process_time()
    check = check_email(text)
    assert time.process_time() - start < 0.25
    assert check.verdict in {"reachable", "risky", "unreachable"}
    assert set(check.because) <= RULES.keys()


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("sean.o’brien@obrien-dairy.ie", "sean.o'brien@obrien-dairy.ie"),
        ("o‘neil@gmial.com", "o'neil@gmail.com"),
        ("anna–maria@firm.de", "anna-maria@firm.de"),
    ],
)
def test_signs_of_a_word_processor_are_a_doubt_with_a_repair(printed: str, typed: str) -> None:
    """A word processor prints ’ where somebody typed '; no mailbox is called so."""
    found = check_email(printed)
    assert "typo" in found.because
    assert found.repair == typed
    assert "typo" not in check_email(typed).because
