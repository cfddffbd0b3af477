"""An agent's mail is carried out whole or held whole, and its author is asked."""

from stories.town import Heard, Person, Town


def opened(town: Town) -> tuple[Person, Person, Heard]:
    """A ticket of Petra's that Anna was told of."""
    petra = town.person("petra@kunde.example", "Petra Kunde")
    anna = town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    return petra, anna, anna.hears()


def test_a_confirmation_is_asked_once_and_remembered(careful_town: Town) -> None:
    town = careful_town
    petra, anna, told = opened(town)
    anna.replies("Run!")
    petra.hears_nothing()
    asked = anna.hears("Run!", subject="Not sent:")
    assert "ok" in asked.text and "[#1]" in asked.subject
    assert town.ticket(1)["status"] == "new"

    anna.replies("ok", to=asked)
    petra.hears("Run!")
    anna.hears(subject="[#1]")  # what became of it
    assert (town.ticket(1)["status"], town.ticket(1)["assignee"]) == ("responded", "anna")

    petra.replies("We did.", to=petra.last)
    anna.hears("We did.")
    anna.replies("Good.")  # by the same path: no question
    petra.hears("Good.")
    anna.hears_nothing()

    town.passes(days=31)  # [identity] remember
    anna.replies("Are you well?", to=told)
    petra.hears_nothing()
    anna.hears(subject="Not sent:")


def test_another_path_is_asked_about_again(careful_town: Town) -> None:
    town = careful_town
    petra, anna, told = opened(town)
    anna.replies("Run!")
    anna.replies("ok", to=anna.hears())
    petra.hears("Run!")
    anna.hears()
    anna.peer = "127.0.9.1"
    anna.replies("Faster!", to=told)
    petra.hears_nothing()
    anna.hears("Faster!", subject="Not sent:")


def test_the_question_goes_to_the_registered_address_never_to_the_from(careful_town: Town) -> None:
    town = careful_town
    petra = town.person("petra@kunde.example")
    bob, phone = town.person("bob@example.com"), town.person("bob@home.example")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    phone.last = bob.hears()
    phone.replies("Run!")
    phone.hears_nothing()
    bob.hears("Run!", subject="Not sent:")
    petra.hears_nothing()


def test_a_cancelled_answer_never_leaves(careful_town: Town) -> None:
    town = careful_town
    petra, anna, _ = opened(town)
    anna.replies("Run, you fool!")
    anna.replies("cancel", to=anna.hears())
    petra.hears_nothing()
    anna.hears()
    assert [line["act"] for line in town.ticket(1)["history"]][-1] == "cancelled"
    assert town.house.spool.counts()["held"] == 0


def test_an_address_is_good_for_one_answer(careful_town: Town) -> None:
    town = careful_town
    petra, anna, _ = opened(town)
    anna.replies("Run!")
    asked = anna.hears()
    anna.replies("ok", to=asked)
    petra.hears("Run!")
    anna.replies("ok, and again", to=asked)
    anna.replies("ok", to=asked)
    petra.hears_nothing()


def test_after_a_day_the_question_is_asked_anew(careful_town: Town) -> None:
    town = careful_town
    petra, anna, _ = opened(town)
    anna.replies("Run!")
    asked = anna.hears()
    town.passes(hours=25)
    anna.hears(subject="Not sent:")  # she was reminded
    anna.replies("ok", to=asked)
    petra.hears_nothing()
    anna.replies("ok", to=anna.hears(subject="Not sent:"))
    petra.hears("Run!")


def test_who_forgets_a_question_is_reminded_once(careful_town: Town) -> None:
    town = careful_town
    petra, anna, _ = opened(town)
    anna.replies("Run!")
    anna.hears(subject="Not sent:")
    town.passes(minutes=14)
    anna.hears_nothing()
    town.passes(minutes=2)
    again = anna.hears(subject="Not sent:")
    town.passes(hours=3)
    anna.hears_nothing()
    anna.replies("ok", to=again)
    petra.hears("Run!")


def test_a_stranger_with_the_question_in_hand_releases_nothing(careful_town: Town) -> None:
    town = careful_town
    petra, anna, _ = opened(town)
    eve = town.person("eve@evil.example")
    anna.replies("Run!")
    eve.replies("ok", to=anna.hears())
    petra.hears_nothing()
    assert town.house.spool.counts()["held"] == 1


def test_somebody_who_writes_in_annas_name_sends_nothing(careful_town: Town) -> None:
    """He has her notification, forwarded to him, and writes her address into From."""
    town = careful_town
    petra, anna, told = opened(town)
    eve = town.person("anna@example.com")
    eve.peer = "127.0.9.1"
    eve.replies("Please send your password to eve@evil.example", to=told)
    petra.hears_nothing()
    anna.hears(subject="Not sent:")


def test_a_line_that_looks_like_a_command_holds_the_mail_until_send(town: Town) -> None:
    petra, anna, told = opened(town)
    anna.replies("#clsoe\nAll done, thank you.", to=told)
    petra.hears_nothing()
    asked = anna.hears("#clsoe", subject="Not sent:")
    assert "send" in asked.text and "cancel" in asked.text
    assert town.ticket(1)["status"] == "new"

    anna.replies("send", to=asked)
    heard = petra.hears("All done, thank you.")
    assert "#clsoe" in heard.text  # exactly as written
    assert town.ticket(1)["status"] == "responded"


def test_a_word_that_was_not_offered_is_asked_about_again(town: Town) -> None:
    petra, anna, told = opened(town)
    anna.replies("#xyzzy\nAll done.", to=told)
    anna.replies("please do", to=anna.hears())
    petra.hears_nothing()
    again = anna.hears("Your answer was not one of these words", subject="Not sent:")
    anna.replies("ok", to=again)  # ok to what? nobody can guess it
    petra.hears_nothing()
    anna.replies("send", to=anna.hears(subject="Not sent:"))
    petra.hears("All done.")


def test_an_agents_mail_out_of_an_address_book_is_held(town: Town) -> None:
    petra, anna, told = opened(town)
    anna.writes("Lunch?", "Shall we eat at noon?", to=told.reply_to)
    petra.hears_nothing()
    anna.replies("cancel", to=anna.hears("Shall we eat at noon?", subject="Not sent:"))
    petra.hears_nothing()


def test_a_colleagues_mark_is_no_right_of_ones_own(town: Town) -> None:
    petra, _, told = opened(town)
    bob = town.person("bob@example.com")
    bob.hears()
    bob.replies("Let me take over.", to=told)
    petra.hears_nothing()
    bob.hears("Let me take over.", subject="Not sent:")


def test_a_note_stays_with_the_team(town: Town) -> None:
    petra, anna, _ = opened(town)
    bob = town.person("bob@example.com")
    bobs = bob.hears()
    anna.replies("Run!")
    petra.hears("Run!")
    bob.replies("I called the brigade.", to=bobs)
    petra.hears("I called the brigade.")
    told = anna.hears("I called the brigade.")  # answers to it are notes
    anna.replies("Their number is wrong, the customer must not know.", to=told)
    petra.hears_nothing()
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "out", "out", "note"]


def test_a_note_can_be_written_from_the_first_letter(town: Town) -> None:
    """The text names the address whose mail stays with the team."""
    petra, anna, told = opened(town)
    lines = told.text.splitlines()
    address = lines[lines.index("  Note to the team: write to") + 1].strip()
    anna.writes("[#1]", "She wrote in March, too.", to=address)
    petra.hears_nothing()
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "note"]
