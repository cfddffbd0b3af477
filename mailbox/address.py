"""Addresses: compared as wholes, in lower case, and never guessed where a From is ambiguous.

Linear in the length of a header, whatever stands in it: one pass of tokens (see ``entries``),
one look at each entry. RFC 5322 3.4 with its obsolete forms is read; RFC 6532 letters are kept.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import idna

from postdesk.mailbox.entries import Entry, entries
from postdesk.mailbox.headers import decode_header
from postdesk.mailbox.mail import NOBODY, Address

LIMIT = 50  # addresses taken from one header
NAME_LENGTH = 80
_ADDR_LENGTH = 320  # RFC 3696 errata: 64 + @ + 255
_PLAIN = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_LOCAL = re.compile(r"""[^\s"(),:;<>@\[\\\]]{1,200}|"[^\s"<>\\]{1,200}\"""")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-fv:.]{3,60}\]")
_AROUND_DOTS = re.compile(r"\s*([.@])\s*")
_BETWEEN_WORDS = str.maketrans(dict.fromkeys("\"'(),:;<>[]\\", " "))
_ENCODED_PHRASE = re.compile(r"(?:=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=\s*)+")
# Nearly every sender and recipient there is: one address, with nothing in doubt about it. What is
# taken is never given back ("+" behind a count), so that the pattern stays linear.
_USUAL = re.compile(
    r"""
    \s*+
    (?:
      (?: ( [\w\ .&/+'-]{0,200}+ )                             # a phrase of plain words,
        | "( [\w\ .,:;()&/+'-]{0,200}+ )"                      # or in quotes,
        | ( =\?[\w-]{1,40}+\?[bBqQ]\?[\w=+/.!*-]{0,200}+\?= )  # or one encoded word
      )
      \s*+ < ( [^\s<>@]{1,200}+ @ [^\s<>@]{1,255}+ ) >
    | ( [^\s<>@']{1,200}+ @ [^\s<>@]{1,255}+ )                 # or no name at all
    )
    \s*+
    """,
    re.VERBOSE,
)
_UNUSUAL = re.compile(r"xn--|\.\.|=\?")
# Controls, and what turns, hides or breaks text around it.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_QUOTES = re.compile(r"""["\\<>]|=\?|\?=""")


def normalise(addr: str) -> str:
    """One addr-spec in the form we compare: lower-case, IDN as Unicode; ``""`` when unusable."""
    addr = addr.strip().lower()
    if _PLAIN.fullmatch(addr) and len(addr) <= _ADDR_LENGTH and "xn--" not in addr:
        return "" if ".." in addr.rpartition("@")[2] else addr
    if len(addr) > _ADDR_LENGTH or not _visible(addr):
        return ""
    local, at, host = _AROUND_DOTS.sub(r"\1", addr).rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        return ""
    if local.startswith('"') and _LOCAL.fullmatch(local[1:-1]):
        local = local[1:-1]
    host = _host(host)
    return f"{unicodedata.normalize('NFC', local)}@{host}" if host else ""


def ascii_addr(addr: str) -> str | None:
    """The address for a wire without SMTPUTF8 (IDN as punycode); None when it has no such form."""
    local, _, host = addr.rpartition("@")
    if not local or not local.isascii():
        return None
    if host.isascii():
        return addr
    try:
        return f"{local}@{idna.encode(host, uts46=True).decode('ascii')}"
    except (idna.IDNAError, UnicodeError):
        return None


def clean_name(text: str) -> str:
    """A display name fit for any header: one line, at most 80 characters, nothing that tricks."""
    text = text[:1000]
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c.isspace() else "" for c in text)
        text = "".join(filter(_shows, text))
    text = " ".join(_QUOTES.sub("", text).split())
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1].strip()
    return text[:NAME_LENGTH].strip(" ,;")


def parse_addresses(values: Iterable[str], limit: int = LIMIT) -> tuple[Address, ...]:
    """The addresses in these header values, each once, at most ``limit``; never raises.

    Give the values as they were sent: an encoded name may hold a comma once it is decoded.
    """
    found: dict[str, Address] = {}
    for value in values:
        for address in _addresses(value):
            if address.addr:
                found.setdefault(address.addr, address)
            if len(found) >= limit:
                return tuple(found.values())
    return tuple(found.values())


def _addresses(value: str) -> Iterator[Address]:
    if usual := _usual(value):
        return iter((usual,))
    return (_resolve(entry)[0] for entry in entries(value))


def _usual(value: str) -> Address | None:
    """The quick way for a value of one plain address; None where it takes a closer look.

    What passes here is read the same by ``entries``, and leaves ``_doubt`` nothing to say.
    """
    found = _USUAL.fullmatch(value)
    if found is None:
        return None
    phrase, quoted, encoded, addr, bare = found.groups()
    addr = (addr or bare).lower()
    if not _PLAIN.fullmatch(addr) or len(addr) > _ADDR_LENGTH or _UNUSUAL.search(addr):
        return None
    name = clean_name(decode_header(encoded) if encoded else phrase or quoted or "")
    return Address(name, addr)


def sole_sender(from_values: Sequence[str]) -> tuple[Address, str]:
    """The one address of From, and why it may not be whom it seems; ``""`` when it is clear.

    Where clients would disagree on who wrote, the address given is the one most would answer.
    """
    if not from_values:
        return NOBODY, "there is no From"
    address, doubt = _one_value(from_values[0])
    if len(from_values) > 1:
        return address, f"there are {len(from_values)} From headers"
    return address, doubt


def _one_value(value: str) -> tuple[Address, str]:
    if usual := _usual(value):
        return usual, ""
    people: dict[str, Address] = {}
    doubts: list[str] = []
    for entry in entries(value):
        address, doubt = _resolve(entry)
        doubts.append(doubt)
        if address.addr:
            people.setdefault(address.addr, address)
        elif entry.odd or "@" in decode_header(entry.shown + "".join(entry.angles)):
            doubts.append("From has a broken address too")
        if len(people) >= LIMIT:
            break
    if not people:
        return _hidden_in_words(value)
    address = next(iter(people.values()))
    if len(people) > 1:
        return address, f"From names {len(people)} addresses"
    return address, next(filter(None, doubts), "")


def _hidden_in_words(value: str) -> tuple[Address, str]:
    """Some senders encode name and address in one word, which RFC 2047 5 forbids."""
    decoded = decode_header(value) if "=?" in value else ""
    hidden = parse_addresses([decoded]) if "=?" not in decoded else ()
    if len(hidden) == 1:
        return hidden[0], "the address of From is hidden in an encoded word"
    return NOBODY, "From names no address"


def _resolve(entry: Entry) -> tuple[Address, str]:
    """The address of one entry, NOBODY when it has none, and what is doubtful about it."""
    if entry.angles:
        addr = _addr_spec(entry.angles[-1])
        name = entry.name
    else:
        addr, name = _without_angles(entry)
    if not addr:
        return NOBODY, ""
    return Address(clean_name(decode_header(name)), addr), _doubt(entry, addr)


def _without_angles(entry: Entry) -> tuple[str, str]:
    """``petra@kunde.example (Petra)``, or a name and an address with nothing around it."""
    addr = _addr_spec(entry.bare)
    if addr:
        return addr, entry.comment
    found = _bare_addresses(entry.bare)
    if not found:
        return "", ""
    name = entry.bare.replace(found[-1], " ").replace("mailto:", " ")
    return normalise(found[-1]), name.strip(" []")


def _bare_addresses(text: str) -> list[str]:
    """The words that a reader would take for an address."""
    words = text.translate(_BETWEEN_WORDS).split()
    return [word for word in words if word.count("@") == 1 and word.strip("@.") == word.strip(".")]


def _doubt(entry: Entry, addr: str) -> str:
    if entry.group:
        return "From is a group"
    if len(entry.angles) > 1:
        return "From has more than one address in <>"
    named = {normalise(one) for one in _bare_addresses(entry.shown)} - {addr, ""}
    if named:
        return f"From shows {min(named)}, but comes from {addr}"
    if entry.odd or "=?" in addr or not _reads_one_way(entry, addr):
        return "From can be read in more than one way"
    if _mixes_alphabets(addr.rpartition("@")[2]):
        return f"the domain of {addr} mixes alphabets"
    return ""


def _reads_one_way(entry: Entry, addr: str) -> bool:
    """Whether no parser, however strict or lax, will find another address in this entry."""
    if not entry.angles:
        return _addr_spec(entry.bare) == addr
    shown = entry.shown.strip()
    if "@" in shown:
        quoted = len(shown) > 1 and shown[0] == shown[-1] == "'"
        return normalise(shown[1:-1] if quoted else shown) == addr
    # Some decode first and parse then; a phrase of nothing but encoded words is safe from them.
    return _ENCODED_PHRASE.fullmatch(shown) is not None or "@" not in decode_header(shown)


def _addr_spec(text: str) -> str:
    """The address in what stood between ``<>``: without a source route or ``mailto:``."""
    text = text.strip().strip("[]") if "@[" not in text else text.strip()
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    return normalise(text)


def _host(host: str) -> str:
    host = unicodedata.normalize("NFC", host).rstrip(".")
    if not host or len(host) > 253 or ".." in host:
        return ""
    if host.isascii() and "xn--" not in host:
        return host if _HOST.fullmatch(host) else ""
    try:
        return idna.decode(idna.encode(host, uts46=True).lower())
    except (idna.IDNAError, UnicodeError):
        return host if _HOST.fullmatch(host) else ""


def _mixes_alphabets(host: str) -> bool:
    """Whether a label has letters of Latin and of a lookalike: ``c\u043erp`` with a Cyrillic o."""
    if host.isascii():
        return False
    for label in host.split("."):
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}) > 1:
            return True
    return False


def _shows(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _INVISIBLE


def _visible(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or all(map(_shows, text))
