"""What many rules cost: a mail at the desk, and the admin who edits them.

    python tests/bench/run.py rules [--rules 1000] [--groups 12]

Two desks, one with 10 rules and one with many, take the same mails in turns, fifty to a
transaction, as in `scale`. Then the book of many is read, checked and tested as for every edit.
"""

import argparse
import logging
import random
import statistics
import tempfile
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import below, tell
from bench.house import write_desk
from bench.scale import Cost, fill, new, replies, take

from postdesk.daemon.ahead import GROUP
from postdesk.daemon.config import load
from postdesk.daemon.edit import Sources, read_edit
from postdesk.daemon.house import House
from postdesk.daemon.workers import Workers

FEW = 10
TICKETS = 1_000  # that are there already, to be replied to
TESTS = 200
MOST = 1.25  # times the cost of a mail under ten rules
SECONDS = 3.0  # to read, check and test the book of many
WARM = 2  # groups that are taken before anything is timed


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--rules", type=int, default=1_000)
    words.add_argument("--groups", type=int, default=12)
    asked = words.parse_args()
    logging.disable()
    with ExitStack() as stack:
        homes = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        few, many = (
            stack.enter_context(closing(desk(home, count)))
            for home, count in zip(homes, (FEW, asked.rules), strict=True)
        )
        assert len(many.book().rules) - len(few.book().rules) == asked.rules - FEW
        compare(few, many, asked.groups, asked.rules)
        edit(homes[1], asked.rules)


def compare(few: House, many: House, groups: int, rules: int) -> None:
    """Groups of new mails and of replies, in turns; the medians, and their ratio."""
    count = WARM + groups
    for what, mails in (("new mail", new(count)), ("reply", replies(count, TICKETS))):
        costs: list[tuple[Cost, Cost]] = []
        for group in range(count):
            some = mails[group * GROUP : (group + 1) * GROUP]
            costs.append((take(few, some), take(many, some)))
        for name in Cost._fields:
            pairs = [(getattr(a, name), getattr(b, name)) for a, b in costs[WARM:]]
            a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
            value = f"{a:.2f} -> {b:.2f} ms, x {b / a:.2f}"
            label = f"a {what}, {name}, under {FEW} -> {rules:,} rules"
            tell(label, value, f"<= x {MOST}", holds=b / a <= MOST)


def edit(folder: Path, rules: int) -> None:
    """What happens to every edit of the book of many, and how long that takes."""
    sources = Sources.of(load(folder / "config.toml", {}))
    took = []
    for _ in range(3):
        began = time.perf_counter()
        found = read_edit(sources, datetime.now(UTC))
        took.append(time.perf_counter() - began)
        assert found.book and len(found.book.tests) == TESTS, found.mistakes[:3]
    label = f"{rules:,} rules read and checked, {TESTS} tests run, s"
    below(label, statistics.median(took), SECONDS)


def desk(folder: Path, rules: int) -> House:
    """A house with so many rules."""
    write_desk(folder, relay="maildir:var/outbox", port=0)
    (folder / "rules" / "50-routing.toml").write_text(book_of(rules))
    house = House(load(folder / "config.toml", {}), lambda spool: Workers(1, spool))
    house.start(datetime.now(UTC))
    assert house.rulebook.book, house.rulebook.mistakes
    with house.rows.transaction():
        fill(house.rows, range(1, TICKETS + 1))
        house.rows.run("INSERT INTO counter (name, value) VALUES ('ticket', ?)", TICKETS)
    return house


# --- a book such as a large desk has -------------------------------------------------------------

BY_TIME = frozenset({"ticket.idle", "sla.breached"})
OFFICE = '[calendar.office]\ntimezone = "Europe/Berlin"\nhours = { mon-fri = ["09:00-17:00"] }\n'
SLA = '[sla.default]\ncalendar = "office"\nmedium = { first_response = "8h", resolution = "24h" }\n'
NOUNS = ("invoice", "Drucker", "remboursement", "contraseña", "outage", "Größe", "注文")


def book_of(rules: int) -> str:
    """Most rules ask for words, senders and addresses; some of the ticket, or wait for time."""
    dice = random.Random(rules)
    teams = OFFICE + SLA + "".join(f'[team.t{n}]\nmembers = ["anna"]\n' for n in range(20))
    made = "\n".join(rule(n, dice) for n in range(rules))
    tests = "\n".join(test(n) for n in range(TESTS)) if rules > FEW else ""
    return f"{teams}\n{made}\n{tests}"


def rule(number: int, dice: random.Random) -> str:
    """One of a dozen kinds, with words of its own."""
    return (
        f'[[rule]]\nname = "rule {number}"\non = "{_event(number)}"\n'
        f'{_condition(number, dice)}then.team = "t{number % 20}"\nthen.tag = "r{number}"\n'
    )


def _event(number: int) -> str:
    by_time = {7: "ticket.idle", 13: "sla.breached"}.get(number % 40)
    return by_time or ("message.received" if number % 5 == 4 else "ticket.created")


def _condition(number: int, dice: random.Random) -> str:
    own, hours = f"wort{number}", 1 + number % 90
    some = [own, f"{own}en", *(f"{dice.choice(NOUNS)}{number}" for _ in range(4))]
    match number % 40 if _event(number) in BY_TIME else number % 20 + 40:
        case 7:
            return f'when.waiting.above = "{hours}h"\nwhen.team = "t{number % 20}"\n'
        case 13:
            return f'calendar = "office"\nwhen.overdue.above = "{hours}h"\n'
        case 40 | 41 | 42 | 43 | 44 | 45:
            return f"when.subject.any_word = {_listed(some)}"
        case 46 | 47 | 48:
            return f'when.from = "{own}@kunde.example"\n'
        case 49 | 50:
            return f'when.from.ends_with = "@{own}.example"\n'
        case 51 | 52:
            return f"when.text.any_word = {_listed([own, f'{own} {dice.choice(NOUNS)}'])}"
        case 53:
            return f'when.subject.contains = "[{own}]"\n'
        case 54:
            return f'when.to = "{own}@example.com"\nwhen.customer.vip = true\n'
        case 55:
            return f'when.header.x-shop = "{own}"\n'
        case 56:
            return f'when.attachment.ends_with = ".{own}"\n'
        case 57:
            return f"when.subject.matches = '{own}-(?P<number>[0-9]+)'\n"
        case 58:
            return (
                f'when.team = "t{number % 20}"\nwhen.urgency.above = 4\nwhen.field.site = "{own}"\n'
            )
    return f'when.customer.tags = "{own}"\nwhen.calendar.office = false\n'


def _listed(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]\n"


def test(number: int) -> str:
    """Of one of the first rules, whose kinds begin again every twenty."""
    place = number * 5 // 20 * 20 + number % 4
    return (
        f'[[test]]\nname = "test {number}"\n'
        f'mail = {{ from = "petra@kunde.example", subject = "Ein Wort{place} mehr" }}\n'
        f'expect = {{ team = "t{place % 20}", tags = ["r{place}"] }}\n'
    )


if __name__ == "__main__":
    main()
