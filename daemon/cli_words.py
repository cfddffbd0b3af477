"""How the commands of the program speak and end: sentences, JSON, exit codes of sysexits.h."""

import errno
import json
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

OK = os.EX_OK
USAGE = os.EX_USAGE  # 64: the command was written wrongly
DATA = os.EX_DATAERR  # 65: there is no such ticket, mail, letter
UNAVAILABLE = os.EX_UNAVAILABLE  # 69: a person has to see to it
TRY_AGAIN = os.EX_TEMPFAIL  # 75: later it may work
BAD_CONFIG = os.EX_CONFIG  # 78

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHUT = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST)


class Refusal(Exception):
    """A command ends here: the exit code, and a sentence for the person who typed it."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def say_json(value: object) -> None:
    """One JSON value on standard output, in a script every terminal can show."""
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(value, ensure_ascii=ascii_only, indent=2))


def complain(sentence: str) -> None:
    """Words for a person, on standard error."""
    print(f"postdesk: {sentence}", file=sys.stderr)


def speak_every_script() -> None:
    """A terminal that lacks a letter gets a ``?``, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            with suppress(ValueError, OSError):
                stream.reconfigure(errors="replace")


def is_terminal() -> bool:
    """Does a person look at standard output?"""
    return sys.stdout.isatty()


def refused_by_system(error: OSError) -> Refusal:
    """What the operating system did not let us do, and what to do about it."""
    where = f"{error.filename}: " if error.filename else ""
    what = f"{where}{error.strerror or error}"
    if error.errno in _NO_ROOM:
        return Refusal(TRY_AGAIN, f"{what}; free some space, nothing was lost")
    if error.errno in _SHUT and error.filename:
        return Refusal(
            UNAVAILABLE,
            f"{what}; the folder must be there and belong to the user that runs postdesk"
            " ([desk] state says where it is)",
        )
    return Refusal(UNAVAILABLE, what)
