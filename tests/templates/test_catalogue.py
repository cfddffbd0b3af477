import re
from pathlib import Path

import pytest

import postdesk.templates.catalogue as home
from postdesk.templates.catalogue import (
    HARD_BLANK,
    LANGUAGES,
    catalogue,
    closest,
    forms,
    places,
)
from postdesk.templates.plural import CATEGORIES
from postdesk.templates.reach import is_command
from postdesk.templates.views import LETTERS
from postdesk.templates.words import direction, given

ENGLISH = catalogue("en")
TOP = Path(home.__file__).parents[1]
SAID = re.compile(r"""\b(?:say|label)\(\s*["']([\w.-]+)["']""")
NAMED = re.compile(r"""named\(\s*["'](\w+)["']""")
# Sections whose phrases are asked for by names that come with a letter.
BY_NAME = {
    "words", "status", "why", "sentence", "verb", "verb_group", "usage", "customer_word", "offer",
    "rating", "hold_word", "act", "person", "view",
}  # fmt: skip
OFFERED = {"approval.yes", "approval.no"}
# What has no place in the text, or none in the page: buttons, the preview, a column of addresses.
ONE_TWIN = {
    "receipt.preview", "hold.preview", "hold.button", "notification.button",
    "notification.write_to", "bundle.answer", "fact.title", "customer_help.write", "closed.how",
    "solution.solved", "approval.asks", "status_letter.is", "merged.one", "agent_help.where",
}  # fmt: skip


def phrases_of(file: str) -> set[str]:
    parts = (TOP / "templates/letters/_parts.html.j2").read_text("utf-8")
    source = (TOP / "templates/letters" / file).read_text("utf-8")
    if "part.foot(" in source:
        source += parts
    return set(SAID.findall(source))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_phrase_or_has_one_too_many(language: str) -> None:
    found = catalogue(language)
    assert set(found.keys()) == set(ENGLISH.keys())
    assert {name: len(found.lists[name]) for name in found.lists} == {
        "days": 7,
        "months": 12,
        "urgency": 5,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_has_the_places_of_the_english_one(language: str) -> None:
    for key in ENGLISH.keys():  # noqa: SIM118 - not a mapping
        ours, theirs = catalogue(language).phrase(key), ENGLISH.phrase(key)
        wanted = places(forms(theirs)[-1])
        for form in forms(ours):
            spare = set() if isinstance(ours, str) else {"count"}  # "a mistake", "two tickets"
            assert wanted - spare <= places(form) <= wanted, (key, form)
            assert form.count("*") == forms(theirs)[-1].count("*"), (key, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_with_a_number_has_a_form_for_each_category(language: str) -> None:
    for key in ENGLISH.keys():  # noqa: SIM118
        ours = catalogue(language).phrase(key)
        assert isinstance(ours, str) == isinstance(ENGLISH.phrase(key), str), key
        if not isinstance(ours, str):
            assert set(ours) == set(CATEGORIES[language]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_is_a_tidy_line_that_is_no_command_and_no_template(language: str) -> None:
    for key in catalogue(language).keys():  # noqa: SIM118
        for form in forms(catalogue(language).phrase(key)):
            assert form and " ".join(form.split()) == form.replace(HARD_BLANK, " "), key
            assert not is_command(form), key
            assert not re.search(r"\{[^a-z]|[{%]\{|<[a-z/]", form), key


def test_no_line_ends_before_a_mark_that_french_sets_apart() -> None:
    french = catalogue("fr")
    assert french.phrase("hold.subject") == "Non envoyé\u00a0:"
    assert french.phrase("agent_help.example") == "Par exemple «\u00a0{line}\u00a0»"


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_lines_and_the_line_to_write_above_are_known_in_every_language(language: str) -> None:
    sections = catalogue(language).sections
    assert re.fullmatch(r"##- [^#]+ -##", str(sections["words"]["reply_line"]))
    arrow = given(language)["arrow"]
    for first in sections["reply"].values():
        assert re.match(rf"\w{{2,20}} {arrow} ", str(first))


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if direction(tag) == "rtl"])
def test_numbers_and_commands_are_turned_the_way_they_are_read(language: str) -> None:
    for key in catalogue(language).keys():  # noqa: SIM118
        for form in forms(catalogue(language).phrase(key)):
            assert not re.search(r"(?<!\u200e)#[\w{★]", form), key


def test_every_phrase_is_said_somewhere() -> None:
    sources = [*(TOP / "templates").glob("letters/*.j2"), *TOP.glob("[a-z]*/*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    by_name = BY_NAME | set(NAMED.findall(text))
    asked = {key for key in ENGLISH.keys() if key.partition(".")[0] not in by_name}  # noqa: SIM118
    assert asked - set(SAID.findall(text)) == OFFERED


@pytest.mark.parametrize("name", LETTERS)
def test_text_and_page_of_a_letter_say_the_same(name: str) -> None:
    text, page = phrases_of(f"{name}.txt.j2"), phrases_of(f"{name}.html.j2")
    either_foot = {"common.foot", "common.foot_ticket"}
    assert text ^ page <= ONE_TWIN | either_foot


@pytest.mark.parametrize(
    ("asked", "found"),
    [("de", "de"), ("de-AT", "de"), ("DE_at", "de"), ("xx", "en"), ("", "en"), ("d" * 99, "en")],
)
def test_the_closest_language_is_found_by_its_tag(asked: str, found: str) -> None:
    assert closest(asked) == found
