"""Which names speak of something the law protects (age, gender, origin, belief, health ...), in the
languages of our users.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

#: The attribute of a lead that does not want to be profiled: it has no qualification, and is not
#: learned from.
OBJECTED = "profiling_objected"

_WORDS = (
    # English
    "age gender sex birthday birthdate birth born dob race ethnicity ethnic religion faith"
    " nationality marital disability disabled pregnant pregnancy orientation citizenship"
    " salutation "
    # German
    "alter altersgruppe altersklasse lebensalter geschlecht geburtsdatum geburtstag geburtsjahr"
    " geburtsort anrede konfession nationalitat staatsangehorigkeit staatsburgerschaft"
    " familienstand zivilstand behinderung schwanger schwangerschaft "
    # Spanish, Portuguese, French, Italian, Dutch
    "edad sexo genero nacimiento cumpleanos nacionalidad ciudadania religiao discapacidad embarazo"
    " etnia raza idade nascimento aniversario nacionalidade cidadania raca deficiencia gravidez"
    " sexe genre naissance nationalite citoyennete civilite handicap grossesse ethnie sesso nascita"
    " nazionalita cittadinanza disabilita religione leeftijd geslacht geboortedatum nationaliteit"
)
_PROTECTED = frozenset(_WORDS.split())


def protected_names(names: Collection[str]) -> list[str]:
    """Those that name something the law protects, by the words in them; accents do not count."""
    return [n for n in names if set(re.split(r"[^a-z]+", _plain(n))) & _PROTECTED]


def _plain(name: str) -> str:
    """A name in small letters without accents: `Género` is genero, `customerAge` has two words."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return "".join(
        c for c in unicodedata.normalize("NFKD", apart.lower()) if not unicodedata.combining(c)
    )
