"""The files of deploy/: settings that exist, images that are pinned, nothing in the image but the rooms."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.settings import Settings, variable
from tests.test_layout import PROCESSES, SHIPPED

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"] == "hosted-sms"}


def test_every_setting_that_the_files_name_exists() -> None:
    known = {variable(field) for field in Settings.model_fields}
    for name in ("compose.yaml", "Dockerfile", "README.md"):
        named = set(re.findall(r"HOSTED_SMS_[A-Z_]+|TELNYX_[A-Z_]+", (DEPLOY / name).read_text()))
        assert named <= known, name


@pytest.mark.parametrize("name", sorted(set(SERVICES) - OURS))
def test_every_image_of_others_has_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:[\d.]+", SERVICES[name]["image"])


def test_telnyx_keys_reach_the_worker_alone() -> None:
    assert [name for name in SERVICES if "worker.env" in SERVICES[name].get("env_file", [])] == ["worker"]


def test_only_this_machine_reaches_the_ports() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_whatever_is_waited_for_is_a_service() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_the_image_is_made_of_the_shipped_rooms_and_processes() -> None:
    let_in = re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    files = {"pyproject.toml", "README.md", "requirements.lock", *(f"{name}.py" for name in PROCESSES)}
    assert set(let_in) == files | set(SHIPPED)


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert users
    assert int(users[-1]) > 0
