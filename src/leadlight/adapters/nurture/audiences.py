"""The columns of an audience, by the rules that each advertising platform publishes.

Every value that names a person is normalised and hashed with SHA-256, as lower-case hexadecimal
digits. The rules were read on these pages, in November 2026:

- Google: developers.google.com/data-manager/api/devguides/concepts/formatting, and for the headers
  of a file support.google.com/google-ads/answer/7476159. Blanks go, capitals become small; in
  addresses of gmail.com and googlemail.com the dots and what follows a plus go, too. Phone numbers
  are E.164 with the plus. Country and postal code are not hashed; an address counts only with all
  four of its parts.
- Meta: developers.facebook.com/docs/marketing-api/conversions-api/parameters/
  customer-information-parameters, and for the headers facebook.com/business/help/2082575038703844.
  Phone numbers are digits with the country's code and without the plus; names have no punctuation;
  cities and regions no blanks either; of a postal code of the United States the first five digits
  count; regions of the United States are their two letters.
- LinkedIn: learn.microsoft.com/linkedin/marketing/matched-audiences (addresses in small letters),
  with the headers of the template of linkedin.com/help/lms/answer/a1489764. Names, titles and
  companies could only be uploaded as they are, so they stay empty.
- Microsoft: learn.microsoft.com/advertising/bulk-service/customer-list-item.
"""

from __future__ import annotations

from collections.abc import Mapping

from leadlight.adapters.destinations.table import ExportColumn

_GOOGLE_MAIL = "('gmail.com', 'googlemail.com')"


def audience_columns(channel: str) -> tuple[ExportColumn, ...]:
    """The columns of an audience over rows of a list."""
    return tuple(
        ExportColumn(header, sql, "VARCHAR") for header, sql in _AUDIENCES[channel].items()
    )


def small(column: str) -> str:
    """SQL: a text in small letters, without blanks around it, in one form of Unicode."""
    return f"lower(trim(nfc_normalize(CAST({column} AS VARCHAR)), {_BLANKS}))"


def digest(text: str) -> str:
    """SQL: the SHA-256 of a text; NULL of an empty one."""
    return f"sha256(nullif({text}, ''))"


_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"


def _without(pattern: str, text: str) -> str:
    return f"regexp_replace({text}, '{pattern}', '', 'g')"


def google_address(column: str) -> str:
    """SQL: an e-mail address as Google hashes it."""
    plain = _without(r"[\s\p{Z}]", small(column))
    name = f"split_part({plain}, '@', 1)"
    host = f"split_part({plain}, '@', 2)"
    short = f"replace(split_part({name}, '+', 1), '.', '')"
    return f"CASE WHEN {host} IN {_GOOGLE_MAIL} THEN {short} || '@' || {host} ELSE {plain} END"


def google_name(column: str) -> str:
    """SQL: a name as Google hashes it."""
    return _without(r"[\s\p{Z}]", small(column))


def meta_name(column: str) -> str:
    """SQL: a name as Meta hashes it: small letters, no punctuation."""
    plain = _without(r"[\p{P}\p{S}\p{Cc}]", small(column))
    return f"trim({plain})"


def meta_place(column: str) -> str:
    """SQL: a city or a region as Meta hashes it: no blanks either."""
    return _without(r"[\p{P}\p{S}\p{Cc}\s\p{Z}]", small(column))


def meta_region(region: str, country: str) -> str:
    """SQL: a region as Meta hashes it: of the United States its two letters, or nothing."""
    plain = meta_place(region)
    return f"CASE WHEN upper({country}) = 'US' AND length({plain}) <> 2 THEN '' ELSE {plain} END"


def meta_postal_code(code: str, country: str) -> str:
    """SQL: a postal code as Meta hashes it."""
    plain = _without(r"[\s\p{Z}\p{Pd}]", small(code))
    return f"CASE WHEN upper({country}) = 'US' THEN left({plain}, 5) ELSE {plain} END"


#: An ISO code, where the country was recognised.
_COUNTRY = "CASE WHEN length(country) = 2 THEN upper(country) END"
_FULL_ADDRESS = (
    "nullif(trim(first_name), '') IS NOT NULL AND nullif(trim(last_name), '') IS NOT NULL AND"
    " nullif(trim(postal_code), '') IS NOT NULL AND length(country) = 2"
)


def _of_address(sql: str) -> str:
    return f"CASE WHEN {_FULL_ADDRESS} THEN {sql} END"


#: What LinkedIn takes as it stands only.
_LINKEDIN_PLAIN = (
    "firstname",
    "lastname",
    "jobtitle",
    "employeecompany",
    "country",
    "googleaid",
)
_AUDIENCES: Mapping[str, Mapping[str, str]] = {
    "google-ads": {
        "Email": digest(google_address("address")),
        "Phone": digest("call_number"),
        "First Name": _of_address(digest(google_name("first_name"))),
        "Last Name": _of_address(digest(google_name("last_name"))),
        "Country": _of_address("upper(country)"),
        "Zip": _of_address("trim(postal_code)"),
    },
    "meta-ads": {
        "email": digest(small("address")),
        "phone": digest("ltrim(call_number, '+')"),
        "fn": digest(meta_name("first_name")),
        "ln": digest(meta_name("last_name")),
        "zip": digest(meta_postal_code("postal_code", "country")),
        "ct": digest(meta_place("city")),
        "st": digest(meta_region("region", "country")),
        "country": digest(f"lower({_COUNTRY})"),
    },
    "linkedin-ads": {
        "email": digest(small("address")),
        **dict.fromkeys(_LINKEDIN_PLAIN, "CAST(NULL AS VARCHAR)"),
    },
    "microsoft-ads": {"Email": digest(small("address"))},
}
