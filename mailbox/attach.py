"""Names of attached files: safe to write to any disk and to show to anybody, and never empty."""

import re
import unicodedata
from collections.abc import Mapping

from postdesk.mailbox.split import Part

NAME_BYTES = 150  # UTF-8; file systems end at 255, and a path has more than the name
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # on Windows
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9_-]{1,16}\Z")
_SUBTYPE = re.compile(r"(?:x-|vnd\.)?([a-z0-9]{1,8})\Z")

# Word before the number, and extension.
_MADE_UP: Mapping[str, tuple[str, str]] = {
    "text/plain": ("text", "txt"),
    "text/html": ("text", "html"),
    "text/calendar": ("invitation", "ics"),
    "text/vcard": ("card", "vcf"),
    "text/x-vcard": ("card", "vcf"),
    "text/directory": ("card", "vcf"),
    "text/csv": ("table", "csv"),
    "text/rfc822-headers": ("headers", "txt"),
    "message/delivery-status": ("delivery-status", "txt"),
    "message/global-delivery-status": ("delivery-status", "txt"),
    "message/disposition-notification": ("disposition-notification", "txt"),
    "message/feedback-report": ("feedback-report", "txt"),
    "application/pgp-signature": ("signature", "asc"),
    "application/pgp-encrypted": ("encrypted", "asc"),
    "application/pkcs7-signature": ("signature", "p7s"),
    "application/x-pkcs7-signature": ("signature", "p7s"),
    "application/pkcs7-mime": ("smime", "p7m"),
    "application/x-pkcs7-mime": ("smime", "p7m"),
    "application/ms-tnef": ("winmail", "dat"),
    "application/pdf": ("attachment", "pdf"),
    "application/zip": ("attachment", "zip"),
    "application/msword": ("attachment", "doc"),
    "application/json": ("attachment", "json"),
    "application/xml": ("attachment", "xml"),
    "image/jpeg": ("picture", "jpg"),
    "image/svg+xml": ("picture", "svg"),
    "audio/mpeg": ("sound", "mp3"),
    "video/quicktime": ("film", "mov"),
}
_WORDS = {"image": "picture", "audio": "sound", "video": "film", "text": "text"}


def file_name(part: Part) -> str:
    """The name the sender gave this part, as written; ``""`` for none."""
    return part.disposition.params.get("filename") or part.content.params.get("name") or ""


def safe_name(name: str) -> str:
    """The sender's name without path, tricks and dangers; ``""`` when nothing is left of it."""
    name = unicodedata.normalize("NFC", name[:2000]).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in _INVISIBLE)
    name = _FORBIDDEN.sub("_", " ".join(name.split())).lstrip(". ").rstrip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name)


def made_up_name(media_type: str, number: int) -> str:
    """A name for a part without one: ``picture-2.png``, ``message-1.eml``, ``attachment-3.bin``."""
    word, extension = _MADE_UP.get(media_type, ("", ""))
    if not word:
        main, _, sub = media_type.partition("/")
        known = _SUBTYPE.fullmatch(sub) if main in _WORDS else None
        word = "message" if main in ("message", "multipart") else _WORDS.get(main, "attachment")
        extension = "eml" if word == "message" else known[1] if known else "bin"
    return f"{word}-{number}.{extension}"


def shown_name(part: Part, number: int) -> str:
    """What the ``number``-th attachment of a mail is called."""
    name = safe_name(file_name(part))
    if not name:
        return made_up_name(part.type, number)
    if part.type in ("message/rfc822", "message/global") and not name.lower().endswith(".eml"):
        return safe_name(f"{name[:100]}.eml")
    return name


def _shortened(name: str) -> str:
    if len(name.encode("utf-8")) <= NAME_BYTES:
        return name
    found = _EXTENSION.search(name)
    extension = found[0] if found else ""
    stem = name[: len(name) - len(extension)].encode("utf-8")[: NAME_BYTES - len(extension)]
    return stem.decode("utf-8", "ignore").rstrip(". ") + extension
