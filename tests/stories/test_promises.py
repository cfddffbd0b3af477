"""What is promised by when: as shipped, by whom it is for, and after everything that changes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from stories.town import Town
from stories.town import town as a_town

from postdesk.daemon.rule_files import SHIPPED
from postdesk.rules.event import DeadlinePassed
from postdesk.rules.facts import Scene
from postdesk.rules.telling import responsible

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]

[agent.ivo]
name = "Ivo Inside"
addresses = ["ivo@example.com"]

[agent.lea]
name = "Lea Lead"
addresses = ["lea@example.com"]
role = "lead"

[team.billing]
members = ["ivo"]
lead = "lea"
addresses = ["billing@example.com"]
"""
SLAS = """
[sla.default]
high = { first_response = "2h", resolution = "8h" }
medium = { first_response = "8h", resolution = "24h" }
[sla.gold]
medium = { first_response = "1h", resolution = "4h" }
[sla.silver]
medium = { first_response = "3h", resolution = "12h" }
[sla.bronze]
medium = { first_response = "6h", resolution = "18h" }
[customer."petra@kunde.example"]
sla = "gold"
[organisation."kunde.example"]
sla = "silver"
vip = true
[team.bronze]
members = ["anna"]
addresses = ["bronze@example.com"]
sla = "bronze"
"""
BELIEVING = '[identity]\nreply = "token"\ncommand = "token"'
HOUR = 3600


@contextmanager
def a_desk(folder: Path, database: str, more: str = SLAS) -> Iterator[Town]:
    with a_town(folder, database, people=PEOPLE + more, more=BELIEVING) as town:
        yield town


def promised(town: Town, number: int = 1) -> tuple[float | None, float | None]:
    """In how many hours from now an answer and a solution are promised."""
    ticket = town.ticket(number)
    found = (ticket["respond_by"], ticket["resolve_by"])
    times = (datetime.fromisoformat(at) if at else None for at in found)
    one, other = ((at - town.time).total_seconds() / HOUR if at else None for at in times)
    return one, other


def writes(town: Town, address: str, to: str = "support") -> None:
    town.person(address).writes("Printer", "It is on fire.", to=f"{to}@example.com")


# --- as shipped ----------------------------------------------------------------------------------


def test_as_shipped_every_open_ticket_has_somebody_and_a_date(
    tmp_path: Path, database_url: str
) -> None:
    (tmp_path / "rules").mkdir()
    for file in SHIPPED.glob("[0-9]*.toml"):
        (tmp_path / "rules" / file.name).write_text(file.read_text())
    with a_town(tmp_path, database_url, people=PEOPLE, more=BELIEVING) as town:
        writes(town, "petra@kunde.example")
        writes(town, "paul@kunde.example", "billing")
        writes(town, "cron@kunde.example")
        anna = town.person("anna@example.com")
        note = town.fresh_letters_to(anna.address)[0]
        anna.replies("#take", to=note)
        town.passes(days=2)
        book = town.house.book()
        with town.house.rows.reading():
            tickets = [town.house.tickets.get(number) for number in (1, 2, 3)]
        for ticket in tickets:
            assert ticket is not None and ticket.status_kind == "open"
            assert ticket.due_at == datetime(2026, 11, 25, 17, tzinfo=UTC)
            assert responsible(Scene(ticket, DeadlinePassed(), book, town.time))
        assert {town.ticket(n)["escalation_level"] for n in (1, 2, 3)} == {2}


# --- for whom ------------------------------------------------------------------------------------


def test_the_customers_promise_goes_before_that_of_organisation_team_and_desk(
    tmp_path: Path, database_url: str
) -> None:
    with a_desk(tmp_path, database_url) as town:
        for number, (address, to) in enumerate(
            [
                ("petra@kunde.example", "bronze"),
                ("paul@mail.kunde.example", "bronze"),
                ("paul@other.example", "bronze"),
                ("paul@other.example", "billing"),
            ],
            1,
        ):
            writes(town, address, to)
            assert promised(town, number)[0] == (1, 3, 6, 8)[number - 1]


def test_a_rule_goes_before_all_of_them_and_may_ask_for_a_vip_organisation(
    tmp_path: Path, database_url: str
) -> None:
    rule = (
        '[[rule]]\nname = "vip"\non = "ticket.created"\nwhen.organisation.vip = true\n'
        'then.sla = "bronze"\nthen.tag = "vip"\n'
    )
    with a_desk(tmp_path, database_url, SLAS + rule) as town:
        writes(town, "petra@kunde.example")
        writes(town, "paul@other.example")
        assert [town.ticket(n)["tags"] for n in (1, 2)] == [["vip"], []]
        assert (promised(town, 1)[0], promised(town, 2)[0]) == (6, 8)


def test_staff_have_a_desk_of_their_own(tmp_path: Path, database_url: str) -> None:
    staff = """
[organisation."example.com"]
internal = true
sla = "bronze"
[[rule]]
name = "staff"
on = "ticket.created"
when.internal = true
then.category = "staff"
then.team = "billing"
"""
    with a_desk(tmp_path, database_url, SLAS + staff) as town:
        anna, ivo = town.person("anna@example.com", "Anna"), town.person("ivo@example.com")
        writes(town, "kim@example.com")
        writes(town, "paul@other.example")
        found = [(t["category"], t["team"]) for t in map(town.ticket, (1, 2))]
        assert found == [("staff", "billing"), (None, None)]
        assert promised(town, 1)[0] == 6
        town.fresh_letters_to(anna.address)
        town.fresh_letters_to(ivo.address)
        # An agent who writes is the customer of her ticket: answered, and not asked to work on it.
        anna.writes("My own screen", "It flickers.")
        assert town.ticket(3)["requester"]["address"] == anna.address
        anna.hears(subject="[#3] We have your message")
        ivo.replies("Here is a new one.", to=ivo.hears("It flickers."))
        anna.hears("Here is a new one.")


# --- changed -------------------------------------------------------------------------------------


def test_other_stars_and_another_sla_keep_the_time_that_is_used(
    tmp_path: Path, database_url: str
) -> None:
    with a_desk(tmp_path, database_url) as town:
        anna, lea = town.person("anna@example.com"), town.person("lea@example.com")
        writes(town, "paul@other.example")
        note = anna.hears()
        assert promised(town) == (8, 24)
        town.passes(hours=1)
        anna.replies("#urgency 4", to=note)
        assert promised(town) == (1, 7)
        anna.replies("#urgency 3", to=note)
        assert promised(town) == (7, 23)
        lea.replies("#sla silver", to=lea.hears())
        assert promised(town) == (2, 11)
        town.passes(hours=1)
        anna.replies("#wait", to=note)
        assert promised(town) == (None, None)
        town.passes(hours=9)
        anna.replies("#start", to=note)
        assert promised(town) == (1, 10)


def test_other_rules_promise_open_tickets_something_else(tmp_path: Path, database_url: str) -> None:
    with a_desk(tmp_path, database_url) as town:
        writes(town, "paul@other.example")
        people = (PEOPLE + SLAS).replace('"8h", resolution', '"5h", resolution')
        town.edits("rules/10-people.toml", people)
        town.daemon.settle()
        respond, _ = promised(town)
        assert respond and 4.99 < respond <= 5


def test_a_merged_ticket_is_promised_nothing_and_its_target_goes_on(
    tmp_path: Path, database_url: str
) -> None:
    rules = (
        '[[rule]]\nname = "late"\non = "sla.breached"\nthen.escalate = "lead"\n'
        '[[rule]]\nname = "idle"\non = "ticket.idle"\nwhen.idle.above = "5d"\n'
        'then.notify = "lead"\n'
    )
    with a_desk(tmp_path, database_url, SLAS + rules) as town:
        anna, lea = town.person("anna@example.com"), town.person("lea@example.com")
        writes(town, "paul@other.example")
        writes(town, "paul@other.example")
        [note] = [n for n in town.fresh_letters_to(anna.address) if "[#2]" in n.subject]
        anna.replies("#merge 1", to=note)
        anna.replies("ok", to=anna.hears("It is not confirmed that you wrote it."))
        assert town.ticket(2)["merged_into"] == 1
        assert promised(town, 2) == (None, None)
        assert promised(town, 1) == (8, 24)
        town.fresh_letters_to(lea.address)
        town.passes(days=9)
        told = town.fresh_letters_to(lea.address)
        assert told and all("[#1]" in letter.subject for letter in told)


# --- by hand -------------------------------------------------------------------------------------


def test_due_in_business_days_is_what_a_rule_says(tmp_path: Path, database_url: str) -> None:
    rules = """
[calendar.office]
timezone = "UTC"
hours = { mon-fri = ["09:00-17:00"] }
holidays = { extra = [2026-11-26] }
[[rule]]
name = "three days"
on = "ticket.created"
calendar = "office"
then.due = "3bd"
"""
    with a_desk(tmp_path, database_url, rules) as town:
        writes(town, "paul@other.example")  # on a Monday; Thursday is a holiday
        assert town.ticket(1)["due_at"] == "2026-11-27T09:00:00.000000Z"
        assert town.ticket(1)["resolve_by"] is None


def test_a_receipt_promises_until_when_to_who_is_known(tmp_path: Path, database_url: str) -> None:
    rule = (
        '[[rule]]\nname = "known"\non = "ticket.created"\nwhen.customer.address = true\n'
        'then.reply = "receipt"\n'
    )
    with a_desk(tmp_path, database_url, SLAS + rule) as town:
        petra = town.person("petra@kunde.example")
        petra.writes("Printer", "It is on fire.")
        assert "10:00" in petra.hears().text  # at nine, with one hour to answer in
