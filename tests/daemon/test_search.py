"""Finding tickets by words, with the same answers from both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import ticket

from postdesk.daemon.search import Search
from postdesk.daemon.store import Rows
from postdesk.mailbox.mail import Address, Attachment
from postdesk.rules.effect import Append

PETRA = Address("Petra Kunde", "petra@kunde.example")
BILL = Attachment(1, "Rechnung-4711.pdf", "application/pdf", 9)


def words(subject: str, text: str, *files: Attachment, sender: Address = PETRA) -> Append:
    return Append("in", "", sender, (), subject, text, text, attachments=files)


TICKETS = {
    1: words("Printer", "It is on fire."),
    2: words("Rechnung", "Die Größe stimmt nicht, schreibt Herr Müller.", BILL),
    3: words("請求書の件", "金額が間違っています。"),
    4: words("Счёт", "Сумма неправильная.", sender=Address("Иван", "ivan@почта.example")),
    5: words("Login", 'user_name foo-bar is refused; IT\'S BROKEN & "odd" (100%)'),
    6: words("Drucker", "Printers are fireproof."),
}


# One table for one database: making a database takes longer than all questions.
QUESTIONS: tuple[tuple[str, list[int]], ...] = (
    ("fire", [6, 1]),
    ("FIRE printer", [6, 1]),
    ("printer is on fire", [1]),
    ("printer login", []),
    ("petra", [6, 5, 3, 2, 1]),
    ("petra@kunde.example rechnung", [2]),
    ("ivan@почта.example", [4]),
    ("rechnung-4711.pdf", [2]),
    ("4711", [2]),
    ("Müller", [2]),
    ("muller", [2]),
    ("Größe", [2]),
    ("grösse", [2]),
    ("請求書", [3]),
    ("金額", [3]),
    ("間違", [3]),
    ("書請", []),
    ("сумма", [4]),
    ("foo-bar", [5]),
    ("user_name", [5]),
    ("it's broken", [5]),
    ("100%", [5]),
    ("", []),
    ("?!", []),
    ("*", []),
    ('"', []),
    ("unheard", []),
)


@pytest.fixture
def search(rows: Rows) -> Search:
    found = Search(rows)
    with rows.transaction():
        for number, append in TICKETS.items():
            found.add(number, ticket(number), append)
    return found


def test_questions(rows: Rows, search: Search) -> None:
    with rows.reading():
        found = {question: search.find(question) for question, _ in QUESTIONS}
    assert found == dict(QUESTIONS)


def test_words_of_several_mails_find_their_ticket(rows: Rows, search: Search) -> None:
    with rows.transaction():
        search.add(7, ticket(1), words("Re: Printer", "It smokes a little."))
        assert search.find("fire smokes") == [1]


def test_a_limit_is_a_limit_of_tickets(rows: Rows, search: Search) -> None:
    with rows.transaction():
        for number in range(10, 40):
            search.add(number, ticket(2), words("Re: Rechnung", "Rechnung, again."))
        assert search.find("petra", limit=3) == [2, 6, 5]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.text(st.characters(codec="utf-8"), max_size=40)
    | st.sampled_from(
        [
            "a:*",
            "NEAR(a b)",
            "body:x",
            "a AND",
            "NOT",
            "'; DROP TABLE words; --",
            "\\",
            "a'b\\",
            "🔥",
        ]
    )
)
def test_any_question_is_answered(rows: Rows, search: Search, question: str) -> None:
    with rows.reading():
        assert set(search.find(question)) <= set(TICKETS)


def test_a_very_long_mail_is_indexed_in_part(rows: Rows) -> None:
    search = Search(rows)
    many = " ".join(f"w{n:x}{chr(0x20000 + n % 40000)}" for n in range(90_000))
    with rows.transaction():
        search.add(1, ticket(1), words("Log", many))
        assert search.find("log w0") == [1]
