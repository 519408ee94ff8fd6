"""The rooms: who may import whom, that their names are ours alone, and that the wheel holds them and nothing else."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from domain.messages import ReplaceDocuments, ResendCodes, RetryNumbers
from services.updates import UPDATES
from tests import limits

ROOT = Path(__file__).parents[1]
EVERYTHING = frozenset(
    {"domain", "workflows", "activities", "services", "adapters", "telnyx_api", "runtime", "commands", "inbound"}
)
PROCESSES = ("worker", "webhooks", "console", "cli")
MAY_IMPORT = {
    "domain": frozenset[str](),
    "telnyx_api": frozenset[str](),
    "simulator": frozenset[str](),
    "runtime": frozenset({"domain"}),
    "activities": frozenset({"domain", "telnyx_api"}),
    "workflows": frozenset({"domain", "activities"}),
    "services": frozenset({"domain", "workflows", "runtime"}),
    "adapters": frozenset({"domain", "workflows", "activities", "runtime", "services"}),
    "commands": frozenset({"domain", "services", "runtime"}),
    "inbound": frozenset({"domain", "runtime"}),
    "tools": EVERYTHING | {"simulator"},  # measures and strikes the whole; only tests import it
    **dict.fromkeys(PROCESSES, EVERYTHING),
}
SHIPPED = (*sorted(EVERYTHING), "simulator")
ROOMS = (*SHIPPED, "tools")
# What an activity may know of the client: what goes in, what comes back, and what can go wrong.
OF_THE_CLIENT = {"telnyx_api.replies", "telnyx_api.errors", "telnyx_api.files"}
# What makes a replay go another way than the first run.
BANNED_MODULES = {"time", "random", "uuid", "os", "secrets", "threading", "subprocess", "socket", "httpx", "aiohttp"}
BANNED_CALLS = {"open", "input", "print", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
# Other update names are also names of commands, choices, activities or calls of the simulator.
UNMISTAKABLE_UPDATES = {UPDATES[message] for message in (ResendCodes, ReplaceDocuments, RetryNumbers)}
SENDS_AN_UPDATE = {"execute_update", "start_update", "execute_update_with_start_workflow", "send_to"}


def sources(room: str) -> list[Path]:
    """The files of a room or of a process."""
    found = sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / f"{room}.py"]
    assert found, f"{room} has no files"
    return found


def imports_in(node: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere below a node."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from (alias.name for alias in found.names)
        elif isinstance(found, ast.ImportFrom):
            assert found.level == 0, "imports name their room"
            yield f"{found.module}"


def top(module: str) -> str:
    """The first part of a module's name."""
    return module.partition(".")[0]


def test_every_room_and_every_process_has_its_arrows() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    processes = {path.stem for path in ROOT.glob("*.py")}
    assert rooms | processes == set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_arrow_points_the_wrong_way(room: str) -> None:
    for path in sources(room):
        ours = {top(module) for module in imports_in(ast.parse(path.read_text()))} & set(MAY_IMPORT)
        assert ours - {room} <= MAY_IMPORT[room], path.relative_to(ROOT)


def test_activities_know_only_replies_and_errors_of_the_client() -> None:
    for path in sources("activities"):
        known = {module for module in imports_in(ast.parse(path.read_text())) if top(module) == "telnyx_api"}
        assert known <= OF_THE_CLIENT, path.relative_to(ROOT)


def test_adapters_know_only_the_ports_of_activities() -> None:
    for path in sources("adapters"):
        known = {module for module in imports_in(ast.parse(path.read_text())) if top(module) == "activities"}
        assert known <= {"activities.ports"}, path.relative_to(ROOT)


def test_workflows_name_activities_only_where_they_are_passed_through() -> None:
    for path in sources("workflows"):
        tree = ast.parse(path.read_text())
        everywhere = [module for module in imports_in(tree) if top(module) == "activities"]
        passed = [
            module for block in passed_through(tree) for module in imports_in(block) if top(module) == "activities"
        ]
        assert everywhere == passed, path.relative_to(ROOT)


def test_workflows_import_only_classes_of_activities() -> None:
    # A workflow needs a class to name a method. Anything else would be activity code that runs inside a workflow.
    for path in sources("workflows"):
        for module, name in names_from("activities", ast.parse(path.read_text())):
            assert name in classes_of(module), f"{path.relative_to(ROOT)} imports {name}, no class of {module}"


def names_from(room: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that is imported from a room, after its module; a module that is imported whole has the name `*`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and top(node.module) == room:
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "*") for alias in node.names if top(alias.name) == room)


def classes_of(module: str) -> set[str]:
    """The classes that a module defines; a room itself defines none."""
    file = ROOT / f"{module.replace('.', '/')}.py"
    body = ast.parse(file.read_text()).body if file.exists() else []
    return {node.name for node in body if isinstance(node, ast.ClassDef)}


def passed_through(tree: ast.AST) -> Iterator[ast.With]:
    """The blocks `with workflow.unsafe.imports_passed_through():`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and "imports_passed_through" in ast.unparse(node.items[0]):
            yield node


@pytest.mark.parametrize("room", ["workflows", "domain"])
def test_nothing_that_differs_between_runs_is_used(room: str) -> None:
    for path in sources(room):
        tree = ast.parse(path.read_text())
        where = path.relative_to(ROOT)
        assert not {top(module) for module in imports_in(tree)} & BANNED_MODULES, where
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not {call for call in calls if call.removeprefix("datetime.") in BANNED_CALLS or call in BANNED_CALLS}, (
            where
        )


NAMING_UPDATES = {ROOT / "workflows/host_numbers.py", ROOT / "services/updates.py"}
"""Where an update is taken, and where it is sent."""


@pytest.mark.parametrize("room", [*ROOMS, *PROCESSES, "tests"])
def test_update_names_stand_where_they_are_taken_and_sent(room: str) -> None:
    for path in sources(room):
        if path.is_relative_to(ROOT / "tests/golden") or path in NAMING_UPDATES:
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        assert not texts & UNMISTAKABLE_UPDATES, path.relative_to(ROOT)
        updates = [node.args[:1] for node in nodes if isinstance(node, ast.Call) and sends_an_update(node.func)]
        assert not [name for [name] in updates if isinstance(name, ast.Constant)], path.relative_to(ROOT)


def sends_an_update(function: ast.expr) -> bool:
    """Whether a call of this takes the name of an update first."""
    return isinstance(function, ast.Attribute) and function.attr in SENDS_AN_UPDATE


@pytest.mark.server
def test_replaying_loads_no_library_that_touches_the_world() -> None:
    code = "import sys, workflows.host_numbers, workflows.check_numbers; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limits.WAIT, check=True)  # noqa: S603 - our own line
    loaded = set(done.stdout.split())
    assert "workflows.host_numbers" in loaded
    assert not loaded & {"httpx", "aiohttp", "pypdf", "obstore", "fastapi", "cryptography", "telnyx_api.client"}


@pytest.mark.parametrize("room", ROOMS)
def test_the_init_file_of_a_room_is_empty(room: str) -> None:
    assert (ROOT / room / "__init__.py").read_text() == ""


def test_tests_are_no_package() -> None:
    # One alone would make `workflows` mean the tests.
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_each_name_is_ours_and_nobody_elses(name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)
    assert not Path(spec.origin).is_relative_to(ROOT / ".venv")
    assert set(packages_distributions().get(name, [])) <= {"hosted-sms"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of all files in the built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=limits.WAIT)  # noqa: S603 - our own build
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


@pytest.mark.server
def test_the_wheel_holds_every_file_of_every_shipped_room(wheel: list[str]) -> None:
    files = [path for room in (*SHIPPED, *PROCESSES) for path in sources(room)]
    assert {str(path.relative_to(ROOT)) for path in files} <= set(wheel)


@pytest.mark.server
def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    allowed = {*SHIPPED, *(f"{name}.py" for name in PROCESSES)}
    beside = {name for name in wheel if name.partition("/")[0] not in allowed and ".dist-info/" not in name}
    assert not beside
    assert not [name for name in wheel if "test" in name and "test_numbers" not in name]
    assert all(name.endswith((".py", "py.typed")) or ".dist-info/" in name for name in wheel)


@pytest.mark.server
def test_the_wheel_brings_the_command(wheel: list[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)
