"""Hosts that know no plus addresses, and the other shapes that `[desk] reply` may have."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from stories.town import Heard, Person, Town
from stories.town import town as a_town

PLAIN = 'reply = "support@example.com"'
TOKEN = '[identity]\nreply = "token"'


@pytest.fixture
def plain(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, desk=PLAIN, more=TOKEN) as town:
        yield town


def told(town: Town) -> tuple[Person, Person, Heard]:
    petra, anna = town.person("petra@kunde.example", "Petra"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    return petra, anna, anna.hears("It is on fire.")


def no_ids(mail: EmailMessage) -> None:
    """Some groupware answers without the headers that say what is answered."""
    del mail["In-Reply-To"]
    del mail["References"]


def no_number(mail: EmailMessage) -> None:
    del mail["Subject"]
    mail["Subject"] = "Your question"


def kinds(town: Town, number: int = 1) -> list[str]:
    return [message["kind"] for message in town.ticket(number)["messages"]]


def test_every_letter_carries_its_mark_in_ids_and_in_a_line_of_the_text(plain: Town) -> None:
    petra, anna, notice = told(plain)
    anna.replies("Run!")
    answer = petra.hears("Run!")
    for letter in (notice, answer):
        assert letter.reply_to == "support@example.com"
        assert str(letter.mail["Return-Path"]).strip("<>") == "support@example.com"
        ids = f"{letter.mail['Message-ID']} {letter.mail['References']}"
        assert plain.house.marks.read_text(ids)
        assert plain.house.marks.read_text(letter.text)
        assert "[#1]" in letter.subject


def test_a_conversation_works_as_with_any_address(plain: Town) -> None:
    petra, anna, _ = told(plain)
    anna.replies("Run!")
    petra.replies("I ran.", to=petra.hears("Run!"))
    anna.replies("Good.", to=anna.hears("I ran."))
    answer = petra.hears("Good.")
    assert kinds(plain) == ["in", "out", "in", "out"]
    assert "##-" not in answer.text.partition("-- \n")[0], "no mark of somebody else"


def test_acts_are_lines_to_type_where_no_link_could_carry_the_mark(plain: Town) -> None:
    _, _, notice = told(plain)
    for form in (notice.text, notice.html):
        for line in ("#take", "#close", "#note", "#mute"):
            assert f"“{line}”" in form or f">{line}</code>”" in form
    assert "mailto:" not in notice.html


def test_an_answer_whose_ids_survived_is_carried_out(plain: Town) -> None:
    petra, anna, _ = told(plain)
    anna.replies("Run!", quote=False, change=no_number)
    petra.hears("Run!")


def test_an_answer_of_which_only_the_line_in_the_quote_survived_is_carried_out(
    plain: Town,
) -> None:
    petra, anna, _ = told(plain)

    def bare(mail: EmailMessage) -> None:
        no_ids(mail)
        no_number(mail)

    anna.replies("Run!", change=bare)
    heard = petra.hears("Run!")
    assert "It is on fire" not in heard.text


def test_a_customers_reply_of_which_only_the_line_survived_finds_home(plain: Town) -> None:
    petra, anna, _ = told(plain)
    anna.replies("Run!")
    petra.hears("Run!")

    def bare(mail: EmailMessage) -> None:
        no_ids(mail)
        no_number(mail)

    petra.replies("I ran.", change=bare)
    anna.hears("I ran.")
    assert plain.tickets() == 1


def test_an_answer_of_which_only_the_number_survived_is_held(plain: Town) -> None:
    """Nothing says whether it is for the customer or for the team."""
    petra, anna, notice = told(plain)
    anna.replies("Run!", quote=False, change=no_ids)
    petra.hears_nothing()
    asked = anna.hears("Run!", subject="Not sent: [#1]")
    assert kinds(plain) == ["in"]
    anna.replies("send", to=asked)
    petra.hears("Run!")
    assert notice.subject.startswith("[#1]")


def test_a_note_stays_a_note_where_only_its_line_survived(plain: Town) -> None:
    petra, anna, _ = told(plain)
    bob = plain.person("bob@example.com")
    bobs = bob.hears()
    anna.replies("Run!")
    petra.hears("Run!")
    bob.replies("I called the brigade.", to=bobs)
    petra.hears("I called the brigade.")
    notice = anna.hears("I called the brigade.")
    anna.replies("Their number is wrong.", to=notice, change=no_ids)
    petra.hears_nothing()
    assert kinds(plain)[-1] == "note"


def test_a_question_is_answered_by_its_line_alone(tmp_path: Path, database_url: str) -> None:
    with a_town(tmp_path, database_url, desk=PLAIN) as town:
        petra, anna, _ = told(town)
        anna.replies("Run!")
        petra.hears_nothing()
        asked = anna.hears("Run!", subject="Not sent:")
        assert "mailto:" not in asked.text
        anna.replies("ok", to=asked, change=no_ids)
        petra.hears("Run!")


def test_the_line_of_an_agent_never_reaches_the_customer(plain: Town) -> None:
    petra, anna, notice = told(plain)
    mark = next(line for line in notice.text.splitlines() if "##-" in line)
    anna.replies("Run!")
    answer = petra.hears("Run!")
    assert mark.strip() not in answer.mail.as_string()


def test_a_plain_reply_address_that_is_not_the_desks_own_is_taken_in_too(
    tmp_path: Path, database_url: str
) -> None:
    desk = 'reply = "answers@example.com"'
    with a_town(tmp_path, database_url, desk=desk, more=TOKEN) as town:
        petra, anna, notice = told(town)
        assert notice.reply_to == "answers@example.com"
        anna.replies("Run!")
        petra.replies("I ran.", to=petra.hears("Run!"))
        assert kinds(town) == ["in", "out", "in"]
        people = [p["address"] for p in town.ticket(1)["participants"]]
        assert people == ["petra@kunde.example"], "our own address gets no answers"


@pytest.mark.parametrize("shape", ["support-{mark}@example.com", "{mark}@reply.example.com"])
def test_other_shapes_of_the_reply_address(tmp_path: Path, database_url: str, shape: str) -> None:
    with a_town(tmp_path, database_url, desk=f'reply = "{shape}"', more=TOKEN) as town:
        petra, anna, notice = told(town)
        head, _, tail = shape.partition("{mark}")
        assert notice.reply_to.startswith(f"{head}1.") and notice.reply_to.endswith(tail)
        assert "##- 1." not in notice.text, "the address is enough: no line with a mark"

        def bare(mail: EmailMessage) -> None:
            no_ids(mail)
            del mail["Subject"]
            mail["Subject"] = "Re: [#1] Printer"

        anna.replies("Run!", quote=False, change=bare)
        answer = petra.hears("Run!")
        petra.replies("I ran.", to=answer, quote=False, change=bare)
        assert kinds(town) == ["in", "out", "in"]
        forged = answer.reply_to.replace("1.", "2.", 1)
        assert town.house.accepts(forged) is not None
