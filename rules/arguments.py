"""The arguments of a verb: read into a typed order, or refused with what was meant."""

from collections.abc import Callable, Mapping

from postdesk.rules.arguments_facts import FACTS
from postdesk.rules.arguments_look import LOOK
from postdesk.rules.arguments_people import PEOPLE
from postdesk.rules.context import Context
from postdesk.rules.order import Order
from postdesk.rules.order_look import ComeBack
from postdesk.rules.order_people import (
    Channel,
    KeepInside,
    OfferSolution,
    Preview,
    SendLater,
    SendVia,
    Undo,
    UseReply,
)
from postdesk.rules.order_work import (
    Close,
    EscalateIt,
    MarkSpam,
    OwnMove,
    Reopen,
    Resolve,
    Respond,
    Schedule,
    SetStatus,
    Start,
    Take,
    Unassign,
    Wait,
)
from postdesk.rules.pieces import Piece, pieces_of, unquoted
from postdesk.rules.problem import Problem
from postdesk.rules.slips import nearest
from postdesk.rules.textmatch import plain

LONGEST = 1000  # characters of arguments
CHANNELS: Mapping[str, Channel] = {
    "mail": "mail",
    "email": "mail",
    "e-mail": "mail",
    "whatsapp": "whatsapp",
    "wa": "whatsapp",
    "sms": "sms",
    "text": "sms",
}
BARE: Mapping[str, Callable[[], Order]] = {
    "take": Take,
    "unassign": Unassign,
    "start": Start,
    "respond": Respond,
    "spam": MarkSpam,
    "solution": OfferSolution,
    "preview": Preview,
    "undo": Undo,
    "back": ComeBack,
}


def read_order(verb: str, args: str, context: Context) -> Order | Problem:
    """One command, its sign cut off; what it means in this context.

    The guess of a problem is a whole command with its sign, as it may have been meant.
    """
    found = _read(verb, args.strip(), context)
    if isinstance(found, Problem) and found.guess and not found.guess.startswith("#"):
        return Problem(found.why, f"#{verb} {found.guess}")
    return found


def _read(verb: str, args: str, context: Context) -> Order | Problem:
    if len(args) > LONGEST and verb not in FREE:
        return Problem(f"more than {LONGEST} characters follow {verb}")
    if bare := BARE.get(verb):
        return _bare(verb, args, bare, context)
    if reader := READERS.get(verb):
        return reader(args, context)
    if context.book.workflow.move(verb):
        return OwnMove(verb, unquoted(args))
    return Problem(f"there is no command {verb}")


def _bare(verb: str, args: str, make: Callable[[], Order], context: Context) -> Order | Problem:
    if args:
        return Problem(f"nothing may follow {verb}", f"#{verb}")
    if context.agent is None and verb in ("take", "back"):
        return Problem("nobody says who writes")
    return make()


def _wait(args: str, context: Context) -> Order | Problem:
    if not args:
        return Wait()
    found = context.until(args)
    return found if isinstance(found, Problem) else Wait(found)


def _schedule(args: str, context: Context) -> Order | Problem:
    found = context.when(args)
    return found if isinstance(found, Problem) else Schedule(found)


def _later(args: str, context: Context) -> Order | Problem:
    found = context.when(args)
    return found if isinstance(found, Problem) else SendLater(found)


def _status(args: str, context: Context) -> Order | Problem:
    statuses = context.book.workflow.statuses
    names = {_dashed(status.label): status.name for status in statuses.values()}
    names |= {_dashed(old): status.name for status in statuses.values() for old in status.was}
    names |= {_dashed(name): name for name in statuses}
    wanted = _dashed(unquoted(args))
    if wanted in names:
        return SetStatus(names[wanted])
    meant = names.get(nearest(wanted, names) or "", "")
    return Problem(f'there is no status "{args}", there are {", ".join(statuses)}', meant)


def _dashed(name: str) -> str:
    return plain(name).replace(" ", "-").replace("_", "-")


def _use(args: str, context: Context) -> Order | Problem:
    pieces = pieces_of(args)
    if isinstance(pieces, Problem):
        return pieces
    name = " ".join(piece.text for piece in pieces if not piece.key)
    known = {plain(reply): reply for reply in context.book.replies}
    if plain(name) not in known:
        return _no_reply(name, known)
    language = _language([piece for piece in pieces if piece.key])
    return language if isinstance(language, Problem) else UseReply(known[plain(name)], language)


def _language(pairs: list[Piece]) -> str | Problem:
    if not pairs:
        return ""
    tag = pairs[0].text
    if len(pairs) > 1 or pairs[0].key not in ("lang", "language"):
        return Problem(f"lang=LANGUAGE may follow and nothing else, not {pairs[-1].key}")
    if not (tag.isascii() and 2 <= len(tag) <= 12 and tag.replace("-", "").isalnum()):
        return Problem(f'"{tag}" is no language; write lang=fr')
    return tag


def _no_reply(name: str, known: Mapping[str, str]) -> Problem:
    if not name:
        return Problem("which canned reply? #canned mails you all of them")
    meant = nearest(plain(name), known)
    if meant is None:
        holding = [reply for plain_name, reply in known.items() if plain(name) in plain_name]
        meant = plain(holding[0]) if len(holding) == 1 else None
    return Problem(f"there is no canned reply {name}", known[meant] if meant else "")


def _via(args: str, context: Context) -> Order | Problem:
    if channel := CHANNELS.get(plain(args)):
        return SendVia(channel)
    return Problem("via mail, whatsapp or sms", nearest(plain(args), CHANNELS) or "")


# What follows these is text, and may be long.
FREE = frozenset({"resolve", "close", "reopen", "escalate", "note", "find", "canned"})
READERS: Mapping[str, Callable[[str, Context], Order | Problem]] = {
    "wait": _wait,
    "schedule": _schedule,
    "resolve": lambda args, _: Resolve(unquoted(args)),
    "close": lambda args, _: Close(unquoted(args)),
    "reopen": lambda args, _: Reopen(unquoted(args)),
    "status": _status,
    "escalate": lambda args, _: EscalateIt(unquoted(args)),
    "note": lambda args, _: KeepInside(unquoted(args)),
    "use": _use,
    "via": _via,
    "later": _later,
    **FACTS,
    **PEOPLE,
    **LOOK,
}
