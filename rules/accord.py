"""Whether the orders of one mail agree with each other, and with the text that is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from postdesk.rules.order import Order
from postdesk.rules.order_look import ComeBack, DuplicateOf, GoAway, MergeInto, Split, Unmerge
from postdesk.rules.order_people import (
    ChangeCc,
    KeepInside,
    Mute,
    OfferSolution,
    OnBehalf,
    Preview,
    SendLater,
    SendVia,
    Undo,
    UseReply,
    Watch,
)
from postdesk.rules.order_work import (
    AssignTo,
    Categorise,
    ChangeTags,
    ChooseSla,
    Close,
    FillFields,
    GiveStars,
    MarkSpam,
    OwnMove,
    Reopen,
    Resolve,
    Respond,
    Schedule,
    SetDue,
    SetStatus,
    Start,
    Take,
    Unassign,
    Wait,
)
from postdesk.rules.problem import Problem

Placed = tuple[int, Order]  # the index of its line
Claim = tuple[str, object]  # what it decides, and how


def is_note(orders: Sequence[Order]) -> bool:
    """Does the whole mail stay in the team?"""
    return any(isinstance(order, KeepInside) for order in orders)


def disagreements(
    orders: Sequence[Placed], *, words: bool, opens: bool = False, inside: bool = False
) -> list[tuple[int, Problem]]:
    """What cannot be done together, each at the line of the later one.

    ``words``: there is text left, or a file, for the customer or for the note. ``opens``: the
    mail begins a ticket. ``inside``: it answers a note.
    """
    found = [*_contradictions(orders)]
    kinds = [order for _, order in orders]
    letter = _Letter(
        words=words,
        sent=words or any(isinstance(order, UseReply) for order in kinds),
        inside=inside or is_note(kinds),
        opens=opens,
        alone=len(kinds) == 1,
    )
    for line, order in orders:
        if problem := _unfit(order, letter):
            found.append((line, problem))
    return found


@dataclass(frozen=True, slots=True)
class _Letter:
    """What a mail is beside its orders."""

    words: bool  # it has text, or a file
    sent: bool  # or takes a canned reply for it
    inside: bool  # it stays in the team
    opens: bool  # it begins a ticket
    alone: bool  # it has one order


def _contradictions(orders: Sequence[Placed]) -> Iterator[tuple[int, Problem]]:
    decided: dict[str, tuple[object, Order]] = {}
    for line, order in orders:
        for what, how in claims(order):
            before, first = decided.setdefault(what, (how, order))
            if before != how:
                yield line, Problem(f"contradicts #{first.verb} in the same mail")
                break


def claims(order: Order) -> tuple[Claim, ...]:
    """What an order decides: two that decide the same thing in two ways contradict each other."""
    match order:
        case Take():
            return (("owner", "me"),)
        case AssignTo(agent=agent, team=team):
            return (("owner", agent or f"team {team}"),)
        case Unassign():
            return (("owner", None),)
        case GiveStars(stars=how):
            return (("urgency", how),)
        case SetDue(at=at):
            return (("due", at),)
        case Categorise(category=name):
            return (("category", name),)
        case ChooseSla(sla=name):
            return (("sla", name),)
        case FillFields(values=values):
            return tuple((f"field {name}", value) for name, value in values)
        case ChangeTags(add=add, remove=remove):
            return (*((f"tag {t}", True) for t in add), *((f"tag {t}", False) for t in remove))
        case ChangeCc(add=add, remove=remove):
            coming = tuple((f"cc {one.addr}", True) for one in add)
            return (*coming, *((f"cc {one.addr}", False) for one in remove))
    return _claims_on_status(order) or _other_claims(order)


def _claims_on_status(order: Order) -> tuple[Claim, ...]:
    match order:
        case Start():
            return (("status", "in-progress"),)
        case Wait(until=until):
            return (("status", "pending"), ("until", until))
        case Schedule(at=at):
            return (("status", "scheduled"), ("until", at))
        case Respond():
            return (("status", "responded"),)
        case Resolve() | OfferSolution():
            return (("status", "resolved"),)
        case Close():
            return (("status", "closed"),)
        case Reopen():
            return (("status", "reopened"),)
        case SetStatus(status=status):
            return (("status", status),)
        case OwnMove(verb=verb):
            return (("status", f"#{verb}"),)
        case DuplicateOf(ticket=ticket):
            return (("status", "duplicate"), ("into", ticket))
        case MergeInto(ticket=ticket):
            return (("status", "merged"), ("into", ticket))
        case MarkSpam():
            return (("status", "spam"),)
    return ()


def _other_claims(order: Order) -> tuple[Claim, ...]:
    match order:
        case Watch(on=on):
            return (("told", on),)
        case Mute(on=on):
            return (("told", not on),)
        case GoAway(until=until):
            return (("away", (True, until)),)
        case ComeBack():
            return (("away", (False, None)),)
        case OnBehalf(customer=customer):
            return (("requester", customer.addr),)
        case SendVia(channel=channel):
            return (("channel", channel),)
        case SendLater(at=at):
            return (("leaves", at),)
        case UseReply(reply=reply):
            return (("reply", reply),)
        case Unmerge(ticket=ticket):
            return (("into", f"out of {ticket}"),)
        case Split(message=message):
            return (("split", message),)
    return ()


def _unfit(order: Order, letter: _Letter) -> Problem | None:
    """Why this order cannot stand in such a mail."""
    match order:
        case Undo() if letter.sent or not letter.alone:
            return Problem("takes your last act back, and stands alone in a mail")
        case OfferSolution() | SendLater() | SendVia() | UseReply() if letter.inside:
            return Problem("is about a letter to the customer, and a note stays in the team")
        case KeepInside(words="") if not letter.words:
            return Problem("has no words: write the note, too")
        case OfferSolution() | SendLater() | SendVia() | Preview() if not letter.sent:
            return Problem("needs a text below it")
        case OnBehalf() if letter.opens and not letter.sent:
            return Problem("needs a text below it")
        case MarkSpam() if letter.sent and not letter.inside:
            return Problem("would be answered: take the text out, or write #note")
    return None
