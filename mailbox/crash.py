"""Named points at which a test may let the whole process die, as a power cut would.

For tests only: ``POSTDESK_CRASHPOINT=spool.before-commit`` ends the process without any clean-up
the first time it comes by that point, ``spool.before-commit:3`` the third time. The variable is
read once, when this module is imported; without it a crash point costs one empty call.
"""

import os

KILLED = 137  # what a shell reports after kill -9


def _armed(setting: str) -> tuple[str, int]:
    name, _, nth = setting.partition(":")
    return name, int(nth) if nth.isdigit() else 1


_name, _countdown = _armed(os.environ.get("POSTDESK_CRASHPOINT", ""))


def _die_at(name: str) -> None:
    global _countdown
    if name != _name:
        return
    _countdown -= 1
    if _countdown <= 0:
        os._exit(KILLED)


def _pass_by(name: str) -> None:
    """Nothing: no crash was asked for."""


crashpoint = _die_at if _name else _pass_by
