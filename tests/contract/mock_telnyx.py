"""A Telnyx made of the OpenAPI document alone: it checks each request and sends a given response."""

import json
import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote

import httpx
import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from telnyx_api.client import TelnyxClient
from tests.contract.openapi import DOCUMENT, OPERATIONS, resolved
from tests.simulator.openapi_check import document as closed_document

KEY = "KEY_contract"
BASE_URL = "https://telnyx.test/v2"
_HOME = "urn:contract"
Answer = Callable[[str], tuple[int, Any]]
"""Takes the id of the operation and returns the status and the body of the response."""


class BrokenContract(AssertionError):  # noqa: N818 - named for what was seen
    """The client sent something that the document does not describe."""


def client(answer: Answer, operations: list[str] | None = None) -> TelnyxClient:
    """A client whose every request is checked; `operations` collects the ids of the operations."""

    def take(request: httpx.Request) -> httpx.Response:
        operation_id = check(request)
        if operations is not None:
            operations.append(operation_id)
        status, body = answer(operation_id)
        return httpx.Response(status, content=json.dumps(body).encode(), headers={"content-type": "application/json"})

    return TelnyxClient(KEY, BASE_URL, transport=httpx.MockTransport(take))


def check(request: httpx.Request) -> str:
    """The operation of a request; raises `BrokenContract` for anything that the document does not describe."""
    if request.headers.get("authorization") != f"Bearer {KEY}":
        raise BrokenContract("the key is not in the header")
    path = request.url.raw_path.decode().partition("?")[0].removeprefix("/v2")
    operation_id, given = _operation(request.method, path)
    operation = OPERATIONS[operation_id][2]
    parameters = [resolved(parameter) for parameter in operation.get("parameters", [])]
    for parameter in parameters:
        if parameter["in"] == "path":
            _hold(given[parameter["name"]], parameter["schema"])
    _check_query(request.url.params, [parameter for parameter in parameters if parameter["in"] == "query"])
    _check_body(request, operation.get("requestBody"))
    return operation_id


def _operation(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The operation and its path parameters. Paths without parameters are tried first, as in a router."""
    for operation_id, (verb, template, _) in sorted(OPERATIONS.items(), key=lambda item: "{" in item[1][1]):
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
        if found and verb == method:
            return operation_id, {name: unquote(value) for name, value in found.groupdict().items()}
    raise BrokenContract(f"no operation is {method} {path}")


def _check_query(query: httpx.QueryParams, parameters: list[dict[str, Any]]) -> None:
    schemas: dict[str, dict[str, Any]] = {}
    for parameter in parameters:
        if parameter.get("style") == "deepObject":
            inner = parameter["schema"]["properties"]
            schemas |= {f"{parameter['name']}[{name}]": schema for name, schema in inner.items()}
        else:
            schemas[parameter["name"]] = parameter["schema"]
        if parameter.get("required") and parameter["name"] not in query:
            raise BrokenContract(f"the parameter {parameter['name']} is missing")
    for name, value in query.multi_items():
        if name not in schemas:
            raise BrokenContract(f"no parameter is called {name}")
        whole = schemas[name].get("type") == "integer" and re.fullmatch(r"-?[0-9]+", value)
        _hold(int(value) if whole else value, schemas[name])


def _check_body(request: httpx.Request, described: dict[str, Any] | None) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0]
    if described is None:
        if request.content:
            raise BrokenContract("a body was sent where none is described")
        return
    if kind not in described["content"]:
        raise BrokenContract(f"the body is {kind!r}, not one of {list(described['content'])}")
    media = described["content"][kind]
    if kind == "application/json":
        _hold(json.loads(request.content), media["schema"])
        return
    parts = _parts(request)
    _hold({name: part.get_payload(decode=True).decode("latin-1") for name, part in parts.items()}, media["schema"])
    for name, part in parts.items():
        if part.get_content_type() != media["encoding"][name]["contentType"]:
            raise BrokenContract(f"the part {name} is {part.get_content_type()}")


def _parts(request: httpx.Request) -> dict[str, Any]:
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    whole: Any = message_from_bytes(head + request.content, policy=HTTP)
    return {part.get_param("name", header="content-disposition"): part for part in whole.iter_parts()}


def _hold(value: Any, schema: dict[str, Any]) -> None:
    """Check a value against a schema of the document; properties that the schema does not name are refused."""
    registry: Registry[Any] = Registry().with_resource(
        _HOME, Resource.from_contents(closed_document(), default_specification=DRAFT202012)
    )
    here = json.loads(json.dumps(schema).replace('"#/', f'"{_HOME}#/'))
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    try:
        jsonschema.Draft202012Validator(here, registry=registry, format_checker=checker).validate(value)
    except jsonschema.ValidationError as error:
        raise BrokenContract(f"{error.json_path}: {error.message}") from None


assert DOCUMENT["servers"][0]["url"].endswith("/v2")
