"""The fixtures of this folder stand in `fixtures.py`, which the tests of the command use too."""

from tests.services.fixtures import (
    begin,
    client,
    dev_server,
    draft_of,
    fingerprints,
    number,
    pdf,
    reference,
    settings,
    silent,
    store,
)

__all__ = [
    "begin",
    "client",
    "dev_server",
    "draft_of",
    "fingerprints",
    "number",
    "pdf",
    "reference",
    "settings",
    "silent",
    "store",
]
