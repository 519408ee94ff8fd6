"""The files of deploy/: settings that exist, images that are pinned, nothing in the image but the rooms."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime import process_secrets
from runtime.codec import KeyRing
from runtime.settings import Settings, variable
from tests import limits
from tests.test_layout import PROCESSES, SHIPPED

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"] == "hosted-sms"}

TABLE = {**process_secrets.NEEDS, **process_secrets.PUBLIC}


def test_every_setting_that_the_files_name_exists() -> None:
    known = {variable(field) for field in Settings.model_fields}
    for name in ("compose.yaml", "Dockerfile", "README.md", "make-env.sh"):
        named = set(re.findall(r"HOSTED_SMS_[A-Z_]+|TELNYX_[A-Z_]+", (DEPLOY / name).read_text()))
        assert named <= known, name


@pytest.mark.parametrize("name", sorted(set(SERVICES) - OURS))
def test_every_image_of_others_has_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:[\d.]+", SERVICES[name]["image"])


def test_each_process_has_a_file_of_its_own_and_documents_only_if_it_needs_them() -> None:
    files = {name: SERVICES[name].get("env_file", []) for name in OURS}
    command = {"setup": list[str](), "cli": ["command.env"]}  # the set-up needs no secret
    assert files == command | {name: [f"{name}.env"] for name in ("worker", "webhooks", "console")}
    stores = {name for name in OURS if any("documents" in volume for volume in SERVICES[name].get("volumes", []))}
    assert stores == {"worker", "cli"}


@pytest.mark.server
def test_the_keys_that_are_made_give_each_process_what_it_needs_and_no_more(tmp_path: Path) -> None:
    script = shutil.copy(DEPLOY / "make-env.sh", tmp_path)
    before = os.umask(0)
    try:
        made = [subprocess.run(["sh", script], capture_output=True, timeout=limits.WAIT, check=False) for _ in "12"]  # noqa: S603, S607
    finally:
        os.umask(before)
    assert [done.returncode for done in made] == [0, 1]  # a second time it would lose the keys of the first
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*env")} == {0o600}

    given = {name: settings_in(tmp_path / f"{name}.env") for name in ("worker", "webhooks", "console", "command")}
    for name, found in given.items():
        process = process_secrets.COMMAND if name == "command" else name
        needed = {one for one, needs in TABLE.items() if process in needs}
        assert set(found) <= needed, name
        assert {"HOSTED_SMS_KEYS"} <= set(found), name
    assert len({found["HOSTED_SMS_FINGERPRINT_KEY"] for name, found in given.items() if name != "console"}) == 1

    rings = {name: KeyRing.parse(found["HOSTED_SMS_KEYS"]) for name, found in given.items()}
    assert set(rings["webhooks"].ids).isdisjoint(rings["command"].ids)
    assert rings["webhooks"].newest != rings["worker"].newest == rings["command"].newest
    assert set(rings["worker"].ids) == set(rings["console"].ids) == {key for ring in rings.values() for key in ring.ids}


def settings_in(path: Path) -> dict[str, str]:
    """What a file of settings says."""
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


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
