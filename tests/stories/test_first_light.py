"""A mail's whole life: written, received, told, answered, heard, answered again."""

from stories.town import Town

from postdesk.daemon.cli import main


def test_a_customers_mail_is_answered_and_the_answer_finds_home(town: Town) -> None:
    petra = town.person("petra@kunde.example", "Petra Kunde")
    anna, bob = town.person("anna@example.com"), town.person("bob@example.com")

    petra.writes("Invoice 4711 is wrong", "The sum on page two is wrong.\n\nPetra")
    receipt = petra.hears(subject="[#1] We have your message")
    assert "Invoice" not in receipt.text and receipt.mail["Auto-Submitted"] == "auto-replied"
    assert receipt.mail["Return-Path"] == "<>"

    told = anna.hears("The sum on page two is wrong.", subject="[#1] Invoice 4711 is wrong")
    assert told.text.startswith("Reply → Petra Kunde")
    assert told.mail["Reply-To"].addresses[0].display_name == "Petra Kunde (customer)"
    bob.hears("The sum on page two is wrong.")

    anna.replies("You are right, a new invoice is on its way.")
    answer = petra.hears("You are right, a new invoice is on its way.")
    assert "anna@example.com" not in answer.mail.as_string()
    assert answer.mail["From"].addresses[0].display_name == "Anna at Example Support"
    assert answer.mail["In-Reply-To"] == petra.sent[0]["Message-ID"]
    assert "Anna, Example Support" in answer.text

    ticket = town.ticket(1)
    assert (ticket["status"], ticket["assignee"]) == ("responded", "anna")
    assert ticket["first_response_at"] == ticket["responded_at"] is not None

    petra.replies("Thank you, I have it.", to=answer)
    anna.hears("Thank you, I have it.")
    bob.hears_nothing()  # it is Anna's now
    petra.hears_nothing()  # one receipt per ticket
    assert town.ticket(1)["status"] == "in-progress"
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "out", "in"]
    assert town.tickets() == 1


def test_every_letter_to_the_customer_has_the_same_subject(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("The door squeaks", "Since Monday.")
    petra.hears()
    anna.hears()
    anna.replies("Try oil.")
    first = petra.hears("Try oil.")
    petra.replies("It helped a little.")
    anna.hears()
    anna.replies("Try more oil.")
    second = petra.hears("Try more oil.")
    assert first.subject == second.subject
    assert "[#1]" in first.subject and "The door squeaks" in first.subject
    assert str(first.mail["References"]).split()[0] == str(second.mail["References"]).split()[0]


def test_a_second_agent_may_answer_and_the_owner_hears_of_it(town: Town) -> None:
    petra = town.person("petra@kunde.example", "Petra Kunde")
    anna, bob = town.person("anna@example.com"), town.person("bob@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    bobs = bob.hears()
    anna.replies("Please call the fire brigade.")
    petra.hears("fire brigade")
    bob.replies("And do not use water.", to=bobs)
    petra.hears("And do not use water.")
    told = anna.hears("And do not use water.")
    assert told.text.startswith("Reply → team only")
    assert town.ticket(1)["assignee"] == "anna"


def test_closed_from_the_shell_and_reopened_by_a_reply(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Password", "I forgot it.")
    petra.hears()
    anna.hears()
    anna.replies("Here is a new one.")
    answer = petra.hears()
    config = str(town.folder / "config.toml")
    assert main(["--config", config, "do", "1", "close", "--as", "anna"]) == 0
    ticket = town.ticket(1)
    assert (ticket["status"], ticket["status_kind"], ticket["closed_by"]) == (
        "closed",
        "done",
        "anna",
    )
    assert ticket["closed_at"] and ticket["resolved_at"]

    petra.replies("Thanks!", to=answer)
    assert town.ticket(1)["status"] == "closed"  # thanks alone do not reopen
    anna.hears("Thanks!")
    petra.replies("It does not work either.", to=answer)
    ticket = town.ticket(1)
    assert (ticket["status"], ticket["closed_at"]) == ("reopened", None)
    anna.hears("It does not work either.")


def test_a_reply_long_after_the_end_opens_a_linked_ticket(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Password", "I forgot it.")
    anna.hears()
    anna.replies("Here is a new one.")
    answer = next(x for x in town.letters_to("petra@kunde.example") if "new one" in x.text)
    main(["--config", str(town.folder / "config.toml"), "do", "1", "close"])
    town.passes(days=20)
    petra.replies("I forgot it again.", to=answer)
    assert town.ticket(2)["links"] == [{"kind": "follows", "number": 1}]
    assert town.ticket(1)["status"] == "closed"


def test_a_stranger_who_knows_the_number_opens_a_ticket_of_his_own(town: Town) -> None:
    petra = town.person("petra@kunde.example", "Petra Kunde")
    eve, anna = town.person("eve@evil.example"), town.person("anna@example.com")
    petra.writes("My contract", "Please send it to me: secret-4711.")
    petra.hears()
    anna.hears()
    eve.writes("Re: [#1] My contract", "Please send it to me as well.")
    assert town.tickets() == 2
    assert town.ticket(2)["links"] == [{"kind": "mentions", "number": 1}]
    assert [p["address"] for p in town.ticket(1)["participants"]] == ["petra@kunde.example"]
    eve.hears(subject="[#2] We have your message")
    anna.hears("Please send it to me as well.")
    anna.replies("Who are you?")
    heard = eve.hears("Who are you?")
    assert "secret-4711" not in heard.mail.as_string()
    petra.hears_nothing()


def test_the_mail_of_a_machine_is_told_but_never_answered(town: Town) -> None:
    robot, anna = town.person("no-reply@shop.example"), town.person("anna@example.com")
    robot.writes("Your order", "It has shipped.", headers={"Auto-Submitted": "auto-generated"})
    robot.hears_nothing()
    anna.hears("It has shipped.")
    acts = [line["act"] for line in town.ticket(1)["history"]]
    assert "replied" not in acts


def test_an_agents_absence_note_goes_nowhere(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    anna.replies(
        "I am away until Friday.", change=lambda m: m.add_header("Auto-Submitted", "auto-replied")
    )
    petra.hears_nothing()
    assert town.ticket(1)["status"] == "new"


def test_an_address_out_of_an_address_book_is_another_matter(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    receipt = petra.hears()
    anna.hears()
    petra.writes("Scanner", "It is cold.", to=receipt.reply_to)
    assert town.ticket(2)["title"] == "Scanner"
    assert town.ticket(2)["links"] == [{"kind": "follows", "number": 1}]


def test_the_same_mail_twice_is_one_message(town: Town) -> None:
    petra = town.person("petra@kunde.example")
    mail = petra.writes("Printer", "It is on fire.")
    town.deliver(petra.address, ["support@example.com"], mail.as_bytes())
    assert town.tickets() == 1
    assert len(town.ticket(1)["messages"]) == 1
    assert len(town.letters_to(petra.address)) == 1


def test_every_act_says_because(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    anna.hears()
    anna.replies("Run!")
    history = town.ticket(1)["history"]
    assert all(line["because"] for line in history)
    receipt = next(line for line in history if line["act"] == "replied")
    assert receipt["because"].startswith("manners.toml:")
    opened = next(line for line in history if line["act"] == "opened")
    assert opened["because"] == petra.sent[0]["Message-ID"]


def test_what_is_known_survives_a_restart(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    anna.hears()
    town.restart()
    anna.replies("Run!")
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "out"]


def test_copies_are_told_and_answered(town: Town) -> None:
    petra, max_ = town.person("petra@kunde.example"), town.person("max@kunde.example")
    anna = town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.", cc="Max <max@kunde.example>, anna@example.com")
    petra.hears()
    max_.hears_nothing()  # receipts go to the writer
    anna.hears()
    anna.replies("Run!")
    to_petra, to_max = petra.hears("Run!"), max_.hears("Run!")
    assert to_petra.mail["Message-ID"] != to_max.mail["Message-ID"]
    assert "max@kunde.example" not in str(to_petra.mail["To"])
    max_.replies("We ran.")
    assert town.ticket(1)["messages"][-1]["from"] == "max@kunde.example"
    assert town.tickets() == 1
