"""SQL as a template of dbt: stand-ins that dbt fills in, and everything else as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

#: What begins a tag of the template language.
_TAG = re.compile(r"\{(?=[{%#])")


def escape(text: str) -> str:
    """A text that dbt gives back letter by letter."""
    return _TAG.sub("{{ '{' }}", text)


@dataclass
class StandIns:
    """Names of tables that stand for what dbt fills in. None of them occurs in `text`."""

    text: str
    meanings: dict[str, str] = field(default_factory=dict)

    def name(self, tag: str) -> str:
        """A name of a table that stands for a tag."""
        for known, meant in self.meanings.items():
            if meant == tag:
                return known
        n = 0
        while (name := f"leadlight_stand_in_{len(self.meanings)}_{n}") in self.text:
            n += 1
        self.meanings[name] = tag
        return name

    def fill(self, sql: str, dialect: str, others: Mapping[str, str]) -> str:
        """A statement as a template. `others` are further texts that stand for tags."""
        quoted = {
            exp.to_identifier(name, quoted=True).sql(dialect=dialect): tag
            for name, tag in self.meanings.items()
        }
        wanted = {**quoted, **others}
        parts = re.split(f"({'|'.join(map(re.escape, wanted))})", sql) if wanted else [sql]
        return "".join(wanted.get(part) or escape(part) for part in parts)
