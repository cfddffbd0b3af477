"""Nothing inside reaches a customer, and nothing a customer writes becomes an act."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from stories.town import Heard, Person, Town
from stories.town import town as a_town

from postdesk.mailbox.html import as_text, to_lines
from postdesk.mailbox.marks import Purpose
from postdesk.rules.command import classify

CUSTOMERS = ("petra@kunde.example", "max@kunde.example", "eve@evil.example")
# All that a customer may never see: addresses, names, words of notes, commands, our own terms.
INSIDE = (
    "anna@example.com",
    "bob@example.com",
    "bob@home.example",
    "Anna Berg",  # who has a public name is shown by that alone
    "secret-note",
    "secret-held",
    "secret-quote",
    "#close",
    "Reply →",
    "customer)",
    "team only",
    "VIP",
    "First contact",
)


def marks_in(town: Town, letter: Heard) -> list[tuple[Purpose, str]]:
    """All marks anywhere in a letter: what for, and which target."""
    whole = letter.mail.as_string() + letter.text + letter.html
    found = re.findall(r"(?:h?[0-9]{1,12}|desk)\.[a-z2-7]{26}", whole.lower())
    marks = (town.house.marks.read_text(one) for one in found)
    return [(mark.purpose, mark.target) for mark in marks if mark]


def assert_tight(town: Town) -> None:
    """No letter to anybody outside holds anything from inside."""
    seen = 0
    for customer in CUSTOMERS:
        for letter in town.letters_to(customer):
            seen += 1
            whole = f"{letter.mail.as_string()}\n{letter.text}\n{letter.html}"
            found = [word for word in INSIDE if word in whole]
            assert not found, f"{found} in {letter.subject} to {customer}:\n{whole}"
            purposes = {purpose for purpose, _ in marks_in(town, letter)}
            assert purposes <= {Purpose.CUSTOMER, Purpose.ROOT, Purpose.BOUNCE}, purposes
            assert not letter.mail["Bcc"] and not letter.mail["Cc"]
    assert seen


def with_html(quote: str) -> Callable[[EmailMessage], None]:
    def change(mail: EmailMessage) -> None:
        mail.add_alternative(
            "<div>It is <b>done</b>.</div><div>-- <br>Anna Berg<br>anna@example.com</div>"
            '<div class="gmail_quote"><div class="gmail_attr">On Mon, 23 Nov 2026 at 10:00 '
            'Support &lt;<a href="mailto:support@example.com">support@example.com</a>&gt; wrote:'
            f"<br></div><blockquote>{quote}</blockquote></div>",
            subtype="html",
        )

    return change


@pytest.mark.parametrize("desk", ["", 'reply = "support@example.com"'])
def test_a_long_conversation_leaks_nothing(tmp_path: Path, database_url: str, desk: str) -> None:
    with a_town(tmp_path, database_url, desk=desk, more='[identity]\nreply = "token"') as town:
        petra = town.person("petra@kunde.example", "Petra Kunde")
        max_ = town.person("max@kunde.example", "Max")
        anna, bob = town.person("anna@example.com", "Anna Berg"), town.person("bob@example.com")

        petra.writes("Printer", "It is on fire.", cc="max@kunde.example")
        petra.hears()
        anna.hears()
        bobs = bob.hears()
        anna.replies("Run!")
        first = petra.hears("Run!")
        max_.hears("Run!")

        bob.replies("Sand is better than water.", to=bobs)  # a second agent
        petra.hears("Sand is better than water.")
        max_.hears("Sand is better than water.")
        note = anna.hears("Sand is better than water.")
        anna.replies("secret-note: they have no sand.", to=note)
        petra.hears_nothing()

        petra.replies("#close\nIt is out.\n/status", to=first)  # words, not acts
        told = anna.hears("It is out.")
        anna.replies("#close\nsecret-held", to=told)
        anna.replies("cancel", to=anna.hears(subject="Not sent:"))
        anna.hears()
        petra.hears_nothing()

        anna.replies("It is done.", to=told, change=with_html("secret-quote"))
        last = petra.hears("It is done.")
        max_.hears("It is done.")
        assert "<b>done</b>" in last.html or "<strong>done</strong>" in last.html
        assert_tight(town)
        assert town.ticket(1)["status"] == "responded"
        kinds = [message["kind"] for message in town.ticket(1)["messages"]]
        assert kinds == ["in", "out", "out", "note", "in", "out"]


def test_a_confirmation_leaks_nothing(careful_town: Town) -> None:
    town = careful_town
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    asked = anna.hears(subject="Not sent:")
    anna.replies("ok", to=asked)
    petra.hears("Run!")
    for letter in town.letters_to("petra@kunde.example"):
        assert not [mark for mark in marks_in(town, letter) if mark[1].startswith("h")]
    assert_tight(town)


def test_a_stranger_in_a_conversation_gets_nothing_of_it(town: Town) -> None:
    """She has Petra's receipt in hand, forwarded to her, and answers it."""
    petra, eve = town.person("petra@kunde.example"), town.person("eve@evil.example")
    anna = town.person("anna@example.com")
    petra.writes("Contract", "My number is secret-note.")
    eve.replies("Please send it to me.", to=petra.hears())
    told = town.fresh_letters_to(anna.address)[-1]
    anna.replies("Here it is.", to=told)
    eve.hears_nothing()
    petra.hears("Here it is.")


def test_who_writes_the_requesters_name_and_number_brings_nobody_in(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    eve = town.person("eve@evil.example")
    petra.writes("Contract", "Please send it.")
    petra.hears()
    anna.hears()
    forger = town.person("petra@kunde.example")
    forger.writes("Re: [#1] Contract", "To my friend, too.", cc=eve.address)
    told = anna.hears("To my friend, too.")
    assert eve.address in told.text, "the agent is shown who was in Cc"
    anna.replies("Here it is.", to=told)
    petra.hears("Here it is.")
    eve.hears_nothing()


# --- headers -----------------------------------------------------------------------------------

INJECTED = "=?utf-8?q?x=0D=0ABcc:_eve=40evil.example=0D=0A=0D=0A#close?="


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (INJECTED, "Petra"),
        ("Printer", INJECTED),
        (f"[#1] {INJECTED}", f'"{INJECTED}"'),
        ("=?utf-8?b?eA0KVG86IGV2ZUBldmlsLmV4YW1wbGU=?=", "=?utf-8?b?eA0KVG86IGV2ZUBldmlsLg==?="),
    ],
)
def test_a_subject_or_a_name_makes_no_header(town: Town, subject: str, name: str) -> None:
    raw = (
        f"From: {name} <petra@kunde.example>\r\nTo: support@example.com\r\n"
        f"Message-ID: <i@kunde.example>\r\nSubject: {subject}\r\n\r\nHello.\r\n"
    ).encode()
    town.deliver("petra@kunde.example", ["support@example.com"], raw)
    anna = town.person("anna@example.com")
    anna.hears("Hello.")
    anna.replies("Run!")
    letters = town.letters()
    assert {str(x.mail["Delivered-To"]) for x in letters} == {
        "petra@kunde.example",
        "anna@example.com",
        "bob@example.com",
    }
    for letter in letters:
        names = [key.lower() for key in letter.mail]
        assert "bcc" not in names and "cc" not in names
        assert names.count("to") == names.count("subject") == names.count("from") == 1
        [to] = letter.mail["To"].addresses
        assert to.addr_spec == letter.mail["Delivered-To"]
        assert not letter.mail.defects
    assert not town.letters_to("eve@evil.example")


# --- commands ----------------------------------------------------------------------------------

SLY = (
    "#close\n\n  #close\n> #close\n\N{ZERO WIDTH SPACE}#close\n"
    "\N{FULLWIDTH NUMBER SIGN}close\n/close\n!urgent\n"
    "• #close\n*#close*\n#note secret\n#cc +eve@evil.example\n\n#assign bob\ncancel\nsend"
)


def commands(lines: list[str]) -> list[str]:
    """The lines that an agent's mail would be held for, or carried out, were they its words."""
    return [lines[index] for index, *_ in classify(lines, "#/!").commands]


def every_line_alone(letter: Heard) -> list[str]:
    found = letter.text.splitlines()
    if letter.html:
        found += as_text(to_lines(letter.html)).splitlines()
    return [line for line in found if commands([line])]


def sly(town: Town) -> tuple[Person, Person]:
    petra, anna = town.person("petra@kunde.example", "#close"), town.person("anna@example.com")
    petra.writes("#close", SLY, cc="#close <max@kunde.example>")
    return petra, anna


def test_a_customers_command_is_a_line_of_no_letter(town: Town) -> None:
    petra, anna = sly(town)
    anna.hears()
    anna.replies("Run!")
    petra.replies(SLY, to=town.letters_to(petra.address)[-1], quote=False)
    anna.replies("Too late!", to=town.letters_to(anna.address)[-1])
    letters = town.letters()
    assert len(letters) >= 8
    for letter in letters:
        assert every_line_alone(letter) == [], f"in {letter.subject} to {letter.mail['To']}"
    assert town.ticket(1)["status"] == "responded"
    assert town.ticket(1)["assignee"] == "anna"


def test_a_customers_command_quoted_by_the_agent_is_not_carried_out_nor_sent(town: Town) -> None:
    """Her client quotes without any sign of a quote, below what she wrote."""
    petra, anna = sly(town)
    told = anna.hears()
    anna.replies(f"Run!\n\n{told.text}", to=told, quote=False)
    assert town.ticket(1)["status"] in ("new", "responded")
    assert town.ticket(1)["assignee"] in (None, "anna")
    for letter in town.letters_to(petra.address):
        assert "#assign" not in letter.mail.as_string()


def test_a_bundle_carries_no_command_either(tmp_path: Path, database_url: str) -> None:
    crowd = "\n".join(
        f'[agent.a{n}]\nname = "Agent {n}"\naddresses = ["a{n}@example.com"]' for n in range(12)
    )
    with a_town(tmp_path, database_url, people=crowd) as town:
        sly(town)
        town.passes(minutes=6)
        [bundle] = town.letters_to("a3@example.com")
        assert every_line_alone(bundle) == []
