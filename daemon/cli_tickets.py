"""`postdesk list`, `show` and `find`: tickets, as JSON for programs and as tables for people."""

from argparse import Namespace
from typing import Any

from postdesk.daemon.cli_desk import book_now, config_of, handle_of
from postdesk.daemon.cli_words import DATA, OK, USAGE, Refusal, say_json
from postdesk.daemon.config import Config
from postdesk.daemon.queries import Queries
from postdesk.daemon.records import Records, records
from postdesk.daemon.shown import Json, row_in_short, shown
from postdesk.daemon.store import Row
from postdesk.daemon.times import now_utc
from postdesk.daemon.views import VIEWS, Looker, View, view_of
from postdesk.rules.arguments import read_order
from postdesk.rules.context import Context
from postdesk.rules.order_look import ListTickets
from postdesk.rules.problem import Problem

MOST_FOUND = 1000  # tickets that a search looks at before they are sorted
IN_ONE_GO = 200  # numbers to an IN


def list_view(args: Namespace) -> int:
    """The tickets of a view, newest activity first."""
    config = config_of(args)
    book = book_now(config)
    agent = book.people.agent(handle_of(args.agent, book.people)) if args.agent else None
    looker = Looker(agent, book, now_utc())
    view = _view(args.view, looker, config)
    with records(config) as kept, kept.rows.reading():
        _must_exist(kept, args.before)
        queries = Queries(kept.rows, str(config.desk.timezone))
        found = queries.page(view, looker, args.limit, args.before)
    return _say(found, args, config, f"No tickets in the view {view.name}.")


def find(args: Namespace) -> int:
    """The tickets that have all these words, newest activity first."""
    config = config_of(args)
    with records(config) as kept, kept.rows.reading():
        _must_exist(kept, args.before)
        numbers = kept.search.find(" ".join(args.words), MOST_FOUND)
        found = _of_numbers(kept, numbers, args)
    return _say(found, args, config, "No ticket has these words.")


def show(args: Namespace) -> int:
    """One ticket with its words and its history."""
    config = config_of(args)
    with records(config) as kept:
        ticket = shown(kept, args.number)
    if ticket is None:
        raise no_ticket(args.number)
    if args.json:
        say_json(ticket)
        return OK
    from postdesk.daemon.tables import say_ticket

    say_ticket(ticket, config.desk.timezone, full=args.full)
    return OK


def no_ticket(number: int) -> Refusal:
    """There is none of this number."""
    return Refusal(DATA, f"there is no ticket {number}; postdesk list --view all tells them")


def _view(name: str, looker: Looker, config: Config) -> View:
    """The view of this name, or of what people say for it."""
    language = (looker.agent.language if looker.agent else "") or config.desk.language
    context = Context(looker.now, looker.agent, looker.book, language=language)
    found = read_order("list", name, context)
    if isinstance(found, Problem):
        guess = found.guess.removeprefix("#list ")
        meant = f'; did you mean "{guess}"?' if guess else ""
        raise Refusal(USAGE, f"--view: {found.why}{meant}")
    assert isinstance(found, ListTickets)
    known = VIEWS.get(found.view)
    if known and known.personal and looker.agent is None and found.view not in looker.book.views:
        raise Refusal(USAGE, f"the view {found.view} is somebody's: add --as AGENT")
    view = view_of(found.view, looker)
    assert view is not None  # it was just read
    return view


def _must_exist(kept: Records, number: int | None) -> None:
    if number is not None and kept.tickets.get(number) is None:
        raise no_ticket(number)


def _of_numbers(kept: Records, numbers: list[int], args: Namespace) -> list[Row]:
    """These tickets as a listing: each bunch is sorted and bounded by the database."""
    found: list[Row] = []
    for start in range(0, len(numbers), IN_ONE_GO):
        some = numbers[start : start + IN_ONE_GO]
        marks = ", ".join("?" * len(some))
        found += kept.tickets.listed(f"number IN ({marks})", some, args.limit, args.before)
    found.sort(key=lambda row: (row["updated_at"], row["number"]), reverse=True)
    return found[: args.limit]


def _say(found: list[Row], args: Namespace, config: Config, none: str) -> int:
    tickets: list[Json] = [row_in_short(row) for row in found]
    if args.json:
        say_json(tickets)
        return OK
    _say_table(tickets, config, none)
    return OK


def _say_table(tickets: list[Json], config: Config, none: str) -> None:
    if not tickets:
        print(none)
        return
    from postdesk.daemon.tables import say_tickets

    zone: Any = config.desk.timezone
    say_tickets(tickets, zone)
