"""Prints the requirements of dependency groups, for installers that do not know groups yet."""

import sys
import tomllib
from pathlib import Path

groups = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))[
    "dependency-groups"
]
print(" ".join(requirement for name in sys.argv[1:] for requirement in groups[name]))
