"""Fields, canned replies, views and aliases out of rule files."""

import pytest

from postdesk.rules.book import Book
from postdesk.rules.condition import ALWAYS, All, Test
from postdesk.rules.own import CannedReply, Field, OwnView
from postdesk.rules.read import read


def book(text: str) -> Book:
    found = read({"1.toml": text})
    assert isinstance(found, Book), found
    return found


def mistakes(text: str) -> list[str]:
    found = read({"1.toml": text}, ["receipt"])
    assert not isinstance(found, Book)
    return [str(mistake).partition("\n")[0] for mistake in found]


def test_a_field_may_lead_somewhere() -> None:
    link = "https://shop.example/orders/{value}?x={value}"
    found = book(f'[field.order]\nlabel = "Order"\nlink = "{link}"\n[field.floor]').fields
    assert found["order"] == Field("order", "Order", link, "1.toml:1")
    assert found["floor"] == Field("floor", where="1.toml:4")
    assert found["order"].link_to("4711") == "https://shop.example/orders/4711?x=4711"
    assert found["order"].link_to("a/b &c") == (
        "https://shop.example/orders/a%2Fb%20%26c?x=a%2Fb%20%26c"
    )
    assert found["floor"].link_to("3") == ""


REPLIES = """
[reply.refund]
category = "billing"
text.en = "You will have it back."
text.DE = "Sie bekommen es zurück."
text.pt-br = "Você vai receber de volta."

[reply."opening hours"]
text = "We are there from nine to five."
"""


def test_a_canned_reply_has_words_in_some_languages() -> None:
    found = book(REPLIES).replies
    texts = {
        "en": "You will have it back.",
        "de": "Sie bekommen es zurück.",
        "pt-BR": "Você vai receber de volta.",
    }
    assert found["refund"] == CannedReply("refund", texts, "billing", "1.toml:2")
    assert found["opening hours"].texts == {"": "We are there from nine to five."}


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        (("de",), "Sie bekommen"),
        (("de-AT", "en"), "Sie bekommen"),
        (("pt-BR",), "Você"),
        (("fr", "de"), "Sie bekommen"),
        (("fr",), "You will"),  # the first there are
        ((), "You will"),
    ],
)
def test_a_canned_reply_speaks_the_first_language_it_knows(
    languages: tuple[str, ...], words: str
) -> None:
    assert book(REPLIES).replies["refund"].text(*languages).startswith(words)


def test_words_for_any_language_go_before_those_of_another() -> None:
    reply = CannedReply("x", {"de": "Hallo", "": "Hello"})
    assert (reply.text("fr"), reply.text("de"), CannedReply("x").text("de")) == (
        "Hello",
        "Hallo",
        "",
    )


def test_a_view_asks_of_tickets() -> None:
    text = """
    [view."big fish"]
    label = "Big fish"
    when.customer.vip = true
    when.assignee = "me"
    when.field.order.starts_with = "47"
    sort = ["-urgency", "due_at", "field.order"]
    [view.everything]
    """
    found = book(text).views
    assert found["big fish"] == OwnView(
        "big fish",
        All(
            (
                Test("customer.vip", "is", (True,)),
                Test("assignee", "is", ("me",)),
                Test("field.order", "starts_with", ("47",)),
            )
        ),
        "Big fish",
        ("-urgency", "due_at", "field.order"),
        "1.toml:2",
    )
    assert found["everything"].when == ALWAYS


def test_aliases_are_other_words_for_commands() -> None:
    text = """
    [alias]
    "schließen" = "close"
    Dringend = "#urgency 5"
    repariert = "fit"
    money = "refund"
    [status.fit]
    kind = "done"
    [move.fit]
    to = "fit"
    """
    assert book(text + REPLIES).aliases == {
        "schliessen": "close",
        "dringend": "urgency 5",
        "repariert": "fit",
        "money": "refund",
    }


MISTAKES = [
    ('[field."a b"]', '1:8: field "a b": a field begins with a letter and goes on with letters,'),
    ('[field.a]\nlink = "shop"', '2:8: field "a": link must be like "https://shop.example/ord'),
    (
        '[field.a]\nlink = "https://shop.example/"',
        '2:8: field "a": link has no {value} in it: it would be the same for every ticket',
    ),
    ('[field.a]\nlable = "x"', '2:1: field "a": unknown key "lable", did you mean "label"?'),
    ("[reply.a]", '1:8: reply "a": text is missing: text = "..." or, by language, text.de = "..."'),
    ('[reply.a]\ntext = " "', '2:8: reply "a": text must be a text in quotes, or by language'),
    ("[reply.a]\ntext = 3", '2:8: reply "a": text must be a text in quotes, or by language'),
    ('[reply.a]\ntext.german = "x"', '2:6: reply "a": "german" is no language tag like "de"'),
    ("[reply.a]\ntext.de = 3", '2:11: reply "a": text.de must be a text in quotes'),
    ('[reply."#a"]\ntext = "x"', '1:8: reply "#a": a canned reply\'s name holds letters, digits'),
    (
        '[reply.Close]\ntext = "x"',
        '1:8: reply "Close": #Close is a command; a canned reply needs a name of its own',
    ),
    (
        '[reply.fit]\ntext = "x"\n[move.fit]\nto = "new"',
        '1:8: reply "fit": #fit is a command; a canned reply needs a name of its own',
    ),
    ('[reply.receipt]\ntext = "x"', '1:8: reply "receipt": a letter is called so; a rule could'),
    (
        '[reply."Öffnung"]\ntext = "x"\n[reply.offnung]\ntext = "x"',
        '3:8: reply "offnung": "Öffnung" is the same name to whoever types it',
    ),
    ("[view.a]\nwhen = 3", '2:8: view "a": when is a table of conditions'),
    (
        "[view.a]\nwhen.urgncy = 3",
        '2:6: view "a": no rule can ask for "urgncy", did you',
    ),
    ('[view.a]\nwhen.subject = "x"', '2:6: view "a": no rule can ask for "subject"'),
    ('[view.a]\nwhen.assignee = "zoe"', '2:17: view "a": no agent is called "zoe"'),
    ('[view.a]\nsort = ["due_at", "-urgncy"]', '2:19: view "a": tickets cannot be sorted by "urgn'),
    ('[view.a]\nsort = "urgency"', '2:8: view "a": sort must be a list: ["...", "..."]'),
    ('[view."/a"]', '1:7: view "/a": a view\'s name holds letters, digits, spaces and . & + - _'),
    ('[alias]\nzu = "clse"', '2:6: [alias]: there is no command "clse", did you mean "close"?'),
    ('[alias]\nstart = "close"', '2:1: [alias]: "start" is a command already'),
    ('[alias]\n"mach zu" = "close"', '2:1: [alias]: "mach zu" is no verb: one word, which begins'),
    ("[alias]\nzu = 3", "2:6: [alias]: zu must be a text in quotes"),
    ('[alias]\nzu = " "', "2:6: [alias]: zu must name a command"),
    (
        '[alias]\nx = "close"\n[reply.x]\ntext = "x"',
        '2:1: [alias]: "x" is a canned reply already',
    ),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(f"1.toml:{told}")
