"""The same mails by two books: what of each ticket would be otherwise, and by which rule."""

from dataclasses import replace
from datetime import timedelta

from made_up import DAY, HOUR, NOON, came, mail, manners, people, ticket, wrote

from postdesk.rules.book import Book
from postdesk.rules.effect import Move, SetUrgency
from postdesk.rules.people import Team
from postdesk.rules.rehearsal import Difference, World, differences

ROUTE = '[[rule]]\nname = "{name}"\non = "{on}"\nwhen.subject.any_word = "printer"\nthen.{then}\n'


def of(then: str, name: str = "r", on: str = "ticket.created") -> Book:
    return replace(manners(ROUTE.format(name=name, on=on, then=then)), digest="")


def worlds(one: Book, other: Book) -> tuple[World, World]:
    return World(one), World(other)


def told(found: list[Difference]) -> dict[str, tuple[object, object]]:
    return {one.name: (one.was, one.would) for one in found}


def test_what_would_be_otherwise_is_told_with_the_rule_that_makes_it_so() -> None:
    was, would = worlds(of('category = "paper"'), of('category = "fire"', "alarm"))
    for world in (was, would):
        world.mail(1, came(), NOON)
        world.mail(2, came(mail(subject="Hello")), NOON)
    assert differences(was, would, 1) == [
        Difference("category", "paper", "fire", '50-test.toml:1 "alarm"')
    ]
    assert differences(was, would, 2) == []


def test_what_a_rule_of_before_did_and_none_does_any_more_is_told_too() -> None:
    was, would = worlds(of('tag = "x"'), manners())
    for world in (was, would):
        world.mail(1, came(), NOON)
    assert differences(was, would, 1) == [Difference("tags", ("x",), (), '50-test.toml:1 "r"')]


def test_answers_and_acts_of_people_are_as_they_were() -> None:
    was, would = worlds(manners(), of("urgency = 5"))
    for world in (was, would):
        world.mail(1, came(), NOON)
        world.agent(1, wrote(), NOON + HOUR)
        world.act(1, SetUrgency(2), "anna", NOON + HOUR)
        world.act(1, Move("closed", "done"), "anna", NOON + HOUR)
        assert world.outcome(1)["status"].value == "closed"
        assert world.outcome(1)["assignee"].value == "anna"
        world.mail(1, came(mail("Again?", message_id="<3@x>")), NOON + DAY)
        assert world.outcome(1)["status"].value == "reopened"
    assert told(differences(was, would, 1)) == {}


def test_a_dropped_mail_and_what_follows_it() -> None:
    was, would = worlds(manners(), of('drop = "noise"'))
    for world in (was, would):
        world.mail(1, came(), NOON)
        world.agent(1, wrote(), NOON + HOUR)
    found = told(differences(was, would, 1))
    assert found["dropped"] == ("", "noise")
    assert found["reply"] == ("receipt-unproven", "")
    for world in (was, would):
        world.mail(1, came(mail(subject="Hello")), NOON + DAY)
    assert would.outcome(1)["reply"].value == "receipt-unproven", "now it opens the ticket"


def test_a_mail_that_would_join_is_told_with_the_ticket_it_joins() -> None:
    was, would = worlds(manners(), of('link = "web1"'))
    for world in (was, would):
        for number in (1, 2):
            world.mail(number, came(mail(message_id=f"<{number}@x>")), NOON)
    assert told(differences(was, would, 2))["joined"] == ("", 1)
    assert told(differences(was, would, 1))["joined"] == ("", "web1")
    for world in (was, would):
        world.act(1, Move("closed", "done"), "anna", NOON)
        world.mail(3, came(mail(message_id="<3@x>")), NOON)
    assert would.outcome(3)["joined"].value == "web1", "what is done is joined no more"


def test_the_same_subject_of_the_same_customer_is_the_same_matter() -> None:
    world = World(of('link = "subject"'))
    world.mail(1, came(), NOON)
    world.mail(2, came(mail(subject="Re: PRINTER", message_id="<2@x>")), NOON)
    eve = mail(sender="eve@evil.example", message_id="<3@x>")
    world.mail(3, came(eve), NOON)
    assert [world.outcome(n)["joined"].value for n in (1, 2, 3)] == ["subject", 1, "subject"]


def test_turns_go_round() -> None:
    members = Team("billing", ("anna", "bob"))
    text = 'team = "billing"\nthen.assign = "round-robin"'
    book = replace(of(text), people=replace(people(), teams={"billing": members}))
    world = World(book)
    for number in (1, 2, 3):
        world.mail(number, came(mail(message_id=f"<{number}@x>")), NOON)
    assert [world.outcome(n)["assignee"].value for n in (1, 2, 3)] == ["anna", "bob", "anna"]


def test_time_goes_by_between_mails() -> None:
    def promising(hours: int) -> Book:
        late = '[[rule]]\nname = "late"\non = "sla.breached"\nthen.tag = "late"\n'
        gold = ROUTE.format(name="gold", on="ticket.created", then='sla = "gold"')
        promise = f'[sla.gold]\nmedium = {{ resolution = "{hours}h" }}\n'
        return replace(manners(promise + gold + late), digest="")

    was, would = worlds(promising(48), promising(4))
    for world in (was, would):
        world.mail(1, came(), NOON)
        world.mail(2, came(mail(subject="Hello", message_id="<2@x>")), NOON + DAY)
    found = told(differences(was, would, 1))
    assert found["tags"] == ((), ("late",))
    assert found["resolve_by"] == (NOON + timedelta(hours=48), NOON + timedelta(hours=4))
    for world in (was, would):
        world.passes(NOON + 3 * DAY)
    assert "tags" not in told(differences(was, would, 1))


def test_a_ticket_of_before_goes_on() -> None:
    was, would = worlds(manners(), of('tag = "again"', on="message.received"))
    for world in (was, would):
        world.know(ticket(7, assignee="anna", status="responded"))
        world.mail(7, came(mail("More.")), NOON)
        assert world.outcome(7)["status"].value == "in-progress"
    assert told(differences(was, would, 7)) == {"tags": ((), ("again",))}


def test_rules_may_ask_how_many_tickets_a_sender_has() -> None:
    text = (
        '[[rule]]\nname = "r"\non = "ticket.created"\nwhen.sender_open.above = 1\nthen.tag = "x"\n'
    )
    world = World(manners(text))
    for number in (1, 2, 3):
        world.mail(number, came(mail(message_id=f"<{number}@x>")), NOON)
    assert [world.outcome(n)["tags"].value for n in (1, 2, 3)] == [(), (), ("x",)]
