"""An address header cut into its entries, before anybody asks which address one of them names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

VALUE_LIMIT = 65_536  # characters of one header value
_TOKEN = re.compile(
    r"""
    "[^"\\]*(?:\\.[^"\\]*)*"     # a quoted string
  | [<>,;:()"]                   # what separates; a lone quote is a character like others
  | (?:[^<>,;:()"\\]|\\.?)+      # all else; a backslash takes its neighbour along, which keeps
                                 # a row of escaped quotes from being searched again and again
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Entry:
    """One entry: the phrase before ``<>``, what stands within, and everything a reader sees."""

    name: str = ""  # the phrase, quotes taken off
    bare: str = ""  # the phrase as written, quoted strings with their quotes
    comment: str = ""
    shown: str = ""  # text outside quotes and <>, where an address would mislead a reader
    angles: list[str] = field(default_factory=list)
    group: bool = False
    odd: bool = False  # written so that two readers may well see two addresses in it


@dataclass(slots=True)
class _Draft:
    name: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    inside: list[str] | None = None  # between < and >
    group: bool = False
    odd: bool = False

    def open_angle(self) -> None:
        self.odd = self.odd or self.inside is not None or bool(self.angles)
        self._end_angle()
        self.inside = []

    def close_angle(self) -> None:
        self.odd = self.odd or self.inside is None
        self._end_angle()

    def _end_angle(self) -> None:
        found = "".join(self.inside or ()).strip()
        if found:
            self.angles.append(found)
        self.inside = None

    def say(self, token: str) -> None:
        if self.inside is not None:
            self.inside.append(token)
            return
        quoted = len(token) > 1 and token.startswith('"')
        self.odd = self.odd or _is_odd(token) or bool(self.angles and token.strip())
        # A quoted string with an address in <> in it comes from quotes that do not match.
        if not quoted or ("<" in token and "@" in token):
            self.shown.append(token)
        if not self.angles:
            self.bare.append(token)
            self.name.append(_unquoted(token) if quoted else token)

    def comment(self, tokens: list[str]) -> None:
        text = "".join(tokens)
        self.odd = self.odd or self.inside is not None
        self.comments.append(text)
        self.shown.append(f" {text} ")

    def entry(self) -> Entry:
        self.odd = self.odd or self.inside is not None
        self._end_angle()
        return Entry(
            name="".join(self.name).strip(),
            bare="".join(self.bare).strip(),
            comment=" ".join(self.comments),
            shown="".join(self.shown),
            angles=self.angles,
            group=self.group,
            odd=self.odd,
        )


def entries(value: str) -> Iterator[Entry]:
    """The entries of a To, Cc or From value, in order; linear, and lazy for long lists.

    A part without any ``@`` before a comma is the first half of a name ("Kunde, Petra <...>").
    """
    tokens = _TOKEN.findall(value[:VALUE_LIMIT])
    comments = _comments(tokens)
    last_semicolon = max((i for i, token in enumerate(tokens) if token == ";"), default=-1)
    draft = _Draft()
    group = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if place in comments:
            draft.comment(tokens[place + 1 : comments[place]])
            place = comments[place]
        elif token == "<":
            draft.open_angle()
        elif token == ">":
            draft.close_angle()
        elif token in ",;" and draft.inside is not None and _is_route(draft.inside):
            draft.say(token)
        elif token == "," and _half_a_name(draft):
            draft.say(", ")
        elif token in ",;":
            yield draft.entry()
            group = group and token == ","
            draft = _Draft(group=group)
        elif token == ":" and place < last_semicolon and _opens_group(draft):
            group = True
            draft = _Draft(group=True, odd="@" in "".join(draft.bare))
        else:
            draft.say(token)
        place += 1
    yield draft.entry()


def _comments(tokens: list[str]) -> dict[int, int]:
    """Where each outermost comment begins and ends; a parenthesis without its twin is text."""
    twins: dict[int, int] = {}
    waiting: list[int] = []
    for place, token in enumerate(tokens):
        if token == "(":
            waiting.append(place)
        elif token == ")" and waiting:
            twins[waiting.pop()] = place
    return twins


def _is_route(inside: list[str]) -> bool:
    """``<@relay.example,@hub.example:petra@kunde.example>`` (RFC 5322 4.4)."""
    return bool(inside) and inside[0].lstrip().startswith("@") and ":" not in inside


def _half_a_name(draft: _Draft) -> bool:
    if draft.inside is not None or draft.angles or not draft.bare or len(draft.bare) > 4:
        return False
    return not any("@" in token for token in draft.bare) and any(map(str.strip, draft.bare))


def _opens_group(draft: _Draft) -> bool:
    phrase = "".join(draft.bare).strip()
    return bool(phrase) and draft.inside is None and phrase.lower() != "mailto"


def _is_odd(token: str) -> bool:
    """A quote or parenthesis without its twin, or a backslash outside of quotes."""
    return token in ('"', "(", ")") or (not token.startswith('"') and "\\" in token)


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)
