"""A letter to an agent comes back quoted in the reply: nothing of it is taken for new words.

Each language is tried with the lines by which mail clients in that language introduce a quote
(``tests/mailbox/replies``).
"""

import tomllib
from pathlib import Path

import pytest

from postdesk.mailbox.quote import new_text
from postdesk.rules.customer_words import Word, customer_word
from postdesk.rules.hold import is_ours, leak_of
from postdesk.templates.catalogue import LANGUAGES, catalogue, forms
from postdesk.templates.render import Renderer
from postdesk.templates.sample import SAMPLES
from postdesk.templates.views import LETTERS, values
from postdesk.templates.words import labels

REPLIES = Path(__file__).parents[1] / "mailbox" / "replies"
RENDERER = Renderer()
WORDS = "It is on its way.\nAnna"
# Every letter that has the line to write above.
TO_AGENTS = tuple(
    name for name in LETTERS if "reply_line" in RENDERER.shelf.source(f"letters/{name}.txt.j2")
)


def letters_in(language: str) -> list[str]:
    return [
        RENDERER.render(name, language, values(SAMPLES[sample][name])).text
        for name in TO_AGENTS
        for sample in ("full", "bare")
    ]


def introductions(language: str, kind: str) -> list[str]:
    found: list[str] = tomllib.loads((REPLIES / f"{language}.toml").read_text("utf-8"))[kind]
    return found


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def test_most_letters_to_agents_are_tried() -> None:
    assert {"notification", "hold", "transcript", "digest", "approval"} <= set(TO_AGENTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quoted_letter_leaves_nothing_but_the_new_words(language: str) -> None:
    for letter in letters_in(language):
        for intro in introductions(language, "marked"):
            assert new_text(f"{WORDS}\n\n{intro}\n\n{quoted(letter)}\n") == WORDS
            assert new_text(f"{WORDS}\n\n{quoted(intro)}\n>\n{quoted(letter)}\n") == WORDS
        for intro in introductions(language, "unmarked"):
            assert new_text(f"{WORDS}\n\n{intro}\n\n{letter}") == WORDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_no_introduction_the_line_to_write_above_cuts(language: str) -> None:
    line = labels(language).reply_line
    for letter in letters_in(language):
        whole = f"{WORDS}\n\n{letter}"
        assert new_text(whole) == whole.partition(line)[0].strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_line_of_a_letter_never_goes_to_a_customer(language: str) -> None:
    for phrase in catalogue(language).sections["reply"].values():
        [form] = forms(phrase)
        line = form.format(name="Petra", address="support@example.com")
        for shown in (line, f"> {line}", f"  *{line}*", f"| {line}"):
            assert is_ours(shown), shown
            assert leak_of(f"{WORDS}\n{shown}\n", ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_to_write_above_never_goes_to_a_customer(language: str) -> None:
    assert leak_of(f"{WORDS}\n> {labels(language).reply_line}\n", ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_a_letter_offers_are_understood(language: str) -> None:
    offered = catalogue(language).sections["customer_word"]
    for name, shown in offered.items():
        assert customer_word(str(shown), offered, language) == Word(name), shown
