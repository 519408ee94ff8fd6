"""Telnyx's OpenAPI document as strategies: the answers of each operation, drawn from their schemas.

Schemathesis draws request bodies out of a document. So the document is turned upside down here: each answer becomes
the body of a request of its own, and what it draws for that is an answer that Telnyx may give.
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

NAMING = ("id", "phone_number")
"""What tells a thing from another. The document requires neither, but a reply without it would be of no use."""


def resolved(node: Any) -> Any:
    """What a `$ref` points to, or the node itself."""
    if not isinstance(node, dict) or "$ref" not in node:
        return node
    place = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        place = place[step]
    return place


def statuses(operation_id: str) -> list[str]:
    """The statuses that an operation is described to answer with a body, such as `200` and `4XX`."""
    described = OPERATIONS[operation_id][2]["responses"]
    return [status for status in described if "content" in resolved(described[status])]


@cache
def answers(operation_id: str, status: str, *, naming: bool, new_words: bool) -> st.SearchStrategy[Any]:
    """Any answer of an operation.

    Args:
        operation_id: of the operation.
        status: as the document spells it.
        naming: every property that the document names is there, and what tells things apart is not empty.
        new_words: where the document lists words, any other text may stand.
    """
    response = resolved(OPERATIONS[operation_id][2]["responses"][status])
    schema = copy.deepcopy(response["content"]["application/json"]["schema"])
    components = copy.deepcopy({"schemas": DOCUMENT["components"]["schemas"]})
    for node in (schema, components):
        _prepare(node, naming=naming, new_words=new_words)
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    upside_down = {
        "openapi": DOCUMENT["openapi"],
        "info": DOCUMENT["info"],
        "paths": {"/answer": {"post": {"requestBody": body, "responses": {"200": {"description": "taken"}}}}},
        "components": components,
    }
    operation = schemathesis.openapi.from_dict(upside_down)["/answer"]["POST"]
    return operation.as_strategy(generation_mode=GenerationMode.POSITIVE).map(lambda case: case.body)


def _prepare(node: Any, *, naming: bool, new_words: bool) -> None:
    """Makes a schema of an answer one of a request: what is read-only in one is left out of the other."""
    if isinstance(node, list):
        for item in node:
            _prepare(item, naming=naming, new_words=new_words)
        return
    if not isinstance(node, dict):
        return
    for item in list(node.values()):
        _prepare(item, naming=naming, new_words=new_words)
    if node.get("readOnly") is True:
        del node["readOnly"]
    if new_words and isinstance(node.get("enum"), list):
        del node["enum"]
    properties = node.get("properties")
    if naming and isinstance(properties, dict) and "$ref" not in properties:
        node["required"] = sorted(properties)
        node.setdefault("type", "object")
        for name in NAMING:
            if isinstance(properties.get(name), dict):
                properties[name]["minLength"] = 1
