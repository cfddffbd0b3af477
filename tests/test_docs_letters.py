"""The pages for agents and for customers: their sample mails are what the templates say now, and
what they tell to write is understood."""

import re
from pathlib import Path

import pytest
from command_desk import context
from docs_letters import BLOCK, PAGES, letters, renewed

from postdesk.rules.agent_mail import Run, read_agent_mail
from postdesk.rules.customer_words import customer_word
from postdesk.rules.offers import OFFERS, SCORES

AGENTS, CUSTOMERS = PAGES
MAIL = re.compile(r"^```mail\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"`([#/!][^`\n]+)`")
WORD = re.compile(r"^\| `([\w ]+)` \|", re.MULTILINE)
READING = 230  # words a minute, of a grown-up who reads slowly


def prose(page: Path) -> str:
    """What is read from the beginning to the end: without samples and the table of commands."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_sample_mails_are_what_the_templates_say_now(page: Path) -> None:
    text = page.read_text("utf-8")
    assert renewed(text) == text, "make docs writes them anew"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (AGENTS, {"notification", "hold", "view"}),
        (CUSTOMERS, {"receipt", "answer", "solution", "closed"}),
    ],
    ids=["agents", "customers"],
)
def test_each_page_shows_what_its_reader_gets(page: Path, shown: set[str]) -> None:
    found = [block["letter"] for block in BLOCK.finditer(page.read_text("utf-8"))]
    assert set(filter(None, found)) == shown
    assert shown <= set(letters())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_is_read_in_five_minutes(page: Path) -> None:
    text = re.sub(r"<!-- commands -->.*?<!-- end -->", "", page.read_text("utf-8"), flags=re.DOTALL)
    samples = len(text.split()) - len(prose(page).split())
    # A sample is looked at, not read out: a third of its words.
    assert len(prose(page).split()) + samples / 3 < 5 * READING


def test_the_mails_that_agents_are_told_to_write_are_carried_out() -> None:
    mails = MAIL.findall(AGENTS.read_text("utf-8"))
    assert len(mails) >= 2
    for mail in mails:
        ticket = None if "#for" in mail else 1042
        found = read_agent_mail(mail, context(ticket=ticket))
        assert isinstance(found, Run) and found.orders and found.text, found


def test_every_command_in_a_sentence_is_one() -> None:
    lines = COMMAND.findall(prose(AGENTS))
    assert len(lines) > 25
    found = {line: read_agent_mail(f"{line}\nSo it is.", context()) for line in lines}
    alone = {line: read_agent_mail(line, context()) for line in lines}
    held = [n for n in lines if not isinstance(found[n], Run) and not isinstance(alone[n], Run)]
    assert held == ["#end"]  # it orders nothing, and ends the mail


@pytest.mark.parametrize("word", WORD.findall(CUSTOMERS.read_text("utf-8")))
def test_the_words_for_customers_are_understood(word: str) -> None:
    offered = [name for names in OFFERS.values() for name in names]
    found = customer_word(word, offered, "en")
    assert found is not None and found.word == word


def test_customers_are_told_of_every_word() -> None:
    told = set(re.findall(r"`([\w ]+)`", CUSTOMERS.read_text("utf-8")))
    offered = {name for names in OFFERS.values() for name in names}
    assert offered - set(SCORES) == told


def test_a_page_that_is_old_is_seen() -> None:
    old = "<!-- letter: closed -->\nold\n<!-- end -->"
    assert renewed(old) != old
    assert renewed(renewed(old)) == renewed(old)
