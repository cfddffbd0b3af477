"""The desk's own words by language: labels, days, sizes, and the line that says "write above"."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from postdesk.templates.catalogue import candidates, catalogue, closest
from postdesk.templates.measure import cells, padded
from postdesk.templates.plural import category
from postdesk.templates.view_parts import Act

ENDED = re.compile(r"[.!?…。\uff01\uff1f\u061f][\"”“»」)\uff09]*$")
PLACEHOLDER = re.compile(r"[A-Z]{2,}(?: [A-Z]{2,})*")
AMBIGUOUS = frozenset(",;<>")  # a name with one of them reads as two in a list
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Labels:
    """Every word of one language that is not written in a letter itself."""

    status: Mapping[str, str]
    urgency: tuple[str, str, str, str, str]  # one to five stars
    why: Mapping[str, str]
    days: tuple[str, ...]  # Monday first
    months: tuple[str, ...]
    moment: str  # str.format: day, date, month, year, time, zone
    decimal: str
    reply_line: str  # what stands under it is ours
    cut: str  # str.format: count
    network: str  # str.format: place; where a mail came from
    server: str  # str.format: place


@lru_cache(maxsize=64)  # asked a dozen times for each letter
def labels(language: str) -> Labels:
    """The words of the closest language there is; English when there is none."""
    found = catalogue(closest(language))
    plain = {name: cast(Mapping[str, str], phrases) for name, phrases in found.sections.items()}
    days, months, stars = (found.lists[name] for name in ("days", "months", "urgency"))
    one, two, three, four, five = stars
    return Labels(
        plain["status"], (one, two, three, four, five), plain["why"], days, months, **plain["words"]
    )


def say(key: str, language: str, count: int | None = None, **values: object) -> str:
    """One phrase in the closest language there is, with its values; ``count`` where one decides.

    For what is no letter: a sender's name, a line of a transcript. Raises KeyError.
    """
    found = catalogue(closest(language))
    phrase = found.phrase(key)
    if not isinstance(phrase, str):
        phrase = phrase.get(category(count or 0, found.language)) or phrase["other"]
    return phrase.replace("*", "").format(count=count, **values)


def given(language: str) -> Mapping[str, str]:
    """What every template may say of its language, as if it were a value."""
    right = direction(language) == "rtl"
    return {
        "language": language,
        "direction": direction(language),
        "start": "right" if right else "left",
        "end": "left" if right else "right",
        "arrow": "←" if right else "→",  # to what stands behind it
        "reply_line": labels(language).reply_line,
    }


def direction(language: str) -> str:
    """``rtl`` or ``ltr``, as HTML's ``dir`` wants it."""
    return "rtl" if candidates(language.lower())[-1] in RIGHT_TO_LEFT else "ltr"


def when(moment: datetime, timezone: str, language: str) -> str:
    """A moment in the reader's zone and words: ``Mon 23 Nov 2026, 04:56 CET``."""
    local = moment.astimezone(_zone(timezone))
    spoken = labels(language)
    zone = local.tzname() or ""
    return spoken.moment.format(
        day=spoken.days[local.weekday()],
        date=local.day,
        month=spoken.months[local.month - 1],
        year=local.year,
        time=f"{local.hour:02}:{local.minute:02}",
        zone=zone if zone.isalpha() else f"UTC{zone}",
    )


def why(key: str, language: str) -> str:
    """Why an agent is written; a sentence that is no key stays as it is."""
    return labels(language).why.get(key, key)


def named(name: str, section: str, language: str) -> str:
    """A phrase whose name is known only when a letter is written; else the name as it is."""
    phrase = catalogue(closest(language)).sections[section].get(name, name)
    return phrase if isinstance(phrase, str) else name


def urgency(stars: int, language: str) -> str:
    """One to five stars in a word."""
    return labels(language).urgency[min(max(stars, 1), 5) - 1]


def size(count: int, language: str) -> str:
    """Bytes as a person reads them: ``812 B``, ``14 KB``, ``2.3 MB``."""
    if count < 1_000:
        return f"{count} B"
    if count < 999_500:
        return f"{count / 1_000:.0f} KB"
    return f"{count / 1_000_000:.1f} MB".replace(".", labels(language).decimal)


def way(path: str, language: str) -> str:
    """``net:192.0.2.0/24`` and ``host:example.net`` in plain words; anything else as it stands."""
    kind, _, place = path.partition(":")
    spoken = labels(language)
    form = {"net": spoken.network, "host": spoken.server}.get(kind, "")
    return form.format(place=place) if place and form else path


def person(text: str) -> str:
    """``Name <address>`` fit for a list: no empty brackets, a name with a comma in quotes."""
    name, bracket, address = text.strip().rpartition("<")
    if not bracket or not address.endswith(">"):
        name, address = text, ">"
    address = address.removesuffix(">").strip()
    name = " ".join(name.replace('"', " ").split())
    if set(name) & AMBIGUOUS:
        name = f'"{name}"'
    return f"{name} <{address}>" if name and address else name or address


def people(first: str, others: Iterable[str] = ()) -> str:
    """Persons in a list, none of whom can be read as two."""
    return ", ".join(map(person, (first, *others)))


def sentence(text: str) -> str:
    """The text with a capital in front and a full stop behind, as wide as its last letter."""
    text = text.strip()
    if text and not ENDED.search(text):
        text += "。" if cells(text[-1]) > 1 else "."
    return text[:1].upper() + text[1:]


def stars(urgency: int) -> str:
    """Urgency 1 to 5 as five stars, filled from the left."""
    filled = min(max(urgency, 0), 5)
    return "★" * filled + "☆" * (5 - filled)


def column(text: object, width: int) -> str:
    """The text filled up to a column of at most 40 cells, and one space at least."""
    return padded(str(text), min(width, 40) - 1) + " "


def widest(acts: Iterable[Act]) -> int:
    """The width of a column for the words of these acts, with two spaces behind the longest."""
    return max((cells(act.words) for act in acts), default=0) + 2


def usage(text: str, language: str) -> str:
    """What follows a verb, ``AGENT | team:TEAM``, with its capitals in the reader's words."""
    return PLACEHOLDER.sub(lambda found: named(found[0], "usage", language), text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
