"""The real programs that tests run against: found, or the test says what to install."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Program -> the Debian package that brings it.
PACKAGES = {
    "chromium": "chromium",
    "doveadm": "dovecot-core",
    "dovecot": "dovecot-imapd",
    "dovecot-lmtpd": "dovecot-lmtpd",
    "initdb": "postgresql",
    "neomutt": "neomutt",
    "postfix": "postfix",
    "smtp-sink": "postfix",
    "smtp-source": "postfix",
    "swaks": "swaks",
}


def find_part(name: str) -> str | None:
    """The program's path, also where servers live outside a user's PATH; None when missing."""
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    folders = [*map(str, servers), "/usr/sbin", "/usr/lib/dovecot", "/usr/lib/postfix/sbin"]
    return shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))


def real_part(name: str) -> str:
    """The program's path; a missing one skips the test, or fails it where nothing may be skipped.

    Nothing may be skipped when ``POSTDESK_REQUIRE_REAL=1``.
    """
    if path := find_part(name):
        return path
    missing(f"{name} is not installed: apt-get install {PACKAGES.get(name, name)}")


def missing(why: str) -> NoReturn:
    """End the test: skipped, or failed where nothing may be skipped."""
    if os.environ.get("POSTDESK_REQUIRE_REAL") == "1":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def _version(folder: Path) -> int:
    number = folder.parent.name
    return int(number) if number.isdigit() else 0
