"""What people install holds all that the daemon reads, by way of the wheel and of the sdist."""

import importlib.util
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
# Sources, and what is read beside them at run time.
SHIPPED = (".py", ".j2", ".toml", ".json")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which ``python -m hatchling`` runs; asks the package index at need."""
    if importlib.util.find_spec("hatchling"):
        return dict(os.environ)
    place = tmp_path_factory.mktemp("hatchling")
    run(sys.executable, "-m", "pip", "install", "-q", "--target", place, "hatchling>=1.27")
    return {**os.environ, "PYTHONPATH": str(place)}


@pytest.fixture(scope="session")
def sdist(builder: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked sdist of this checkout."""
    place = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", place, env=builder)
    [archive] = place.glob("postdesk-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(place, filter="data")
    [unpacked] = (entry for entry in place.iterdir() if entry.is_dir())
    return unpacked


@pytest.fixture(scope="session")
def wheel(builder: dict[str, str], sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the sdist, as a package index would have it."""
    place = tmp_path_factory.mktemp("wheel")
    build = ("-m", "hatchling", "build", "-t", "wheel", "-d", place)
    run(sys.executable, *build, cwd=sdist, env=builder)
    [built] = place.glob("postdesk-*.whl")
    return built


def run(*command: str | Path, cwd: Path = TOP, env: dict[str, str] | None = None) -> str:
    """What the command printed; its words are the failure when it fails."""
    ended = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def sources() -> set[str]:
    """All that must be shipped, by its path in the checkout."""
    return {
        path.relative_to(TOP).as_posix()
        for folder in ("daemon", "mailbox", "rules", "templates")
        for path in (TOP / folder).rglob("*")
        if path.suffix in SHIPPED
    }


def test_the_wheel_holds_every_source_letter_and_rule(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    moved = {"daemon/__main__.py"}  # for `python -m postdesk`
    shipped = {f"postdesk/{path}" for path in sources() - moved}
    # config.toml: what `postdesk init` copies
    assert names == shipped | {"postdesk/__main__.py", "postdesk/daemon/config.toml"}


def test_the_sdist_holds_the_tests_too(sdist: Path) -> None:
    files = {path.relative_to(sdist).as_posix() for path in sdist.rglob("*") if path.is_file()}
    assert (
        sources() | {"tests/test_packaging.py", "docs/rules.md", "pyproject.toml", "LICENSE"}
        <= files
    )
    assert not [name for name in files if name.endswith(".pyc")]


def test_the_installed_package_is_complete(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", place, wheel)
    ours = (f"from postdesk.{m} import {n}" for m, n in (("mailbox", "mail"), ("rules", "ticket")))
    code = "; ".join((*ours, "print(mail.__file__, ticket.__file__)"))
    env = {**os.environ, "PYTHONPATH": str(place)}
    assert run(sys.executable, "-c", code, cwd=tmp_path, env=env).count(str(place)) == 2


def test_a_fresh_environment_has_the_command(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env/bin/python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel)
    assert (tmp_path / "env/bin/postdesk").exists()
