"""Fair assignment: who gets the tickets, and what waits while nobody is there."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from stories.town import Town
from stories.town import town as a_town

from postdesk.rules.event import Ordered
from postdesk.rules.order_work import Close

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
capacity = 1
deputy = "bob"

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]
capacity = 1

[agent.carol]
name = "Carol Day"
addresses = ["carol@example.com"]

[agent.max]
name = "Max Chief"
addresses = ["max@example.com"]
role = "manager"

[team.billing]
members = ["anna", "bob"]
lead = "max"
addresses = ["billing@example.com"]

[team.senior]
members = ["carol"]
addresses = ["senior@example.com"]

[customer."petra@kunde.example"]
coordinator = "anna"

[customer."vip@kunde.example"]
vip = true
"""
TURNS = """
[[rule]]
name = "in turn"
on = "ticket.created"
then.assign = "round-robin"
[[rule]]
name = "fire"
on = "ticket.created"
when.subject.any_word = "fire"
then.urgency = 5
"""
VIP = """
[[rule]]
name = "vip to senior"
on = "ticket.created"
when.customer.vip = true
then.team = "senior"
then.assign = "least-loaded"
"""
CREW = tuple(f"agent{n}" for n in range(7))
SEVEN = TURNS + "".join(
    f'[agent.{handle}]\nname = "{handle}"\naddresses = ["{handle}@example.com"]\n'
    for handle in CREW
)


def rule(strategy: str) -> str:
    return f'[[rule]]\nname = "x"\non = "ticket.created"\nthen.assign = "{strategy}"\n'


@contextmanager
def a_desk(folder: Path, database: str, *rules: str) -> Iterator[Town]:
    folder.mkdir(exist_ok=True)
    people = PEOPLE + "".join(rules)
    with a_town(folder, database, people=people, more='[identity]\nreply = "token"') as place:
        yield place


def comes(town: Town, *names: str, to: str = "support", urgent: bool = False) -> None:
    """A mail of each of these customers, taken in at once."""
    subject = "Fire" if urgent else "Printer"
    for number, name in enumerate(names):
        raw = (
            f"From: {name}@kunde.example\nTo: {to}@example.com\nSubject: {subject}\n"
            f"Date: {town.time:%a, %d %b %Y %H:%M:%S} +0000\n"
            f"Message-ID: <{next(town.ids)}.{number}@kunde.example>\n\nIt is on fire.\n"
        )
        town.house.spool.put(
            raw.encode(), mail_from=f"{name}@kunde.example", rcpts=[f"{to}@example.com"]
        ).result()
    town.daemon.settle()


def closes(town: Town, number: int) -> None:
    """Somebody closes a ticket from the shell."""
    house = town.house
    with house.rows.transaction():
        ticket = house.tickets.get(number, lock=True)
        assert ticket is not None
        house.filing.carry_out(ticket, Ordered("max", (Close(),), "shell"), house.book(), town.time)
    town.daemon.settle()


def goes_away(town: Town, handle: str, **time: float) -> None:
    """For so long, or until she is back."""
    until = town.time + timedelta(**time) if time else None
    with town.house.rows.transaction():
        town.house.rosters.away(handle, until, town.time)


def assignees(town: Town) -> list[str | None]:
    """Of all tickets, in the order of their numbers."""
    return [town.ticket(number)["assignee"] for number in range(1, town.tickets() + 1)]


def history(town: Town, number: int, act: str) -> list[dict[str, Any]]:
    return [line for line in town.ticket(number)["history"] if line["act"] == act]


# --- in turn -------------------------------------------------------------------------------------


def test_five_hundred_tickets_over_seven_agents_differ_by_at_most_one(
    tmp_path: Path, database_url: str
) -> None:
    with a_town(tmp_path, database_url, people=SEVEN) as town:
        comes(town, *["petra"] * 250)
        town.restart()
        comes(town, *["petra"] * 250)
        got = Counter(assignees(town))
        assert set(got) == set(CREW)
        assert sum(got.values()) == 500 and max(got.values()) - min(got.values()) == 1


def test_history_says_which_rule_gave_the_ticket_and_why_her(
    tmp_path: Path, database_url: str
) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        comes(town, "petra", to="billing")
        [line] = history(town, 1, "assigned")
        assert line["detail"] == {"to": "anna", "why": "longest without a ticket in billing"}
        assert '"in turn"' in line["because"]
        assert [len(town.letters_to(f"{who}@example.com")) for who in ("anna", "bob")] == [1, 0]


# --- whose ticket it is --------------------------------------------------------------------------


def test_a_vip_comes_to_senior(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, TURNS, VIP) as town:
        comes(town, "vip", "petra", "vip", to="billing")
        assert assignees(town) == ["carol", "anna", "carol"]
        assert town.ticket(1)["team"] == "senior"
        assert [line["detail"]["to"] for line in history(town, 1, "assigned")] == ["carol"]


def test_sticky_comes_back_to_who_answered_last(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, rule("sticky")) as town:
        comes(town, "max", "petra")
        assert assignees(town) == ["anna", "bob"]
        for who in ("anna", "bob"):
            town.person(f"{who}@example.com").replies("Run!")
            town.passes(minutes=5)
        comes(town, "petra", "max")
        assert assignees(town)[2:] == ["bob", "anna"]
        comes(town, "petra")  # bob is full
        assert assignees(town)[4:] == ["carol"]


def test_the_coordinator_gets_the_customers_tickets_and_her_deputy_while_she_is_away(
    tmp_path: Path, database_url: str
) -> None:
    with a_desk(tmp_path, database_url, rule("coordinator")) as town:
        comes(town, "petra")
        goes_away(town, "anna", hours=2)
        comes(town, "petra", "eve", "petra")
        assert assignees(town) == ["anna", "bob", "carol", "carol"]
        town.passes(hours=2)
        closes(town, 1)
        comes(town, "petra")
        assert assignees(town)[4:] == ["anna"]


# --- what waits ----------------------------------------------------------------------------------


def test_a_full_teams_ticket_waits_and_is_given_when_there_is_room(
    tmp_path: Path, database_url: str
) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        anna, bob, lead = (town.person(f"{who}@example.com") for who in ("anna", "bob", "max"))
        comes(town, "petra", "petra", to="billing")
        anna.hears()
        bob.hears()
        lead.hears_nothing()
        comes(town, "petra", to="billing")
        assert assignees(town) == ["anna", "bob", None]
        assert history(town, 3, "waits for an agent")[0]["detail"] == {"by": "round-robin"}
        lead.hears(subject="[#3]")
        town.passes(hours=1)
        assert assignees(town) == ["anna", "bob", None]
        town.fresh_letters_to("bob@example.com")
        bob.replies("Run!", to=bob.last)
        assert assignees(town) == ["anna", "bob", "bob"]
        bob.hears(subject="[#3]")
        [line] = history(town, 3, "assigned")
        assert line["because"] == "somebody is available"


def test_what_waits_is_given_the_urgent_first(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        comes(town, *["petra"] * 4, to="billing")
        comes(town, *["petra"] * 2, to="billing", urgent=True)
        town.passes(hours=1)
        assert assignees(town) == ["anna", "bob", None, None, None, None]
        order = list[int]()
        for _ in range(4):
            before = assignees(town)
            closes(town, before.index("anna") + 1 if not order else order[-1])
            after = assignees(town)
            [given] = [n for n, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b]
            order.append(given)
        assert order == [5, 6, 3, 4]


def test_who_comes_back_is_given_what_waited(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        goes_away(town, "carol", days=2)
        comes(town, "vip", to="senior")
        assert assignees(town) == [None]
        town.passes(days=1)
        assert assignees(town) == [None]
        town.restart()
        town.passes(days=1)
        assert assignees(town) == ["carol"]


def test_a_new_colleague_is_given_what_waited(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        goes_away(town, "carol")
        comes(town, "vip", to="senior")
        rules = town.folder / "rules" / "10-people.toml"
        rules.write_text(rules.read_text().replace('["carol"]', '["carol", "max"]'))
        town.house.reread(town.time)
        town.daemon.settle()
        assert assignees(town) == ["max"]


def test_with_nobody_there_the_lead_is_told_once(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        goes_away(town, "anna")
        goes_away(town, "bob")
        comes(town, "petra", to="billing")
        assert "nobody is available" in town.person("max@example.com").hears().text.lower()
        assert town.letters_to("anna@example.com") == town.letters_to("bob@example.com") == []


def test_who_stands_in_hears_of_replies_to_who_is_away(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url, TURNS) as town:
        petra, bob = town.person("petra@kunde.example"), town.person("bob@example.com")
        petra.writes("Printer", "It is on fire.", to="billing@example.com")
        receipt = petra.hears()
        bob.hears_nothing()
        goes_away(town, "anna", days=1)
        petra.replies("It still is.", to=receipt)
        bob.hears("It still is.")
        town.passes(days=1)
        petra.replies("It burns.", to=receipt)
        bob.hears_nothing()
        assert len(town.letters_to("anna@example.com")) == 3


# --- two nodes -----------------------------------------------------------------------------------


def test_two_nodes_give_what_comes_in_turn_and_none_twice(
    tmp_path: Path, postgres_url: str
) -> None:
    with two_nodes(tmp_path, postgres_url, SEVEN) as (one, two):
        together(lambda: comes(one, *["petra"] * 70), lambda: comes(two, *["eve"] * 70))
        assert Counter(assignees(one)) == dict.fromkeys(CREW, 20)
        assert [len(history(one, number, "assigned")) for number in range(1, 141)] == [1] * 140


def test_two_nodes_give_what_waited_once(tmp_path: Path, postgres_url: str) -> None:
    with two_nodes(tmp_path, postgres_url, SEVEN) as (one, two):
        for handle in CREW:
            goes_away(one, handle, hours=1)
        together(lambda: comes(one, *["petra"] * 70), lambda: comes(two, *["eve"] * 70))
        assert assignees(one) == [None] * 140
        together(lambda: one.passes(hours=1), lambda: two.passes(hours=1))
        assert Counter(assignees(one)) == dict.fromkeys(CREW, 20)
        assert [len(history(one, number, "assigned")) for number in range(1, 141)] == [1] * 140


@contextmanager
def two_nodes(folder: Path, database: str, people: str) -> Iterator[tuple[Town, Town]]:
    """Two daemons, each with a state folder of its own, on one database."""
    homes = (folder / "one", folder / "two")
    for home in homes:
        home.mkdir()
    with (
        a_town(homes[0], database, people=people) as one,
        a_town(homes[1], database, people=people) as two,
    ):
        yield one, two


def together(*acts: Callable[[], None]) -> None:
    """All at once."""
    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(act) for act in acts]:
            done.result()
