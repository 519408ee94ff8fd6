"""The modules that workflows and activities may import load no HTTP library, not even indirectly."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", ["errors", "replies", "files"])
@pytest.mark.server
def test_the_module_loads_no_http_library(module: str) -> None:
    program = (
        f"import sys, telnyx_api.{module}; print(*({{'httpx', 'aiohttp', 'httpx_aiohttp', 'ssl'}} & {{*sys.modules}}))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter and text
    assert loaded.stdout.split() == []
