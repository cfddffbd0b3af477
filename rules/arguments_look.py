"""Arguments of the verbs about several tickets, about looking at something, about oneself."""

from postdesk.rules.context import Context
from postdesk.rules.numbers import number_of, numbers_of
from postdesk.rules.order_look import (
    DuplicateOf,
    Find,
    FindReply,
    GoAway,
    HelpWith,
    LinkTo,
    ListTickets,
    MergeInto,
    ReportOn,
    Show,
    ShowHistory,
    Split,
    Unmerge,
)
from postdesk.rules.pieces import unquoted
from postdesk.rules.problem import Problem
from postdesk.rules.slips import nearest
from postdesk.rules.textmatch import fold, plain
from postdesk.rules.verbs import BY_NAME, known_words
from postdesk.rules.view_words import view_words

MOST_MESSAGES = 100_000


def merge(args: str, context: Context) -> MergeInto | Problem:
    """Into one other ticket."""
    found = _other(args, context)
    return found if isinstance(found, Problem) else MergeInto(found)


def duplicate(args: str, context: Context) -> DuplicateOf | Problem:
    """Of one other ticket."""
    found = _other(args, context)
    return found if isinstance(found, Problem) else DuplicateOf(found)


def _other(args: str, context: Context) -> int | Problem:
    found = numbers_of(args.casefold().removeprefix("into ").removeprefix("of "))
    if isinstance(found, Problem):
        return found
    if len(found) != 1:
        return Problem("which ticket? write one number")
    if found[0] == context.ticket:
        return Problem(f"{found[0]} is this very ticket")
    return found[0]


def unmerge(args: str, context: Context) -> Unmerge | Problem:
    """The last merge, or that of one ticket."""
    found = numbers_of(args)
    if isinstance(found, Problem):
        return found
    if len(found) > 1:
        return Problem("one number, or none for the last merge")
    return Unmerge(found[0] if found else None)


def split(args: str, context: Context) -> Split | Problem:
    """One message, by its place in ``#show``."""
    number = number_of(args)
    if number is None or number > MOST_MESSAGES:
        return Problem("which message? write its number; #show tells it")
    return Split(number)


def link(args: str, context: Context) -> LinkTo | Problem:
    """To other tickets."""
    found = numbers_of(args.casefold().removeprefix("to "))
    if isinstance(found, Problem):
        return found
    if context.ticket in found:
        return Problem(f"{context.ticket} is this very ticket")
    return LinkTo(found) if found else Problem("to which ticket? write its number")


def show(args: str, context: Context) -> Show | Problem:
    """This ticket, or others."""
    found = numbers_of(args)
    return found if isinstance(found, Problem) else Show(found)


def history(args: str, context: Context) -> ShowHistory | Problem:
    """Of this ticket, or of others."""
    found = numbers_of(args)
    return found if isinstance(found, Problem) else ShowHistory(found)


def find(args: str, context: Context) -> Find | Problem:
    """Any words; quotation marks around some of them are kept."""
    words = " ".join(args.split())
    return Find(words) if words else Problem("which words?")


def view(args: str, context: Context) -> ListTickets | Problem:
    """A view by its name or by what people read for it; none: what is mine."""
    name = plain(unquoted(args)) or "mine"
    known = _views(context)
    if name in known:
        return ListTickets(known[name])
    told = ", ".join(dict.fromkeys(known.values()))
    return Problem(f'there is no view "{name}", there are {told}', nearest(name, known) or "")


def _views(context: Context) -> dict[str, str]:
    """Every word for a view, with its name; a desk's own views win."""
    known = dict(view_words(context.language))
    if context.views:
        known = {word: name for word, name in known.items() if name in context.views}
    for own in context.book.views.values():
        known |= {plain(word): own.name for word in (own.label or own.name, own.name)}
    return known


def away(args: str, context: Context) -> GoAway | Problem:
    """Until a time, or until ``#back``."""
    if context.agent is None:
        return Problem("nobody says who writes")
    if not args:
        return GoAway()
    found = context.when(args)
    return found if isinstance(found, Problem) else GoAway(found)


def help_with(args: str, context: Context) -> HelpWith | Problem:
    """All verbs, or one of them, by any of its words."""
    word = fold(args).lstrip("#/!")
    if not word:
        return HelpWith()
    known = known_words(context.book.aliases, moves=context.book.workflow.moves)
    verb, _ = known.get(word, ("", ""))
    if verb:
        return HelpWith(verb)
    return Problem(f"there is no command {word}", nearest(word, BY_NAME) or "")


LOOK = {
    "merge": merge,
    "unmerge": unmerge,
    "split": split,
    "link": link,
    "dup": duplicate,
    "show": show,
    "history": history,
    "find": find,
    "canned": lambda args, _: FindReply(unquoted(args)),
    "list": view,
    "report": lambda args, _: ReportOn(tuple(unquoted(args).split())),
    "away": away,
    "help": help_with,
}
