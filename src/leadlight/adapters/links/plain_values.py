"""The plain forms in which two values are set side by side, as SQL."""

from __future__ import annotations


def norm(x: str) -> str:
    """Letters and digits in lower case, without accents; NULL when nothing is left."""
    return (
        f"nullif(trim(regexp_replace(lower(strip_accents({x}::VARCHAR)), '[^\\p{{L}}\\p{{N}}]+', '"
        " ', 'g')), '')"
    )


def digits(x: str) -> str:
    """The last nine digits of a number: with and without the country's code it is the same; NULL
    under six. An extension stands behind them, since each is another person's: `608-271-9000 x11`.
    """
    text = f"{x}::VARCHAR"
    bare = f"regexp_replace({text}, '[^0-9]', '', 'g')"
    plain = f"CASE WHEN length({bare}) >= 6 THEN right({bare}, 9) END"
    line = f"regexp_replace(regexp_extract({text}, {_EXTENSION}, 1), '[^0-9]', '', 'g')"
    inner = f"ltrim(regexp_extract({text}, {_EXTENSION}, 2), '0')"
    extended = (
        f"CASE WHEN regexp_matches({text}, {_EXTENSION}) AND length({line}) >= 6 THEN"
        f" right({line}, 9) || 'x' || {inner} ELSE {plain} END"
    )
    # most numbers hold no letter, which is quicker to see
    return f"CASE WHEN regexp_matches({text}, '[A-Za-z]') THEN {extended} ELSE {plain} END"


_EXTENSION = (
    "'(?i)^(.*?[0-9].*?)(?:x|ext|extn|extension|durchwahl|dw|poste|ramal|anexo)[.:= ]*([0-9]{1,6})"
    "[^0-9]*$'"
)


def address(x: str) -> str:
    """An e-mail address in lower case, as it was written: NULL when there is no @."""
    return f"CASE WHEN contains({x}, '@') THEN lower(trim({x}::VARCHAR)) END"


def mail(x: str) -> str:
    """The mailbox that an address reaches, without its `+tag`; of Gmail's, which has two domains,
    without the dots that Gmail passes over: NULL when there is no @.
    """
    written = address(x)
    tagless = f"regexp_replace({written}, '(.)\\+[^@]*@', '\\1@')"
    plain = f"CASE WHEN contains({x}, '+') THEN {tagless} ELSE {written} END"
    ends = " OR ".join(f"ends_with({plain}, '@{d}.com')" for d in ("gmail", "googlemail"))
    return (
        f"CASE WHEN {ends} THEN"
        f" replace(split_part({plain}, '@', 1), '.', '') || '@gmail.com' ELSE {plain} END"
    )


def date(x: str) -> str:
    """A day as text."""
    return (
        f"CASE WHEN typeof({x}) IN ('DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE') THEN"
        f" left({x}::VARCHAR, 10) ELSE nullif(trim({x}::VARCHAR), '') END"
    )


def code(x: str) -> str:
    """Letters and digits in lower case, without anything between them."""
    return (
        f"nullif(regexp_replace(lower(strip_accents({x}::VARCHAR)), '[^\\p{{L}}\\p{{N}}]+', '',"
        " 'g'), '')"
    )
