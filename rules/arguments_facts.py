"""Arguments of the verbs that say what is known about a ticket."""

import re

from postdesk.rules.compare import URGENCIES
from postdesk.rules.context import Context
from postdesk.rules.dates import EVENING
from postdesk.rules.numbers import minutes_of
from postdesk.rules.order_work import (
    Categorise,
    ChangeTags,
    ChooseSla,
    FillFields,
    GiveStars,
    SetDue,
    SpendTime,
)
from postdesk.rules.pieces import Piece, pieces_of, unquoted
from postdesk.rules.problem import Problem
from postdesk.rules.slips import nearest
from postdesk.rules.textmatch import plain
from postdesk.rules.verbs import MOST_STARS, NO_STAR, STAR

NONE = frozenset({"none", "-", "never", "no"})
LONGEST_TAG = 40
_TAG = re.compile(r"[^\s,;\"'<>=]+(?: [^\s,;\"'<>=]+)*")
# Facts that have a verb of their own.
_OWN_VERBS = {
    "status": "status",
    "urgency": "urgency",
    "priority": "urgency",
    "due": "due",
    "category": "category",
    "tag": "tag",
    "tags": "tag",
    "team": "assign",
    "assignee": "assign",
    "sla": "sla",
}


def stars(args: str, context: Context) -> GiveStars | Problem:
    """``4``, ``high``, ``★★★★``."""
    word = plain(unquoted(args))
    if word.isdecimal() and word.isascii() and 1 <= int(word) <= MOST_STARS:
        return GiveStars(int(word))
    if word and not word.strip(STAR + NO_STAR) and 1 <= word.count(STAR) <= MOST_STARS:
        return GiveStars(word.count(STAR))
    name = word.replace(" ", "-")
    if name in URGENCIES:
        return GiveStars(URGENCIES[name])
    names = ", ".join(name for name in URGENCIES if name != "urgent")
    return Problem(f"urgency is 1 to 5, or {names}", nearest(name, URGENCIES) or "")


def due(args: str, context: Context) -> SetDue | Problem:
    """A time to come, by the end of the working day where none is told; or ``none``."""
    if plain(args) in NONE:
        return SetDue(None)
    found = context.when(args, EVENING)
    return found if isinstance(found, Problem) else SetDue(found)


def category(args: str, context: Context) -> Categorise | Problem:
    """Any name, or one of those in use where they are told."""
    name = unquoted(args)
    if not name:
        return Problem("which category?")
    if plain(name) in NONE:
        return Categorise("")
    known = {plain(one): one for one in context.categories}
    if not known or plain(name) in known:
        return Categorise(known.get(plain(name), name))
    guess = nearest(plain(name), known)
    told = ", ".join(sorted(context.categories))
    return Problem(f"there is no category {name}, there are {told}", known[guess] if guess else "")


def tags(args: str, context: Context) -> ChangeTags | Problem:
    """``+this -that``, ``this``, ``=this`` and nothing else."""
    pieces = pieces_of(args.replace(",", " "))
    if isinstance(pieces, Problem):
        return pieces
    add: dict[str, None] = {}
    remove: dict[str, None] = {}
    signs = set()
    for piece in pieces:
        sign = piece.text[:1] if not piece.quoted and piece.text[:1] in ("+", "-", "=") else ""
        tag = piece.text.removeprefix(sign).strip("\"'").removeprefix("#")
        if piece.key or not _TAG.fullmatch(tag) or len(tag) > LONGEST_TAG:
            return Problem(f'"{piece.key or piece.text}" is no tag; write +this -that')
        signs.add(sign or "+")
        (remove if sign == "-" else add)[tag] = None
    if not signs:
        return Problem("which tags? write +this -that")
    if both := next((tag for tag in add if tag in remove), ""):
        return Problem(f"{both} comes and goes at once")
    if "=" in signs and signs != {"="}:
        return Problem("write =this for these tags and no others, or +this -that")
    return ChangeTags(tuple(add), tuple(remove), exactly="=" in signs)


def fields(args: str, context: Context) -> FillFields | Problem:
    """``order=4711 note="two words"``, of the fields the desk has."""
    pieces = pieces_of(args)
    if isinstance(pieces, Problem):
        return pieces
    values: dict[str, str] = {}
    for piece in pieces:
        name = _field(piece, context)
        if isinstance(name, Problem):
            return name
        if values.setdefault(name, piece.text) != piece.text:
            return Problem(f"{name} gets two values")
    return FillFields(tuple(values.items())) if values else Problem("write field=value")


def _field(piece: Piece, context: Context) -> str | Problem:
    if not piece.key:
        return Problem(f'"{piece.text}" is no field=value')
    own = {plain(name): name for name in context.book.fields}
    if piece.key in own:
        return own[piece.key]
    if verb := _OWN_VERBS.get(piece.key):
        return Problem(f"{piece.key} has a command of its own", f"#{verb} {piece.text}")
    guess = nearest(piece.key, own)
    told = f"there are {', '.join(own.values())}" if own else "the rule files name none"
    meant = f"{own[guess]}={piece.text}" if guess else ""
    return Problem(f"there is no field {piece.key}, {told}", meant)


def sla(args: str, context: Context) -> ChooseSla | Problem:
    """One of the rule files'."""
    name = unquoted(args)
    known = {plain(one): one for one in context.book.slas}
    if plain(name) in known:
        return ChooseSla(known[plain(name)])
    guess = nearest(plain(name), known)
    told = f"there are {', '.join(known.values())}" if known else "the rule files name none"
    return Problem(f'there is no SLA "{name}", {told}', known[guess] if guess else "")


def spent(args: str, context: Context) -> SpendTime | Problem:
    """``25m``, ``1h 30m on the phone``."""
    found = minutes_of(unquoted(args), context.language)
    return found if isinstance(found, Problem) else SpendTime(found[0], unquoted(found[1]))


FACTS = {
    "urgency": stars,
    "due": due,
    "category": category,
    "tag": tags,
    "set": fields,
    "sla": sla,
    "time": spent,
}
