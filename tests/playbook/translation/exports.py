"""Exports as HubSpot and Mautic publish their shapes, made up for the tests."""

from __future__ import annotations

import json
from typing import Any

from leadlight.adapters.sources.countries import country_code
from leadlight.facts.catalog import Catalog
from leadlight.playbook.translation.remarks import RulesOfAnother
from leadlight.playbook.translation.translate import translate


def operation(kind: str, operator: str, **more: Any) -> dict[str, Any]:
    """An operation on a property, as HubSpot writes it."""
    return {
        "operationType": kind,
        "operator": operator,
        "includeObjectsWithNoValueSet": False,
        **more,
    }


def where(property_: str, asked: dict[str, Any]) -> dict[str, Any]:
    """A composite condition of one comparison."""
    single = {"type": "SINGLE", "property": property_, "operation": asked}
    return {"type": "COMPOSITE", "operator": "AND", "conditions": [single]}


def rule(calculation: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule of a group."""
    return {"id": "r", "enabled": True, "configuration": {"calculation": calculation}, **more}


def when(value: float, property_: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Points for a lead of which something holds."""
    return {"type": "CONDITIONAL", "value": value, "whereCondition": where(property_, asked)}


def event(type_id: str, value: float = 0, **more: Any) -> dict[str, Any]:
    """Points for each event of a type."""
    one = {"eventTypeId": type_id, "recordCalculation": {"type": "CONSTANT", "value": value}}
    return {"type": "MULTI_UE", "eventCalculators": [{**one, **more}]}


def group(name: str, category: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group of rules."""
    return {
        "id": name,
        "groupName": name,
        "groupCategory": category,
        "ruleConfigurations": list(rules),
        **more,
    }


def score(*groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A score as `GET /marketing/lead-scoring/2027-03-beta/scores/ID` answers it."""
    return {
        "id": "77",
        "name": "Lead quality",
        "objectTypeId": "0-1",
        "scoreStatus": "published",
        "scoreType": "COMBINED",
        "allowedGroupTypes": ["FIT", "INTENT"],
        "groupConfigs": list(groups),
        **more,
    }


def point(name: str, kind: str, delta: int, **more: Any) -> dict[str, Any]:
    """A point action as `GET /api/points` lists it."""
    return {
        "id": 1,
        "name": name,
        "type": kind,
        "isPublished": True,
        "delta": delta,
        "repeatable": False,
        "properties": [],
        "category": None,
        **more,
    }


def translated(*documents: Any, catalog: Catalog | None = None) -> RulesOfAnother:
    """The playbook that these documents say."""
    texts = [(f"{n}.json", json.dumps(d)) for n, d in enumerate(documents)]
    return translate(texts, catalog or Catalog(), country_code)


PAGE, FORM, OPEN, CLICK = "4-96000", "4-1639801", "4-666440", "4-666288"
