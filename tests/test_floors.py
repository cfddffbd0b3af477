"""The house stands as it was drawn; and each check of it is shown to be able to fail."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import floors
import pytest
from floors import Tree

TOP = Path(__file__).resolve().parent.parent
Check = Callable[[Tree], list[str]]

HOUSE_CHECKS: list[Check] = [
    floors.stairs,
    floors.doors,
    floors.circles,
    floors.purity,
    floors.packages,
    floors.lengths,
]
TEST_CHECKS: list[Check] = [
    floors.packages,
    floors.lengths,
    floors.twins,
    floors.sleepers,
    floors.masks,
]


def read_tree(*folders: str) -> dict[str, str]:
    """The Python sources below these folders of the checkout."""
    return {
        path.relative_to(TOP).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((TOP / folder).rglob("*.py"))
    }


def top_level() -> set[str]:
    """What the checkout holds at its top: what git knows, or without git all that is no cache."""
    if (TOP / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", TOP, "ls-files", "-z"], capture_output=True, text=True, check=True
        ).stdout
        return {name.partition("/")[0] for name in listed.split("\0") if name}
    caches = {".venv", ".hypothesis", ".coverage", "dist", "var", "PKG-INFO"}
    return {name for name in os.listdir(TOP) if name not in caches and "_cache" not in name}


@pytest.mark.parametrize("check", HOUSE_CHECKS)
def test_the_house_stands_as_drawn(check: Check) -> None:
    assert check(read_tree(*floors.FLOORS)) == []


@pytest.mark.parametrize("check", TEST_CHECKS)
def test_the_tests_keep_their_manners(check: Check) -> None:
    assert check(read_tree("tests")) == []


def test_files_are_short(record_property: Callable[[str, object], None]) -> None:
    middle = floors.median_length(read_tree(*floors.FLOORS))
    record_property("median lines", middle)
    print(f"median length: {middle:g} lines")
    assert middle < 200


def test_nothing_else_is_at_the_top_level() -> None:
    assert top_level() <= floors.TOP_LEVEL


def test_the_links_make_the_names_true() -> None:
    links = {link.name: os.readlink(link) for link in (TOP / ".path/postdesk").iterdir()}
    assert links == {folder: f"../../{folder}" for folder in floors.FLOORS}
    assert [entry.name for entry in (TOP / ".path").iterdir()] == ["postdesk"]


def test_no_effect_is_forgotten() -> None:
    assert floors.exhaustive((TOP / "rules/apply.py").read_text(encoding="utf-8")) == []


GOOD: Tree = {
    "mailbox/mail.py": "import mailbox\n",
    "mailbox/receiver.py": "from aiosmtpd.smtp import SMTP\nfrom postdesk.mailbox import mail\n",
    "rules/decide.py": "from urllib.parse import quote\nfrom postdesk.mailbox.mail import Mail\n",
    "templates/press.py": "import jinja2\n",
    "daemon/store_sql.py": "import playhouse.migrations\nfrom postdesk.rules import decide\n",
    "tests/test_a.py": "import time\ntime.sleep(3600)  # hangs\n" + "\n" * 400,
    "tests/bench/soak.py": "import time\ntime.sleep(1)\n",
}


@pytest.mark.parametrize("check", HOUSE_CHECKS + TEST_CHECKS)
def test_a_good_tree_has_no_complaints(check: Check) -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("check", "path", "source"),
    [
        (floors.stairs, "mailbox/a.py", "from postdesk.rules import ticket"),
        (floors.stairs, "mailbox/a.py", "from postdesk import daemon"),
        (floors.stairs, "rules/a.py", "def f():\n    import postdesk.daemon.store"),
        (floors.stairs, "rules/a.py", "from postdesk.templates.render import render"),
        (floors.stairs, "templates/a.py", "from postdesk.mailbox.mail import Mail"),
        (floors.stairs, "templates/a.py", "from ..mailbox import mail"),
        (floors.stairs, "daemon/a.py", "import rules.ticket"),
        (floors.doors, "daemon/a.py", "import aiosmtpd.smtp"),
        (floors.doors, "mailbox/a.py", "from imapclient import IMAPClient"),
        (floors.doors, "mailbox/poller.py", "import mailparser"),
        (floors.doors, "daemon/a.py", "from jinja2.sandbox import SandboxedEnvironment"),
        (floors.doors, "daemon/desk.py", "import peewee"),
        (floors.doors, "mailbox/store.py", "from playhouse import migrations"),
        (floors.doors, "daemon/a.py", "def f():\n    import schedule"),
        (floors.purity, "rules/a.py", "import time"),
        (floors.purity, "rules/a.py", "from pathlib import Path"),
        (floors.purity, "rules/a.py", "import os.path"),
        (floors.purity, "rules/a.py", "import urllib.request"),
        (floors.purity, "rules/a.py", "now = datetime.now(UTC)"),
        (floors.purity, "rules/a.py", "text = open('x').read()"),
        (floors.packages, "mailbox/__init__.py", ""),
        (floors.packages, "tests/rules/__init__.py", ""),
        (floors.lengths, "rules/a.py", "\n" * 351),
        (floors.lengths, "tests/rules/test_b.py", "\n" * 501),
        (floors.twins, "tests/rules/test_a.py", ""),
        (floors.sleepers, "tests/test_b.py", "import time\ntime.sleep(1)"),
        (floors.sleepers, "tests/test_b.py", "from time import sleep"),
        (floors.sleepers, "tests/test_b.py", "import time\ntime.sleep(0.1 if x else y)"),
        (floors.masks, "tests/test_b.py", "from unittest import mock"),
        (floors.masks, "tests/test_b.py", "from unittest.mock import Mock"),
        (floors.masks, "tests/test_b.py", "monkeypatch.setattr('postdesk.mailbox.x', 1)"),
    ],
)
def test_a_bad_file_is_seen(check: Check, path: str, source: str) -> None:
    complaints = check({**GOOD, path: source})
    assert len(complaints) == 1
    assert path in complaints[0]


def test_a_circle_is_seen() -> None:
    tree = {
        "mailbox/a.py": "from postdesk.mailbox import b",
        "mailbox/b.py": "from postdesk.mailbox.c import x",
        "mailbox/c.py": "def f():\n    import postdesk.mailbox.a",
    }
    [circle] = floors.circles(tree)
    assert {"postdesk.mailbox.a", "postdesk.mailbox.b", "postdesk.mailbox.c"} == set(
        circle.split(" -> ")
    )


MATCH = "    match e:\n        case 1:\n            return t"


@pytest.mark.parametrize(
    ("body", "complaints"),
    [
        (f"{MATCH}\n    assert_never(e)", 0),
        (f"{MATCH}\n        case _:\n            assert_never(e)", 0),
        (f"{MATCH}\n    return t", 1),
        ("    assert_never(e)\n    return t", 1),
    ],
)
def test_an_apply_that_forgets_is_seen(body: str, complaints: int) -> None:
    assert len(floors.exhaustive(f"def apply(t, e, now):\n{body}\n")) == complaints


def test_an_apply_that_is_gone_is_seen() -> None:
    assert floors.exhaustive("") == ["no function apply"]


def test_the_middle_file_is_measured() -> None:
    tree = {"rules/a.py": "\n" * 10, "rules/b.py": "\n" * 30, "rules/c.py": "\n" * 300}
    assert floors.median_length(tree) == 30
    assert floors.median_length({}) == 0
