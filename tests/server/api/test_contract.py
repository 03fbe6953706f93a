"""The OpenAPI document is kept: by random requests, and by a client that knows nothing else."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.server.desk import NOW, Served

#: Started in the background, or slow: asked in test_routes.
ELSEWHERE = {"GET /api/v1/report", "POST /api/v1/imports", "POST /api/v1/verbs/import"}
#: How many random requests of each route; `make contract` asks more, and of all routes.
EXAMPLES = int(os.environ.get("LEADLIGHT_CONTRACT", "1"))
#: Verbs that are asked by the route of a resource as well.
RESOURCES = [
    "compare",
    "deliveries",
    "endpoints",
    "explain",
    "facts",
    "history",
    "imports",
    "leads",
    "qualification",
    "runs",
    "segments",
    "transitions",
    "version-text",
]
ALIASES = {f"POST /api/v1/verbs/{verb}" for verb in RESOURCES}


def is_left_out(label: str) -> bool:
    """Whether a route is asked elsewhere, or does what another does that is asked."""
    again = label in ALIASES or label.startswith("POST /api/v1/playbook/")
    return label in ELSEWHERE or (again and EXAMPLES == 1)


@pytest.fixture
def document(served: Served) -> dict[str, Any]:
    with served.client(served.key("read")) as client:
        found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


@pytest.mark.filterwarnings("ignore")
def test_no_random_request_breaks_the_contract(served: Served) -> None:
    """No 5xx, no status, type or body that the document does not name; `make contract` asks longer"""
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    headers = {"Authorization": f"Bearer {served.key('admin')}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served.web, headers=headers)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if is_left_out(operation.label):
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=EXAMPLES == 1,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=checks, headers=headers)

        run()
        asked += 1
    assert asked > 40


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": document["components"]}


def test_a_client_that_knows_only_the_document_gets_along(
    served: Served, document: dict[str, Any]
) -> None:
    """It finds the operation by its name, fills in the path, and gets what is described"""

    def call(name: str, *, path: dict[str, str] | None = None, **options: Any) -> Any:
        for template, methods in document["paths"].items():
            for method, operation in methods.items():
                if operation["operationId"] == name:
                    url = template.format(**(path or {}))
                    with served.client(served.key("act", "read")) as client:
                        answer = client.request(method, url, **options)
                    good = operation["responses"][str(answer.status_code)]
                    schema = good["content"]["application/json"]["schema"]
                    body = answer.json()
                    jsonschema.Draft202012Validator(resolve(document, schema)).validate(body)
                    return body
        raise AssertionError(f"no operation {name}")

    leads = call("list_leads", params={"sort": "lead_id"})["leads"]
    assert [lead["lead_id"] for lead in leads][:2] == ["ana", "bob"]
    assert call("explain_lead", path={"lead_id": "ana"})["lead_id"] == "ana"
    assert call("verb_segments", json={"as_of": NOW.isoformat()})["leads"] >= 3
    assert call("list_runs")["runs"]
    assert call("list_imports")["imports"]
    assert call("list_transitions")["transitions"]
    assert call("qualify_lead", path={"lead_id": "bob"})["labels"]


def test_the_document_is_openapi_3_1_and_says_every_scope(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    text = json.dumps(document)
    assert "#/$defs" not in text
    names = [o["operationId"] for p in document["paths"].values() for o in p.values()]
    assert len(names) == len(set(names))
    for path in document["paths"].values():
        for operation in path.values():
            assert "Needs the scope" in operation["description"]
            assert "default" in operation["responses"]
