"""What the desk asks of linking, in one place."""

from leadlight.adapters.links import find_company_links, find_links
from leadlight.adapters.links.current_links import (
    LEADS,
    LINKS,
    MEMBERS,
    found_links,
    leads_to_link,
    members,
    ranks,
    side_by_side,
    standing,
    to_add,
)

__all__ = [
    "LEADS",
    "LINKS",
    "MEMBERS",
    "find_company_links",
    "find_links",
    "found_links",
    "leads_to_link",
    "members",
    "ranks",
    "side_by_side",
    "standing",
    "to_add",
]
