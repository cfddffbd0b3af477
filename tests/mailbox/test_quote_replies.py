"""Replies of many clients in many languages: the new words come out, and no reply comes out empty.

``replies/*.toml`` holds, for each language, how clients introduce a quote (``marked``: a letter in
``>`` lines follows; ``unmarked``: it follows bare) and what telephones add; the styles below put
them together the way people post.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from postdesk.mailbox.quote import new_text

FOLDER = Path(__file__).with_name("replies")
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
MARKER = "##- reply above this line -##"
EXACT = 0.97  # of all replies


@dataclass(frozen=True)
class Words:
    """What one language's file says."""

    answer: str
    second: str
    letter: str
    forward: str
    footer: list[str]
    marked: list[str]
    unmarked: list[str]


@dataclass(frozen=True)
class Reply:
    name: str
    text: str
    new: str


def words(language: str) -> Words:
    return Words(**tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")))


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def replies(language: str) -> Iterator[Reply]:
    said = words(language)
    for number, intro in enumerate(said.marked):
        for style, text, new in marked_styles(said, intro):
            yield Reply(f"{language} marked {number} {style}", text, new)
    for number, intro in enumerate(said.unmarked):
        for style, text, new in unmarked_styles(said, intro):
            yield Reply(f"{language} unmarked {number} {style}", text, new)
    for number, footer in enumerate(said.footer):
        for style, text, new in footer_styles(said, footer):
            yield Reply(f"{language} footer {number} {style}", text, new)
    forwarded = f"{said.second}\n\n{said.forward}\n\n{said.letter}"
    yield Reply(f"{language} forwarded", forwarded, forwarded)


def marked_styles(said: Words, intro: str) -> Iterator[tuple[str, str, str]]:
    quote, answer, second = quoted(said.letter), said.answer, said.second
    ours = f"{intro}\n\n{quoted(MARKER)}\n>\n{quote}"
    yield "top", f"{answer}\n\n{intro}\n\n{quote}\n", answer
    yield "top, close", f"{answer}\n{intro}\n{quote}", answer
    yield "top, signed", f"{answer}\n\n-- \nPetra Kunde\nKunde GmbH\n\n{intro}\n\n{quote}\n", answer
    yield "top, ours", f"{answer}\n\n{ours}\n", answer
    yield "Apple", f"{answer}\n\n{quoted(intro)}\n>\n{quote}", answer
    yield "bottom", f"{intro}\n\n{quote}\n\n{answer}\n", answer
    yield "bottom, signed", f"{intro}\n{quote}\n\n{answer}\n\n-- \nPetra Kunde\n", answer
    first, _, rest = quote.partition("\n")
    between = f"{first}\n\n{answer}\n\n{rest}\n\n{second}"
    yield "between", f"{intro}\n{between}\n\n{quote}\n", between
    if "@" in intro:
        yield "top, bare", f"{answer}\n\n{intro}\n\n{said.letter}\n", answer
        yield "top, bare, ours", f"{answer}\n\n{intro}\n\n{MARKER}\n\n{said.letter}\n", answer


def unmarked_styles(said: Words, intro: str) -> Iterator[tuple[str, str, str]]:
    answer, rule = said.answer, "_" * 32
    yield "top", f"{answer}\n\n{intro}\n\n{said.letter}\n", answer
    yield "ruled", f"{answer}\n\n{rule}\n{intro}\n\n{said.letter}\n", answer
    yield "footed", f"{answer}\n\n{said.footer[0]}\n\n{intro}\n\n{said.letter}\n", answer
    yield "ours", f"{answer}\n\n{intro}\n\n{MARKER}\n\n{said.letter}\n", answer
    yield "quoted", f"{answer}\n\n{intro}\n\n{quoted(said.letter)}\n", answer
    yield "CRLF", f"{answer}\n\n{intro}\n\n{said.letter}\n".replace("\n", "\r\n"), answer


def footer_styles(said: Words, footer: str) -> Iterator[tuple[str, str, str]]:
    yield "below", f"{said.answer}\n\n{footer}\n", said.answer
    yield "alone", footer, footer
    intro = said.marked[0]
    yield "above a quote", f"{said.answer}\n\n{footer}\n\n{intro}\n{quoted('x')}", said.answer


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


ALL = [reply for language in LANGUAGES for reply in replies(language)]


def test_nearly_all_replies_give_exactly_their_new_words() -> None:
    wrong = [reply for reply in ALL if trimmed(new_text(reply.text)) != trimmed(reply.new)]
    for reply in wrong:
        print(f"== {reply.name}\n{reply.text}\n-- gave\n{new_text(reply.text)}")
    assert len(ALL) > 200
    assert 1 - len(wrong) / len(ALL) >= EXACT, f"{len(wrong)} of {len(ALL)} are wrong"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_comes_out_empty(language: str) -> None:
    for reply in replies(language):
        assert new_text(reply.text).strip(), reply.name


def test_twenty_languages_are_tried() -> None:
    must = {"en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "uk"}
    must |= {"cs", "sv", "da", "fi", "tr", "ja", "zh", "ko", "ar", "he"}
    assert must <= set(LANGUAGES)
