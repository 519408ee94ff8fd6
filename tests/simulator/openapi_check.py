"""Checks every answer of the simulator against the OpenAPI document, more strictly than the document asks.

A property that the document does not name is refused, too: the simulator must not say more than Telnyx does.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parents[1] / "telnyx" / "hosted-numbers.openapi.yaml"
BASE = "urn:telnyx"
ANY_ERROR = "#/components/schemas/messaging_Errors"

UNKNOWN_STATUS_EXPECTED = {"unknown_status_expected": True}
"""Request extension for calls whose answer may hold a status that no document lists."""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; none of its objects accepts a property that it does not name."""
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    _close(loaded["components"]["schemas"])
    _close(loaded["paths"])
    return loaded


def _close(node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _close(item)
    elif isinstance(node, dict):
        for value in list(node.values()):
            _close(value)
        if isinstance(node.get("properties"), dict) and "$ref" not in node["properties"]:
            node.setdefault("additionalProperties", False)


async def check_answer(response: httpx.Response) -> None:
    """An httpx event hook that raises if the OpenAPI document does not describe an answer of the API."""
    request = response.request
    if not request.url.path.startswith("/v2/"):
        return
    await response.aread()
    if request.extensions.get("unknown_status_expected"):
        return
    validate(response.json(), _schema_of(request.method, request.url.path.removeprefix("/v2"), response.status_code))


def validate(body: Any, schema: dict[str, Any] | str) -> None:
    """Check a body against a schema, or against a place in the document such as `#/components/schemas/…`."""
    resource = Resource.from_contents(document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(BASE, resource)
    root = {"$ref": BASE + schema} if isinstance(schema, str) else schema
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(root, registry=registry, format_checker=checker).validate(body)


def _schema_of(method: str, path: str, status: int) -> str | dict[str, Any]:
    """Where the document describes this answer. An error that it does not describe must have the usual envelope."""
    for template, item in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
            answers = item[method.lower()]["responses"]
            for key in (str(status), f"{status // 100}XX"):
                if key in answers and "$ref" not in answers[key]:
                    place = f"{template.replace('/', '~1')}/{method.lower()}/responses/{key}"
                    return f"#/paths/{place}/content/application~1json/schema".replace("{", "%7B").replace("}", "%7D")
            if "default" in answers and status < 400:
                return {}  # no document describes the answers of the calls of an internal transfer
            break
    assert status >= 400, f"{method} {path} answered {status}, which the OpenAPI document does not describe"
    return ANY_ERROR
