"""Answers in colour, between the lines of a quote: a customer's are shown, an agent's are asked."""

from collections.abc import Callable
from email.message import EmailMessage
from html import escape

import pytest
from stories.town import Heard, Person, Town

INSIDE = "[written inside the quoted mail]"
ASKED = """\
Good morning,

the pump in hall two has stopped, and the lamp on it is red.
Is there a spare part in the house?
When can somebody come and look at it? It is urgent for us.

Kind regards
Petra
"""
QUESTION = "Is there a spare part in the house?"
SAID = "Yes, two of them lie in store B."
TOP = "See my answers below."

Style = Callable[[Heard], Callable[[EmailMessage], None]]


def answered(letter: Heard) -> str:
    assert QUESTION in letter.text
    return letter.text.replace(QUESTION, f"{QUESTION}\n{SAID}")


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def outlook(letter: Heard) -> Callable[[EmailMessage], None]:
    """A header on top and no marks; the HTML has the colour, the text has nothing."""

    def change(mail: EmailMessage) -> None:
        head = (
            "From: Petra via Example Support <support@example.com>\nSent: Monday, 23 November 2026 "
            f"10:00\nTo: Anna Berg <anna@example.com>\nSubject: {letter.subject}\n\n"
        )
        mail.set_content(f"{TOP}\n\n{head}{answered(letter)}")

    return change


def gmail(letter: Heard) -> Callable[[EmailMessage], None]:
    """Marks in the text, a blockquote in the page, the answer in red within it."""

    def change(mail: EmailMessage) -> None:
        who = "On Mon, 23 Nov 2026 at 10:00, Petra via Example Support <support@example.com> wrote:"
        mail.set_content(f"{TOP}\n\n{who}\n\n{marked(answered(letter))}\n")
        page = "<br>".join(escape(line) for line in answered(letter).splitlines())
        page = page.replace(escape(SAID), f'<span style="color:red">{escape(SAID)}</span>')
        mail.add_alternative(
            f'<div>{TOP}</div><div class="gmail_quote"><div class="gmail_attr">{escape(who)}</div>'
            f"<blockquote>{page}</blockquote></div>",
            subtype="html",
        )

    return change


def apple(letter: Heard) -> Callable[[EmailMessage], None]:
    """The introduction is quoted, too."""

    def change(mail: EmailMessage) -> None:
        who = "On 23. Nov 2026, at 10:00, Petra via Example Support <support@example.com> wrote:"
        mail.set_content(f"{TOP}\n\n> {who}\n>\n{marked(answered(letter))}\n")

    return change


def thunderbird(letter: Heard) -> Callable[[EmailMessage], None]:
    """Only a page: typed within the cited block."""

    def change(mail: EmailMessage) -> None:
        page = "<br>".join(escape(line) for line in answered(letter).splitlines())
        mail.set_content(
            f'<p>{TOP}</p><div class="moz-cite-prefix">On 23.11.26 10:00, Petra via Example '
            f'Support wrote:<br></div><blockquote type="cite">{page}</blockquote>',
            subtype="html",
        )

    return change


def plain(letter: Heard) -> Callable[[EmailMessage], None]:
    """Wrapped anew at 60 columns by the sender's client, every line marked."""

    def change(mail: EmailMessage) -> None:
        text = answered(letter).replace("has stopped, and", "has stopped,\nand")
        mail.set_content(
            f"{TOP}\n\nPetra via Example Support wrote on 2026-11-23 10:00:\n{marked(text)}\n"
        )

    return change


def coloured(letter: Heard) -> Callable[[EmailMessage], None]:
    """The letter's own page, as it came, with a coloured span in a block of it."""

    def change(mail: EmailMessage) -> None:
        page = letter.html or "<br>".join(escape(line) for line in letter.text.splitlines())
        at = page.index(QUESTION) + len(QUESTION)
        page = f'{page[:at]}<br><span style="color:#c00000"><b>{SAID}</b></span>{page[at:]}'
        mail.set_content(
            f"<p>{TOP}</p><hr><p><b>From:</b> Example Support &lt;support@example.com&gt;<br>"
            "<b>Sent:</b> Monday, 23 November 2026 10:00<br><b>To:</b> Anna Berg<br>"
            f"<b>Subject:</b> {letter.subject}</p><blockquote>{page}</blockquote>",
            subtype="html",
        )

    return change


STYLES = (outlook, gmail, apple, thunderbird, plain, coloured)


def without(style: Style, letter: Heard) -> Callable[[EmailMessage], None]:
    """The same reply with nothing inside the quote."""

    def change(mail: EmailMessage) -> None:
        style(letter)(mail)
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                kind = part.get_content_subtype()
                text = str(part.get_content())
                for said in (f"<b>{SAID}</b>", f"\n> {SAID}", f"\n{SAID}", f"{SAID}<br>", SAID):
                    text = text.replace(said, "")
                part.set_content(text, subtype=kind)

    return change


def reply(person: Person, letter: Heard, change: Callable[[EmailMessage], None]) -> None:
    person.replies("", to=letter, quote=False, change=change)


@pytest.mark.parametrize("style", STYLES)
def test_an_agents_words_inside_the_quote_hold_the_mail(town: Town, style: Style) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", ASKED)
    petra.hears()
    reply(anna, anna.hears(), style(anna.last or anna.hears()))
    anna.hears(f"words of yours inside the quoted mail: {SAID.rstrip('.')}")
    petra.hears_nothing()
    anna.replies("send", quote=False)
    heard = petra.hears(TOP)
    assert SAID not in heard.text


@pytest.mark.parametrize("style", STYLES)
def test_an_agents_quote_alone_holds_nothing(town: Town, style: Style) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", ASKED)
    petra.hears()
    reply(anna, anna.hears(), without(style, anna.last or anna.hears()))
    heard = petra.hears(TOP)
    assert "Kind regards" not in heard.text
    anna.hears_nothing()


@pytest.mark.parametrize("style", STYLES)
def test_a_customers_words_inside_the_quote_are_shown(town: Town, style: Style) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", "It has stopped.")
    petra.hears()
    anna.hears()
    anna.replies(ASKED.replace("Petra", "Anna").replace("for us", "for you"))
    answer = petra.hears(QUESTION)
    reply(petra, answer, style(answer))
    told = anna.hears(SAID)
    assert INSIDE in told.text and TOP in told.text
    words = town.ticket(1)["messages"][-1]["text"]
    assert words.startswith(TOP) and words.endswith(f"{INSIDE}\n{SAID}")


@pytest.mark.parametrize("style", STYLES)
def test_a_customers_quote_alone_shows_nothing_more(town: Town, style: Style) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", "It has stopped.")
    petra.hears()
    anna.hears()
    anna.replies(ASKED.replace("Petra", "Anna").replace("for us", "for you"))
    answer = petra.hears(QUESTION)
    reply(petra, answer, without(style, answer))
    assert town.ticket(1)["messages"][-1]["text"] == TOP


def test_an_agents_answer_that_stands_only_inside_is_sent_when_she_says_so(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", ASKED)
    petra.hears()
    told = anna.hears()

    def change(mail: EmailMessage) -> None:
        outlook(told)(mail)
        mail.set_content(str(mail.get_content()).replace(f"{TOP}\n\n", ""))

    reply(anna, told, change)
    anna.hears("words of yours inside the quoted mail")
    petra.hears_nothing()
    anna.replies("send", quote=False)
    heard = petra.hears(SAID.rstrip("."))
    assert "Reply →" not in heard.text and "Kind regards" not in heard.text


def test_of_quoted_lines_only_the_customers_go_along(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", ASKED)
    petra.hears()
    told = anna.hears()

    def change(mail: EmailMessage) -> None:
        text = told.text.replace(QUESTION, f"{QUESTION}\n\0")
        quoted = marked(text).replace("> \0", f"\n{SAID}\n")
        quoted = quoted.replace(
            ">   Assigned   nobody yet", ">   Assigned   nobody yet\n\nI do it.\n"
        )
        mail.set_content(f"On Mon, 23 Nov 2026 at 10:00, Support wrote:\n\n{quoted}\n")

    reply(anna, told, change)
    heard = petra.hears(SAID)
    assert f"> | {QUESTION}" in heard.text and "I do it." in heard.text
    assert "nobody yet" not in heard.text
