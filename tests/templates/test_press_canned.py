"""Canned replies: plain values in, words out; whatever else stands in them is refused."""

import pytest

from postdesk.templates.press_canned import SAMPLE, CannedError, canned, check_canned, text_for

TEXTS = {"": "Hello", "de": "Hallo", "en": "Hi", "pt": "Olá"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello {{ customer.name }},", "Hello Petra Kunde,"),
        ("#{{ ticket.number }}: {{ ticket.title|upper }}", "#1042: INVOICE 4711"),
        ("{% if customer.name %}Dear {{ customer.name }}{% endif %}", "Dear Petra Kunde"),
        ("{{ ticket.fields.order|default('your order') }}", "your order"),
        ("Yours, {{ agent.name }}\n{{ desk.name }}", "Yours, Anna\nExample Support"),
    ],
)  # fmt: skip
def test_a_reply_in_words(text: str, words: str) -> None:
    assert check_canned(text) == []
    assert canned({"": text}, "en", "en", SAMPLE) == words


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("Hello {{ custmer.name }}", 1, "did you mean 'customer'"),
        ("Hello\n{{ customer.nmae }}", 2, "nmae"),
        ("Hello {{ customer.name", 1, "end of"),
        ("{% for x in customer %}{{ x }}{% endfor %}", 1, "for cannot stand"),
        ("{{ 'a' * 10 ** 9 }}", 1, "cannot stand"),
        ("{{ 'a'|center(1000000000) }}", 1, "no filter 'center'"),
        ("{{ customer.__class__ }}", 1, "__class__"),
        ("{% include 'x' %}", 1, "include cannot stand"),
        ("{{ customer.name.upper() }}", 1, "call cannot stand"),
    ],
)
def test_what_is_refused_says_where(text: str, line: int, what: str) -> None:
    [mistake] = check_canned(text)
    assert mistake.line == line
    assert what in mistake.what


def test_a_customers_words_are_never_a_template() -> None:
    values = {**SAMPLE, "customer": {"name": "{{ desk.name }}", "address": ""}}
    assert canned({"": "Hi {{ customer.name }}"}, "en", "en", values) == "Hi {{ desk.name }}"


def test_a_field_that_a_ticket_does_not_have_is_told() -> None:
    with pytest.raises(CannedError, match="order"):
        canned({"": "{{ ticket.fields.order }}"}, "en", "en", SAMPLE)


@pytest.mark.parametrize(
    ("language", "fallback", "words"),
    [
        ("de", "en", "Hallo"),
        ("de-AT", "en", "Hallo"),
        ("pt-BR", "en", "Olá"),
        ("fr", "de", "Hallo"),
        ("fr", "it", "Hello"),
    ],
)
def test_the_closest_language_is_taken(language: str, fallback: str, words: str) -> None:
    assert text_for(TEXTS, language, fallback) == words
