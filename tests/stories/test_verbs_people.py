"""Verbs about people: who takes part in a ticket, who hears of it, whose yes is needed."""

from stories.verb_desk import Desk


def addresses(desk: Desk, number: int) -> list[str]:
    """Who gets the answers, the requester first."""
    return [one["address"] for one in desk.town.ticket(number)["participants"]]


def test_who_is_given_a_ticket_hears_of_it(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#assign bob")
    desk.bob.hears("Assigned to you")
    desk.asks(desk.bob, number, "#assign anna")
    desk.anna.hears("Assigned to you")
    desk.bob.hears_nothing()
    desk.town.passes(minutes=1)
    desk.asks(desk.anna, number, "#assign team:billing")
    desk.bob.hears("Assigned to you")


def test_cc_brings_people_to_the_answers_and_takes_them_away(desk: Desk) -> None:
    number = desk.opened()
    petra, kai = desk.customer(number), desk.town.person("kai@kunde.example")
    eva = desk.town.person("eva@x.example")
    desk.asks(desk.anna, number, "#cc +Kai Kunde +eva@x.example")
    assert addresses(desk, number) == [petra.address, kai.address, eva.address]
    desk.asks(desk.anna, number, "Water will do.")
    for reader in (petra, kai, eva):
        reader.hears("Water will do.")
    eva.replies("Thank God.")
    assert desk.town.ticket(number)["messages"][-1]["from"] == eva.address
    desk.quiet()
    desk.asks(desk.anna, number, "#cc -eva@x.example", "Foam is better.")
    petra.hears("Foam is better.")
    kai.hears("Foam is better.")
    eva.hears_nothing()


def test_who_is_brought_along_gets_the_words_of_that_very_mail(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#cc +eva@x.example", "Eva knows how to put it out.")
    desk.customer(number).hears("Eva knows")
    desk.town.person("eva@x.example").hears("Eva knows")
    desk.asks(desk.anna, number, "#for kai@kunde.example", "Kai, this is yours.")
    desk.customer(number).hears_nothing()
    desk.town.person("kai@kunde.example").hears("Kai, this is yours.")


def test_the_requester_is_not_taken_from_cc(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, f"#cc -{desk.customer(number).address}")
    desk.anna.hears("the requester gets every answer", subject="Not sent:")


def test_another_requester_gets_the_answers_from_then_on(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#for kai@kunde.example")
    assert desk.town.ticket(number)["requester"] == {
        "address": "kai@kunde.example",
        "name": "Kai Kunde",
    }
    desk.asks(desk.anna, number, "Water will do.")
    desk.town.person("kai@kunde.example").hears("Water will do.")
    desk.customer(number).hears_nothing()


def test_who_is_mentioned_hears_of_it_and_of_all_that_follows(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#take", "#mention bob")
    desk.bob.hears("A colleague mentioned you")
    receipt = desk.town.letters_to(desk.customer(number).address)[0]
    desk.customer(number).replies("Now the scanner burns.", to=receipt)
    desk.bob.hears("the scanner burns")
    desk.anna.hears("the scanner burns")


def test_a_ticket_is_watched_until_it_is_not(desk: Desk) -> None:
    number = desk.opened()
    petra = desk.customer(number)
    receipt = desk.town.letters_to(petra.address)[0]
    desk.asks(desk.anna, number, "#assign bob")
    desk.asks(desk.max, number, "#watch")
    desk.quiet()
    petra.replies("Hello?", to=receipt)
    desk.max.hears("Hello?")
    desk.asks(desk.max, number, "#watch off")
    petra.replies("Anybody?", to=receipt)
    desk.max.hears_nothing()


def test_a_ticket_is_silent_until_it_is_not(desk: Desk) -> None:
    number = desk.opened()
    petra = desk.customer(number)
    receipt = desk.town.letters_to(petra.address)[0]
    desk.asks(desk.anna, number, "#mute")
    petra.replies("Hello?", to=receipt)
    desk.anna.hears_nothing()
    desk.bob.hears("Hello?")
    desk.asks(desk.bob, number, "#assign anna")
    desk.anna.hears("Assigned to you")  # that is meant for her alone
    desk.asks(desk.anna, number, "#mute off")
    petra.replies("Anybody?", to=receipt)
    desk.anna.hears("Anybody?")


def test_a_task_is_a_part_of_the_work_for_somebody(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, '#task bob "check the logs" due=tue', '#task "buy sand"')
    desk.bob.hears("A task for you")
    one, other = desk.town.ticket(number)["tasks"]
    assert (one["what"], one["agent"], one["due_at"][:10]) == (
        "check the logs",
        "bob",
        "2026-11-24",
    )
    assert (other["what"], other["agent"]) == ("buy sand", None)


def test_a_yes_is_asked_for_and_answered_by_mail(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, '#approve max bob "a new printer"')
    desk.bob.hears("a new printer")
    desk.max.replies("yes\nBut a cheap one.", to=desk.max.hears("a new printer"))
    approved = desk.anna.hears("Approved")
    assert f"[#{number}]" in approved.subject
    desk.bob.replies("no", to=desk.bob.last)
    desk.anna.hears("Not approved")
    said = [
        (a["approver"], a["state"], a["comment"]) for a in desk.town.ticket(number)["approvals"]
    ]
    assert said == [("max", "yes", "But a cheap one."), ("bob", "no", "")]
    desk.customer(number).hears_nothing()


def test_somebody_outside_may_be_asked_for_a_yes(desk: Desk) -> None:
    number = desk.opened()
    boss = desk.town.person("boss@kunde.example")
    desk.asks(desk.anna, number, '#approve boss@kunde.example "a new printer"')
    boss.replies("Yes!", to=boss.hears("a new printer"))
    desk.anna.hears("Approved")
    assert desk.town.ticket(number)["approvals"][0]["state"] == "yes"


def test_other_words_than_yes_and_no_are_a_note_for_who_asked(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#take", "#approve max")
    desk.max.replies("What does it cost?", to=desk.max.hears())
    desk.anna.hears("What does it cost?")
    assert desk.town.ticket(number)["messages"][-1]["kind"] == "note"
    assert desk.town.ticket(number)["approvals"][0]["state"] == "waiting"


def test_who_is_away_gets_nothing_by_rule_until_she_is_back(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.bob, number, "#away until 27 nov")
    desk.quiet()
    desk.customer(number + 1).writes("Chair", "Too low.")
    desk.anna.hears("Too low.")
    desk.bob.hears_nothing()
    desk.asks(desk.bob, number, "#back")
    desk.customer(number + 2).writes("Table", "Too high.")
    desk.bob.hears("Too high.")
    desk.asks(desk.bob, number, "#away")
    desk.town.passes(days=30)
    desk.quiet()
    desk.customer(number + 3).writes("Lamp", "Too dark.")
    desk.bob.hears_nothing()


def test_only_a_lead_chooses_other_promises(desk: Desk) -> None:
    number = desk.opened()
    before = desk.town.ticket(number)["resolve_by"]
    desk.asks(desk.anna, number, "#sla gold")
    desk.anna.hears("only a lead may do that", subject="Not sent:")
    desk.asks(desk.max, number, "#sla gold")
    assert desk.town.ticket(number)["resolve_by"] != before
    assert desk.town.ticket(number)["resolve_by"] == "2026-11-23T13:00:00.000000Z"
