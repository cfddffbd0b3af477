"""Phrases find their places in templates, and flat templates say what ordinary ones say."""

import pytest

from postdesk.templates.catalogue import LANGUAGES
from postdesk.templates.render import Renderer
from postdesk.templates.sample import SAMPLES
from postdesk.templates.shelf import LetterError
from postdesk.templates.views import LETTERS, values

HEAD = "Subject: Hello\n\n"
FLAT = Renderer()
# With a letter of its own a desk's templates are watched, and all of them as they were written.
ORDINARY = Renderer({"letters/_own.txt.j2": "words"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", LETTERS)
def test_a_flat_letter_is_the_same_letter(name: str, language: str, sample: str) -> None:
    given = values(SAMPLES[sample][name])
    assert FLAT.render(name, language, given) == ORDINARY.render(name, language, given)


def draw(body: str, language: str = "en", **given: object) -> str:
    own = {"letters/try.txt.j2": HEAD + body, "letters/try.html.j2": body}
    return Renderer(own).render("try", language, given).text


def page(body: str, language: str = "en", **given: object) -> str:
    own = {"letters/try.txt.j2": HEAD + "x", "letters/try.html.j2": body}
    return Renderer(own).render("try", language, given).html


def test_a_phrase_stands_in_the_language_of_the_letter_with_its_values() -> None:
    body = '{{ say("receipt.by", when=day) }}'
    assert draw(body, day="Monday") == "A person will read it and answer you by Monday.\n"
    german = draw(body, "de", day="Montag")
    assert " ".join(german.split()) == "Ein Mensch liest sie und antwortet Ihnen bis Montag."


def test_what_is_strong_is_bold_on_a_page_and_values_are_escaped() -> None:
    found = page('{{ say("receipt.by", when=day) }}', day="<Monday>")
    assert found == "A person will read it and answer you by <b>&lt;Monday&gt;</b>."


def test_a_phrase_can_be_a_value_of_something_else() -> None:
    assert draw('{{ say("reply.team")|upper }}') == "REPLY → TEAM ONLY\n"
    assert draw('{{ say("common.ticket", number=1 + 1)|upper }}') == "TICKET #2\n"
    assert page('{{ x or say("reply.team") }}', x="") == "Reply → team only"


@pytest.mark.parametrize(("count", "said"), [(1, "a mistake."), (2, "2 mistakes.")])
def test_a_number_chooses_the_form_of_a_phrase(count: int, said: str) -> None:
    body = '{{ say("admin.mistakes", count=count, what=what) }}'
    assert draw(body, count=count, what="<b>") == f"The last edit (<b>) has {said}\n"
    assert page(body, count=count, what="<b>") == f"The last edit (&lt;b&gt;) has {said}"


def test_labels_of_a_section_are_as_wide_as_its_widest_but_not_on_a_page() -> None:
    assert draw('{{ label("hold_fact.at") }}x') == "At    x\n"
    assert page('{{ label("hold_fact.at") }} x') == "At x"


def test_a_letter_knows_its_language_and_the_side_it_begins_on() -> None:
    body = "{{ language }} {{ direction }} {{ start }} {{ end }}"
    assert draw(body, "de") == "de ltr left right\n"
    own = {"letters/try.he.txt.j2": HEAD + body}
    assert Renderer(own).render("try", "he", {}).text == "he rtl right left\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{{ say("receipt.thank", number=1) }}', "did you mean 'receipt.thanks'?"),
        ('{{ say("receipt") }}', "there is no phrase 'receipt'"),
        ('{{ say("receipt.thanks") }}', "'receipt.thanks' wants number"),
        ('{{ say("reply.team", name=1) }}', "'reply.team' wants no values"),
        ("{{ say(name) }}", "a phrase is named by its text"),
        ('{{ label("bundle.title") }}', "it has a number"),
    ],
)
def test_a_phrase_that_is_not_there_is_told_with_its_place(body: str, said: str) -> None:
    with pytest.raises(LetterError) as raised:
        draw(f"\n{body}", name="x")
    assert said in raised.value.what
    assert raised.value.line == 4
