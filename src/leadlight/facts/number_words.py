"""The words and signs around a number that make it a rough one or a range: `more than 500`,
`from 51 to 200`, `51-200`, `10000+`. Patterns without groups, for any case of letters.
"""

from __future__ import annotations

#: What stands before a number, also before the lower end of a range.
ABOUT = (
    r"(?:[~≈<>≥≤]|(?:ca\.?|circa|about|approx\.?|around|over|above|up to|under|below|from|between"
    r"|(?:more|less|fewer) than|at least|at most|über|unter|mehr als|weniger als|mindestens"
    r"|bis zu|von|zwischen|rund|etwa|más de|menos de|desde|entre|de|plus de|moins de|environ"
    r"|mais de|cerca de|meer dan|minder dan|van|tussen|ponad|powyżej|poniżej|od|między|около"
    r"|более|свыше|менее|от|между|約|およそ)\s?)"
)
_WORDS = r"to|bis|à|a|até|tot|do|до|and|und|et|y|e|en|i|и"
#: What stands between the two ends of a range; nothing else makes one.
BETWEEN = rf"(?:\s*[-–—～〜~]\s*|\s+(?:{_WORDS})\s+)"
#: What stands behind a number that it does not change: `10000+`, `50 employees`, `11 or more`.
AFTER = (
    r"(?:\s*[+人名]|\s*(?:and|or|und|oder|et|ou|y|o|e|en|of|i|lub|и|или)\s"
    r"|\s*(?:to|employees|people|staff|persons?|ft?e|mitarbeiter\w*|personen|employés|salariés"
    r"|personnes|empleados|personas|funcionários|pessoas|medewerkers|werknemers|pracowników|osób"
    r"|сотрудников|человек|чел|more)\b|\s*以上)"
)
