"""Renders docs/messages.schema.json, the JSON Schema of what programs exchange with the workflows.

`python -m domain.message_schema` prints it.
"""

import json
import sys

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from domain.accounts import AccountProgress, ResumeAccount
from domain.checks import CheckReport, CheckRequest
from domain.imports import ImportProgress, PauseImport, ResumeImport, StopImport
from domain.messages import (
    Answer,
    AnswerAsk,
    Cancel,
    GiveUp,
    HostingRequest,
    Message,
    Progress,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
    TelnyxNews,
)
from domain.notification import NotificationList

SENT: tuple[type[Message], ...] = (
    HostingRequest,
    SubmitCodes,
    ResendCodes,
    ReplaceDocuments,
    RetryNumbers,
    GiveUp,
    Cancel,
    AnswerAsk,
    TelnyxNews,
    ResumeAccount,
    CheckRequest,
    PauseImport,
    ResumeImport,
    StopImport,
)
"""What programs send. A field with a default may be left out."""
RECEIVED: tuple[type[Message], ...] = (Answer, Progress, NotificationList, AccountProgress, CheckReport, ImportProgress)
"""What programs receive. Every field is always there."""
_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Messages of Hosted SMS",
    "description": "Generated: python -m domain.message_schema > docs/messages.schema.json. See docs/integration.md.",
}


def render_schema() -> str:
    """Render the schema as JSON: one definition under `$defs` for each message."""
    modes: list[tuple[type[Message], JsonSchemaMode]] = [
        *((message, "validation") for message in SENT),
        *((message, "serialization") for message in RECEIVED),
    ]
    _, definitions = models_json_schema(modes)
    return json.dumps(_HEAD | definitions, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_schema())
