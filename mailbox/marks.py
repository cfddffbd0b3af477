"""The four marks by which a reply finds home: address, Message-ID, References, subject.

A *mark* is ``1042.kr3f9...``: a target (a ticket's number, ``h17`` for a hold, ``desk`` for the
control address) and a token that says what an answer to it does (its purpose) and who it was made
for, under an HMAC. It is lower-case letters and digits only, so that it survives every relay.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from postdesk.mailbox.keys import Key, KeyRing

WHO = 8  # base32 letters, 40 bits: tells one person of a desk from another
MAC = 16  # base32 letters, 80 bits: cannot be guessed over SMTP
_MARK = re.compile(
    rf"(?<![a-z0-9])(h?[0-9]{{1,12}}|desk)\.([a-z2-7]{{{2 + WHO + MAC}}})(?![a-z0-9])"
)
_NUMBER = re.compile(r"\[#([0-9]{1,12})\]")
CONTROL = "desk"  # the target of marks that lead to no ticket, but to lines of commands
MEMORY = 1024  # one letter carries the same mark in five places
_SCAN = 20_000  # characters of a text that are searched for a mark


class Purpose(StrEnum):
    """What an answer to the mail that carries a mark does."""

    CUSTOMER = "c"  # a customer writes to the desk
    WORDS = "w"  # and so does one whom words were offered: status, close, stop, ...
    SOLVED = "s"  # and one who was asked whether it is solved
    RATE = "q"  # and one who was asked what the desk's work was worth
    APPROVE = "a"  # somebody says yes or no to what was asked
    REPLY = "r"  # an agent's answer goes to the customer
    NOTE = "n"  # an agent's answer stays with the team
    DIGEST = "d"  # and numbers in it are rows of the digest that it answers
    HOLD = "h"  # an agent answers a question about a held mail
    ROOT = "o"  # says which ticket, and nothing about who
    BOUNCE = "b"  # in the envelope only: where a letter's failure comes back to


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark whose HMAC held. ``who`` is compared by ``Marks.made_for``, never read."""

    target: str
    purpose: Purpose
    who: str

    @property
    def ticket(self) -> int | None:
        """The ticket's number, where the target is one."""
        return int(self.target) if self.target.isdigit() else None

    @property
    def hold(self) -> int | None:
        """The hold's number, where the target is one."""
        return int(self.target[1:]) if self.target.startswith("h") else None


class Marks:
    """Writes and verifies the marks of one desk.

    ``reply`` is `[desk] reply`: an address with ``{mark}`` in it, or a plain one for hosts that
    know no plus addresses; ``domain`` is what our Message-IDs end in.
    """

    def __init__(self, ring: KeyRing, reply: str, domain: str) -> None:
        self._ring = ring
        self._reply = reply
        self._domain = domain
        head, _, tail = reply.lower().partition("{mark}")
        self.plain = "{mark}" not in reply
        self._shape = re.compile(
            re.escape(head) + r"(h?[0-9]+\.[a-z2-7]+|desk\.[a-z2-7]+)" + re.escape(tail)
        )

    def token(self, target: str, purpose: Purpose, person: str) -> str:
        """``target.token``, signed with the newest key."""
        key = self._ring.newest
        body = key.kid + purpose.value + _who(key, person)
        return f"{target}.{body}{_mac(key, target, body)}"

    def address(self, target: str, purpose: Purpose, person: str) -> str:
        """The reply address for this person; the plain address where the desk has no other."""
        if self.plain:
            return self._reply
        return self._reply.replace("{mark}", self.token(target, purpose, person))

    def message_id(self, target: str, purpose: Purpose, person: str, unique: str = "") -> str:
        """A Message-ID that carries the mark; without ``unique`` the id for References."""
        tail = f".{unique}" if unique else ""
        return f"<{self.token(target, purpose, person)}{tail}@{self._domain}>"

    def root(self, number: int) -> str:
        """The one stable id that stands first in the References of a ticket's letters."""
        return self.message_id(str(number), Purpose.ROOT, "root")

    def is_control(self, addr: str) -> bool:
        """Is this the address for lines of commands, without a mark?"""
        return not self.plain and addr.strip().lower() == self._reply.lower().replace(
            "{mark}", CONTROL
        )

    def is_plain(self, addr: str) -> bool:
        """Is this the one reply address of a desk whose host knows no others?"""
        return self.plain and addr.lower() == self._reply.lower()

    def read_address(self, addr: str) -> Mark | None:
        """The mark in a reply address, or None where there is none that holds."""
        found = self._shape.fullmatch(addr.strip().lower())
        return self._verified(found[1]) if found else None

    def read_text(self, text: str) -> Mark | None:
        """The first mark that holds in an id or a piece of text."""
        for found in _MARK.finditer(text[:_SCAN].lower()):
            if mark := self._verified(found[0]):
                return mark
        return None

    def read_ids(self, ids: Iterable[str]) -> tuple[Mark, ...]:
        """The marks in Message-IDs, in their order."""
        return tuple(mark for one in ids if (mark := self.read_text(one)))

    def made_for(self, mark: Mark, person: str) -> bool:
        """Was this mark made for this person (``agent:anna``, or a customer's address)?"""
        return any(hmac.compare_digest(mark.who, _who(key, person)) for key in self._ring)

    def _verified(self, text: str) -> Mark | None:
        target, _, token = text.partition(".")
        body, mac = token[: 2 + WHO], token[2 + WHO :]
        key = self._ring.get(token[:1])
        if key is None or token[1:2] not in _PURPOSES:
            return None
        if not hmac.compare_digest(mac, _mac(key, target, body)):
            return None
        return Mark(target, Purpose(token[1]), body[2:])


_PURPOSES = frozenset(p.value for p in Purpose)


def may_hold_mark(text: str) -> bool:
    """Does anything in a text have the shape of a mark, whoever may have made it?"""
    return _MARK.search(text.lower()) is not None


def subject_number(subject: str) -> int | None:
    """The ticket named in a subject as ``[#1042]``: a hint which one is meant, and no right."""
    found = _NUMBER.search(subject)
    return int(found[1]) if found else None


@lru_cache(maxsize=MEMORY)
def _who(key: Key, person: str) -> str:
    return _digest(key, WHO, "who", person.lower())


@lru_cache(maxsize=MEMORY)
def _mac(key: Key, target: str, body: str) -> str:
    return _digest(key, MAC, "mark", target, body)


def _digest(key: Key, letters: int, *parts: str) -> str:
    text = "\0".join(("postdesk 1", *parts)).encode()
    short = hmac.digest(key.secret, text, hashlib.sha256)[: letters * 5 // 8]  # a letter is 5 bits
    return base64.b32encode(short).decode().lower()
