"""The API, as it is mounted at /api/v1."""

from __future__ import annotations

from ninja import NinjaAPI

from leadlight.server.api.routes import add_routes

api = NinjaAPI(
    title="Leadlight",
    version="1",
    description=(
        "Everything the command line does, from the same requests and results. Send a key as"
        " `Authorization: Bearer KEY`."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
routes = add_routes(api)
