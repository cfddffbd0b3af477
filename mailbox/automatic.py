"""Whether a machine wrote a mail, and whether an automatic letter may answer it."""

import re
from collections.abc import Sequence

from postdesk.mailbox.away_words import AWAY

# The answers of ``machine``: short, stable phrases that rules and logs may name.
POSTDESK = "postdesk"
BOUNCE = "bounce"
RECEIPT = "read receipt"
ABUSE = "abuse report"
REPLY = "auto-reply"
LIST = "mailing list"
GENERATED = "auto-generated"
BULK = "bulk"
NO_REPLY = "no-reply sender"

REPORTS = {
    "delivery-status": BOUNCE,  # RFC 3464
    "disposition-notification": RECEIPT,  # RFC 8098
    "feedback-report": ABUSE,  # RFC 5965
}

# Words of the local part of an address that nobody reads.
UNREAD = re.compile(
    r"""
    (?:^|[-_.+])
    (?:
      no[-_.]?reply | do[-_.]?not[-_.]?reply | dont[-_.]?reply | no[-_.]?response
    | nicht[-_.]?antworten | keine[-_.]?antwort                 # German
    | ne[-_.]?pas[-_.]?repondre | nepasrepondre | pas[-_.]?de[-_.]?reponse
    | no[-_.]?responder | no[-_.]?contestar                     # Spanish
    | nao[-_.]?respond(?:a|er)                                  # Portuguese
    | non[-_.]?rispondere                                       # Italian
    | geen[-_.]?antwoord | niet[-_.]?beantwoorden               # Dutch
    | nie[-_.]?odpowiadaj | svar[-_.]?ej | ei[-_.]?vastausta    # Polish, Swedish, Finnish
    )
    (?:$|[-_.+0-9])
    """,
    re.VERBOSE,
)
DAEMON = re.compile(r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mail-delivery-(?:sub)?system)$")
ADDRESS = re.compile(r"[^\s<>()\",;:]{1,64}@[^\s<>()\",;:]{1,255}")
NOTE_LIMIT = 1500  # characters: an out-of-office note is short
NOTE_HEAD = 600  # characters of its text in which the phrase must stand
LOCAL_LIMIT = 400  # characters of a From header that are looked at

LIST_HEADERS = (
    "list-id",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-mlserver",
)
REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
)


def machine(headers: Sequence[tuple[str, str]], return_path: str | None, content_type: str) -> str:
    """Why a machine wrote this, as one of the phrases above; ``""`` for a person.

    ``return_path`` is the sender of the envelope, ``""`` or ``"<>"`` for the null path, None where
    it is not known (then the Return-Path header is asked). ``content_type`` is the header's value.

    X-Auto-Response-Suppress does not count here: whole organisations write it on the mail of
    people. ``wants_no_answer`` reads it.
    """
    first = _first_values(headers)
    if "x-postdesk-desk" in first:
        return POSTDESK
    null_path = _is_null(first.get("return-path") if return_path is None else return_path)
    local = _local_part(first.get("from", ""))
    return (
        _report(content_type)
        or _bounce(first, local, null_path=null_path)
        or _auto_submitted(first.get("auto-submitted", ""))
        or _marked(first)
        or (GENERATED if null_path or local == "postmaster" or _is_report(content_type) else "")
        or (NO_REPLY if UNREAD.search(local) else "")
    )


def _first_values(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, value in headers:
        first.setdefault(name.lower(), value.strip())
    return first


def _is_null(path: str | None) -> bool:
    return path is not None and path.strip() in ("", "<>")


def _local_part(value: str) -> str:
    found = ADDRESS.findall(value[-LOCAL_LIMIT:]) or ADDRESS.findall(value[:LOCAL_LIMIT])
    if found:  # the last one: a display name may hold another
        return str(found[-1]).rpartition("@")[0].lower()
    return value.strip("<> \"'")[:64].lower()  # "MAILER-DAEMON" without a domain


def _report(content_type: str) -> str:
    kind = content_type.lower()
    if kind.startswith("message/"):
        return REPORTS.get(kind.split(";")[0].strip().removeprefix("message/"), "")
    if not _is_report(kind):
        return ""
    return next((why for name, why in REPORTS.items() if name in kind), "")


def _is_report(content_type: str) -> bool:
    return content_type.lower().startswith("multipart/report")


def _bounce(first: dict[str, str], local: str, *, null_path: bool) -> str:
    if DAEMON.match(local) or "x-failed-recipients" in first:
        return BOUNCE
    return BOUNCE if null_path and local == "postmaster" else ""


def _auto_submitted(value: str) -> str:
    """RFC 3834 5: ``no``, or a keyword with parameters and comments behind it."""
    word = re.split(r"[;(\s]", value.strip().lower(), maxsplit=1)[0]
    if word in ("", "no"):
        return ""
    return REPLY if word in ("auto-replied", "vacation") else GENERATED


def _marked(first: dict[str, str]) -> str:
    """What the older, unwritten customs say."""
    precedence = first.get("precedence", "").lower()
    if precedence in ("auto_reply", "auto-reply") or any(name in first for name in REPLY_HEADERS):
        return REPLY
    if precedence == "list" or any(name in first for name in LIST_HEADERS):
        return LIST
    if precedence in ("bulk", "junk") or "list-unsubscribe" in first or _is_campaign(first):
        return BULK
    return GENERATED if "x-loop" in first else ""


def _is_campaign(first: dict[str, str]) -> bool:
    # Amazon writes the header on everything it carries, the mail of people included.
    value = first.get("feedback-id", "")
    return bool(value) and not value.endswith(":AmazonSES")


def wants_no_answer(headers: Sequence[tuple[str, str]]) -> bool:
    """Whether the sender asks for no automatic answer (MS-OXCMAIL 2.2.3.2.14)."""
    value = _first_values(headers).get("x-auto-response-suppress", "").lower()
    return bool({word.strip() for word in value.split(",")} & {"all", "autoreply", "oof"})


def spam(headers: Sequence[tuple[str, str]]) -> bool:
    """Whether a filter in front of us marked this mail."""
    marks = ((name.lower(), value) for name, value in headers if name[:2] in ("x-", "X-"))
    return any(_is_mark(name, value.strip().lower()) for name, value in marks)


def _is_mark(name: str, value: str) -> bool:
    match name:
        case "x-spam" | "x-spam-flag" | "x-spam-status":
            return value.startswith(("yes", "true"))
        case "x-rspamd-action":
            return value in ("reject", "add header", "rewrite subject", "quarantine")
        case _:
            return False


def withholds(text: str, subject: str) -> bool:
    """Whether these words read like an out-of-office note, in one of some twenty languages.

    Only a reason to withhold automatic letters, never one to hide or refuse the mail: people do
    write "I am on holiday" themselves.
    """
    if AWAY.search(_lower(subject[:200])):
        return True
    return len(text) <= NOTE_LIMIT and AWAY.search(_lower(text[:NOTE_HEAD])) is not None


def _lower(text: str) -> str:
    """Small letters; a Turkish İ becomes one letter as in every other word, not two."""
    return text.replace("İ", "i").lower()
