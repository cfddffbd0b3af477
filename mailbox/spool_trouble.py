"""What can go wrong with the spool's file, said so that a person knows what to do."""

import errno
import shutil
import sqlite3
from pathlib import Path

# Below this much free space a failed write is taken for a full disk, whatever SQLite calls it.
SCARCE = 4 * 1024 * 1024  # bytes

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SHUT = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
)


class SpoolError(Exception):
    """The spool cannot be read or written now; the text says what, where and what to do."""


class SpoolFull(SpoolError):
    """There is no room for another mail; what is in the spool stays safe."""


def explain(path: Path, error: Exception) -> SpoolError:
    """The trouble that ``error`` means for the spool at ``path``, as a sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte; the rest is detail
    if code == sqlite3.SQLITE_FULL or _no_space(path, error, code):
        return SpoolFull(f"{path}: the disk is full; free some space, mail is taken again at once")
    if code in _BUSY:
        return SpoolError(
            f"{path}: locked by another program for too long; "
            "see what else has it open (a copy in progress, a database browser)"
        )
    if code in _BROKEN:
        return SpoolError(
            f"{path}: not a sound SQLite file; stop postdesk, move it and its -wal aside, "
            "and bring back a backup (sqlite3's .recover saves what can be saved)"
        )
    if code in _SHUT or isinstance(error, PermissionError):
        return SpoolError(
            f"{path}: cannot be opened for writing; the file and its folder must belong to "
            "the user that runs postdesk, on a disk that is not read-only"
        )
    return SpoolError(f"{path}: {error}; see to the disk and the file's permissions")


def too_new(path: Path, found: int, known: int) -> SpoolError:
    """The refusal of a file that a later version wrote."""
    return SpoolError(
        f"{path}: written by a newer postdesk (format {found}, this one knows {known}); "
        "run that version, or point [desk] state to another folder"
    )


def _no_space(path: Path, error: Exception, code: int) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if code != sqlite3.SQLITE_IOERR:
        return False
    # SQLite reports a quota or a file size limit as a bare "disk I/O error" of a write.
    if getattr(error, "sqlite_errorname", "") == "SQLITE_IOERR_WRITE":
        return True
    try:
        return shutil.disk_usage(path.parent).free < SCARCE
    except OSError:
        return False
