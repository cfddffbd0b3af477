"""The desk's own words by language: labels, days, sizes, and the line that says "write above"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT = "en"
ENDED = re.compile(r"[.!?…][\"”“)]*$")
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


ENGLISH = Labels(
    status={
        "new": "new",
        "in-progress": "in progress",
        "reopened": "reopened",
        "scheduled": "scheduled",
        "pending": "waiting",
        "responded": "answered",
        "resolved": "resolved",
        "closed": "closed",
        "duplicate": "duplicate",
        "escalated": "escalated",
    },
    urgency=("very low", "low", "medium", "high", "critical"),
    why={
        "new ticket": "New ticket",
        "customer replied": "The customer replied",
        "assigned": "Assigned to you",
        "nobody is available": "Nobody is available, so it waits",
        "a stranger wrote": "Somebody who was not part of this ticket wrote",
        "a note for the team": "A colleague left a note",
        "a colleague answered": "A colleague answered",
        "also written to your team": "Also written to your team",
        "mentioned": "A colleague mentioned you",
        "reopened": "The customer wrote again, the ticket is open once more",
        "escalated": "Escalated",
        "warning": "Time is running out",
        "breached": "The time is over",
    },
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun",
            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    moment="{day} {date} {month} {year}, {time} {zone}",
    decimal=".",
    reply_line="##- Please write your reply above this line -##",
    cut="(cut here: {count} more characters are kept with the ticket)",
    network="from the network {place}",
    server="from a server of {place}",
)  # fmt: skip

GERMAN = Labels(
    status={
        "new": "neu",
        "in-progress": "in Arbeit",
        "reopened": "wieder offen",
        "scheduled": "eingeplant",
        "pending": "wartet",
        "responded": "beantwortet",
        "resolved": "gelöst",
        "closed": "geschlossen",
        "duplicate": "doppelt",
        "escalated": "eskaliert",
    },
    urgency=("sehr niedrig", "niedrig", "mittel", "hoch", "kritisch"),
    why={
        "new ticket": "Neues Ticket",
        "customer replied": "Der Kunde hat geantwortet",
        "assigned": "Ihnen zugewiesen",
        "nobody is available": "Niemand ist da, deshalb wartet es",
        "a stranger wrote": "Jemand hat geschrieben, der an diesem Ticket nicht beteiligt war",
        "a note for the team": "Eine Notiz aus dem Team",
        "a colleague answered": "Jemand aus dem Team hat geantwortet",
        "also written to your team": "Auch an Ihr Team geschrieben",
        "mentioned": "Sie wurden im Team erwähnt",
        "reopened": "Der Kunde hat wieder geschrieben, das Ticket ist wieder offen",
        "escalated": "Eskaliert",
        "warning": "Die Zeit wird knapp",
        "breached": "Die Frist ist vorbei",
    },
    days=("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."),
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni",
            "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    moment="{day}, {date}. {month} {year}, {time} Uhr {zone}",
    decimal=",",
    reply_line="##- Bitte antworten Sie oberhalb dieser Zeile -##",
    cut="(hier gekürzt: {count} weitere Zeichen liegen beim Ticket)",
    network="aus dem Netz {place}",
    server="von einem Server von {place}",
)  # fmt: skip

TABLE: Mapping[str, Labels] = {"en": ENGLISH, "de": GERMAN}


def candidates(language: str) -> tuple[str, ...]:
    """``de-AT`` -> ``de-AT``, ``de``: the tags to look for, the closest first."""
    parts = language.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


@lru_cache(maxsize=64)  # asked a dozen times for each letter
def labels(language: str) -> Labels:
    """The words of the closest language there is; English when there is none."""
    tags = candidates(language.lower())
    return next((TABLE[tag] for tag in tags if tag in TABLE), ENGLISH)


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


def sentence(text: str) -> str:
    """The text with a capital in front and a full stop behind."""
    text = text.strip()
    if text and not ENDED.search(text):
        text += "."
    return text[:1].upper() + text[1:]


def stars(urgency: int) -> str:
    """Urgency 1 to 5 as five stars, filled from the left."""
    filled = min(max(urgency, 0), 5)
    return "★" * filled + "☆" * (5 - filled)


def column(text: object, width: int) -> str:
    """The text filled up to a column of at most 40 cells, and one space at least."""
    return f"{text!s:<{min(width, 40) - 1}} "


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
