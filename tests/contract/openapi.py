"""Telnyx's OpenAPI document as strategies: the responses of each operation, drawn from their schemas.

Schemathesis draws request bodies only. So the schema of a response is put into a document of its own as the body of a
request, and the drawn body is a response that Telnyx may send.
"""

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import schemathesis
import yaml
from hypothesis import strategies as st
from schemathesis import GenerationMode

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "telnyx" / "hosted-numbers.openapi.yaml").read_text(encoding="utf-8")
)
OPERATIONS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
"""Method, path and description of each operation, by its id."""

IDS = ("id", "phone_number")
"""The document requires neither, but a reply without them would be useless."""
CODE = "^[1-9][0-9]{4}$"
"""Telnyx's list has codes of five digits only. The document says no more than that a code is a number as a text."""


def resolved(node: Any) -> Any:
    """The target of a `$ref`, or the node itself."""
    if not isinstance(node, dict) or "$ref" not in node:
        return node
    place = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        place = place[step]
    return place


def statuses(operation_id: str) -> list[str]:
    """The HTTP statuses that an operation answers with a body, such as `200` and `4XX`."""
    described = OPERATIONS[operation_id][2]["responses"]
    return [status for status in described if "content" in resolved(described[status])]


@cache
def response_bodies(operation_id: str, status: str, *, with_ids: bool, new_statuses: bool) -> st.SearchStrategy[Any]:
    """Any response body of an operation.

    Args:
        operation_id: the id of the operation.
        status: the HTTP status, as in the document.
        with_ids: every property is present, and ids and phone numbers are not empty, codes of errors are Telnyx's.
        new_statuses: any text may replace a value of a list of the document.
    """
    response = resolved(OPERATIONS[operation_id][2]["responses"][status])
    schema = copy.deepcopy(response["content"]["application/json"]["schema"])
    components = copy.deepcopy({"schemas": DOCUMENT["components"]["schemas"]})
    for node in (schema, components):
        _prepare(node, with_ids=with_ids, new_statuses=new_statuses)
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    wrapped = {
        "openapi": DOCUMENT["openapi"],
        "info": DOCUMENT["info"],
        "paths": {"/answer": {"post": {"requestBody": body, "responses": {"200": {"description": "taken"}}}}},
        "components": components,
    }
    operation = schemathesis.openapi.from_dict(wrapped)["/answer"]["POST"]
    return operation.as_strategy(generation_mode=GenerationMode.POSITIVE).map(lambda case: case.body)


def _prepare(node: Any, *, with_ids: bool, new_statuses: bool) -> None:
    """Turn the schema of a response into one of a request, in which no property is read-only."""
    if isinstance(node, list):
        for item in node:
            _prepare(item, with_ids=with_ids, new_statuses=new_statuses)
        return
    if not isinstance(node, dict):
        return
    for item in list(node.values()):
        _prepare(item, with_ids=with_ids, new_statuses=new_statuses)
    if node.get("readOnly") is True:
        del node["readOnly"]
    if new_statuses and isinstance(node.get("enum"), list):
        del node["enum"]
    properties = node.get("properties")
    if with_ids and isinstance(properties, dict) and "$ref" not in properties:
        node["required"] = sorted(properties)
        node.setdefault("type", "object")
        _make_useful(properties)


def _make_useful(properties: dict[str, Any]) -> None:
    """Leave no id empty, and no code that Telnyx cannot have."""
    for name in IDS:
        if isinstance(properties.get(name), dict):
            properties[name]["minLength"] = 1
    if {"code", "title"} <= set(properties):
        properties["code"]["pattern"] = CODE
