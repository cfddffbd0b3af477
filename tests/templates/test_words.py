# ruff: noqa: RUF001
from datetime import UTC, datetime

import pytest

from postdesk.templates.view_parts import Act
from postdesk.templates.words import (
    column,
    direction,
    person,
    sentence,
    size,
    stars,
    way,
    when,
    widest,
)


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/Berlin", "en", "Mon 23 Nov 2026, 04:56 CET"),
        ("Europe/Berlin", "de-AT", "Mo., 23. Nov. 2026, 04:56 Uhr CET"),
        ("UTC", "xx", "Mon 23 Nov 2026, 03:56 UTC"),
        ("Asia/Tokyo", "ja", "2026年11月23日（月）12:56 JST"),
        ("Europe/Warsaw", "pl", "pon. 23 listopada 2026, godz. 04:56 CET"),
        ("Europe/Amsterdam", "nl", "ma 23 nov. 2026, 04:56 uur CET"),
        ("America/Sao_Paulo", "en", "Mon 23 Nov 2026, 00:56 UTC-03"),
        ("../etc/passwd", "en", "Mon 23 Nov 2026, 03:56 UTC"),
        ("Mars/Base", "en", "Mon 23 Nov 2026, 03:56 UTC"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_and_language(
    zone: str, language: str, said: str
) -> None:
    assert when(datetime(2026, 11, 23, 3, 56, tzinfo=UTC), zone, language) == said


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (0, "en", "0 B"),
        (999, "en", "999 B"),
        (14_200, "en", "14 KB"),
        (999_999, "en", "1.0 MB"),
        (2_411_724, "de", "2,4 MB"),
    ],
)
def test_a_size_is_told_as_people_say_it(count: int, language: str, said: str) -> None:
    assert size(count, language) == said


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("net:127.0.0.0/24", "en", "from the network 127.0.0.0/24"),
        ("net:2001:db8::/48", "en", "from the network 2001:db8::/48"),
        ("host:example.net", "en", "from a server of example.net"),
        ("host:example.net", "de", "von einem Server von example.net"),
        ("mail.example.net", "en", "mail.example.net"),
        ("net:", "en", "net:"),
    ],
)
def test_a_way_is_told_in_plain_words(path: str, language: str, said: str) -> None:
    assert way(path, language) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Petra Kunde <petra@kunde.example>", "Petra Kunde <petra@kunde.example>"),
        ("Petra Kunde", "Petra Kunde"),
        ("<petra@kunde.example>", "petra@kunde.example"),
        ("Petra <>", "Petra"),
        ('"Kunde, Petra" <petra@kunde.example>', '"Kunde, Petra" <petra@kunde.example>'),
        ("Petra <3 <petra@kunde.example>", '"Petra <3" <petra@kunde.example>'),
        ("Petra <3", '"Petra <3"'),
        ("", ""),
    ],
)
def test_a_person_in_a_list_cannot_be_read_as_two(text: str, said: str) -> None:
    assert person(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("it has no words", "It has no words."),
        ("It is done.", "It is done."),
        ('a line stands in it: "Reply"', 'A line stands in it: "Reply".'),
        ('she said "Why?"', 'She said "Why?"'),
        ("本文もファイルもありません", "本文もファイルもありません。"),
        ("これは「本文」です。", "これは「本文」です。"),
        ("هل هذا واضح؟", "هل هذا واضح؟"),
        ("", ""),
    ],
)
def test_a_reason_is_a_sentence(text: str, said: str) -> None:
    assert sentence(text) == said


def test_a_column_is_as_wide_as_the_longest_of_its_words() -> None:
    acts = [Act("", word) for word in ("yes", "マイチケット", "my tickets")]
    lines = [column(act.words, widest(acts)) + "|" for act in acts]
    assert lines == ["yes           |", "マイチケット  |", "my tickets    |"]
    assert widest([]) == 2


def test_stars_and_directions() -> None:
    assert [stars(count) for count in (0, 1, 5, 9)] == ["☆☆☆☆☆", "★☆☆☆☆", "★★★★★", "★★★★★"]
    assert [direction(tag) for tag in ("ar-EG", "he", "en", "de")] == ["rtl", "rtl", "ltr", "ltr"]
