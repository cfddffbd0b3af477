"""History as people read it: names for handles, labels, dates in their zone."""

import pytest

from postdesk.daemon.history_words import Teller
from postdesk.rules.people import Agent, People
from postdesk.rules.workflow import DEFAULT

PEOPLE = People({"bob": Agent("bob", "Bob Stone", ("bob@example.com",))})
ENGLISH = Teller("en", "Europe/Berlin", PEOPLE, DEFAULT)
GERMAN = Teller("de", "Europe/Berlin", PEOPLE, DEFAULT)


@pytest.mark.parametrize(
    ("act", "detail", "sentence"),
    [
        ("opened", {"title": "x", "requester": "y"}, "opened"),
        ("assigned", {"to": "bob", "why": "their turn"}, "assigned: Bob Stone"),
        ("assigned", {"to": "gone"}, "assigned: gone"),
        ("status", {"status": "in-progress"}, "status: in progress"),
        ("urgency", {"urgency": 5}, "urgency: ★★★★★ critical"),
        ("tags", {"added": ["a"], "removed": ["b"]}, "tags: +a -b"),
        ("due", {"by": "2026-11-27T16:00:00.000000Z"}, "due: Fri 27 Nov 2026, 17:00 CET"),
        ("due", {"by": None}, "due"),
        ("notified", {"agents": ["bob"], "why": "assigned"}, "told: Bob Stone (Assigned to you)"),
        ("merged", {"into": 7}, "merged: #7"),
        ("field", {"name": "order", "value": "4711"}, "field: order, 4711"),
        ("category", {"category": None}, "category"),
        ("an act of tomorrow", {"what": ["a", "b"], "not": []}, "an act of tomorrow: a, b"),
    ],
)
def test_a_line_in_a_few_words(act: str, detail: dict[str, object], sentence: str) -> None:
    assert ENGLISH.sentence({"act": act, "detail": detail}) == sentence


def test_it_is_told_in_the_readers_language() -> None:
    row = {"act": "status", "detail": {"status": "closed"}}
    assert GERMAN.sentence(row) != ENGLISH.sentence(row)


def test_long_details_are_cut() -> None:
    words = ENGLISH.sentence({"act": "solution", "detail": {"words": "very long " * 90}})
    assert len(words) < 230 and words.endswith("…")
