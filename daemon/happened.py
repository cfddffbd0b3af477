"""What happened on a desk, out of its tables: mails, answers, and what people did to tickets."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from postdesk.daemon.rows import ticket_of
from postdesk.daemon.store import MANY, Row, Rows
from postdesk.daemon.times import from_text, utc_text
from postdesk.rules.apply import DESK
from postdesk.rules.effect import (
    Assign,
    Effect,
    MarkSpam,
    Move,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetSla,
    SetTeam,
    SetUrgency,
    Tag,
    Wake,
)
from postdesk.rules.ticket import Ticket
from postdesk.rules.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: a mail or an answer (by its intake key), or an act."""

    at: datetime
    ticket: int
    kind: Literal["in", "out", "note", "act"]
    key: str = ""
    opens: bool = False  # the mail began its ticket
    agent: str = ""  # the author, where one of ours
    text: str = ""
    actor: str = ""
    because: str = ""
    effect: Effect | None = None


class Happened:
    """Reads only. Callers bring the connection."""

    def __init__(self, rows: Rows, workflow: Workflow) -> None:
        self._rows = rows
        self._workflow = workflow

    def lines(self, since: datetime) -> list[Line]:
        """All from then on, in their order."""
        found = [*self._words(since), *self._acts(since)]
        return sorted(found, key=lambda line: line.at)  # stable: words come before acts

    def openings(self) -> dict[str, list[int]]:
        """Which tickets each mail opened, by what their history names."""
        found: dict[str, list[int]] = {}
        for row in self._rows.all("SELECT ticket, because FROM history WHERE act = 'opened'"):
            found.setdefault(row["because"], []).append(int(row["ticket"]))
        return found

    def tickets(self, numbers: Sequence[int]) -> dict[int, Ticket]:
        """Those of these tickets that there are, as they are now."""
        found = self._of_many("SELECT * FROM ticket WHERE number IN ({}) ORDER BY number", numbers)
        return {int(row["number"]): ticket_of(row) for row in found}

    def begun_before(self, ticket: Ticket, since: datetime) -> Ticket:
        """A ticket about as it was then: its status of then, no promise reckoned yet."""
        last = self._rows.value(
            "SELECT detail FROM history WHERE ticket = ? AND act = 'status' AND at < ?"
            " ORDER BY id DESC LIMIT 1",
            ticket.number,
            utc_text(since),
        )
        status = json.loads(last)["status"] if last else "new"
        kind = self._workflow.kind(status)
        bare = replace(ticket, status=status, status_kind=kind, clocks=(), fired=())
        return replace(bare, next_deadline=None, waiting_since=None, merged_into=None)

    def _words(self, since: datetime) -> Iterator[Line]:
        found = self._rows.all(
            "SELECT id, ticket, kind, at, intake, agent, text FROM message WHERE at >= ?"
            " ORDER BY id",
            utc_text(since),
        )
        first = self._first({int(row["ticket"]) for row in found})
        for row in found:
            kind, agent = row["kind"], row["agent"] or ""
            if row["intake"] and (kind == "in" or agent):
                opens = kind == "in" and first.get(row["ticket"]) == row["id"]
                at = _moment(row["at"])
                words = "" if kind == "in" else row["text"]
                yield Line(at, row["ticket"], kind, row["intake"], opens, agent, words)

    def _first(self, tickets: set[int]) -> dict[int, int]:
        """The first words of each of these tickets."""
        ask = "SELECT ticket, min(id) AS id FROM message WHERE ticket IN ({}) GROUP BY ticket"
        found = self._of_many(ask, sorted(tickets))
        return {int(row["ticket"]): int(row["id"]) for row in found}

    def _of_many(self, ask: str, numbers: Sequence[int]) -> Iterator[Row]:
        for start in range(0, len(numbers), MANY):
            some = numbers[start : start + MANY]
            yield from self._rows.all(ask.format(", ".join("?" * len(some))), *some)

    def _acts(self, since: datetime) -> Iterator[Line]:
        """What people did to tickets; what rules did is decided anew."""
        found = self._rows.all(
            "SELECT ticket, at, actor, act, detail, because FROM history"
            " WHERE at >= ? AND actor <> ? ORDER BY id",
            utc_text(since),
            DESK,
        )
        for row in found:
            if effect := self._effect(row):
                yield Line(
                    _moment(row["at"]),
                    row["ticket"],
                    "act",
                    actor=row["actor"],
                    because=row["because"],
                    effect=effect,
                )

    def _effect(self, row: Row) -> Effect | None:
        """The change that a line of history tells; None for what is no change of the ticket."""
        detail: Mapping[str, Any] = json.loads(row["detail"])
        match row["act"]:
            case "status":
                return Move(detail["status"], self._workflow.kind(detail["status"]))
            case "assigned":
                return Assign(detail["to"])
            case "unassigned":
                return Assign(None)
            case "team":
                return SetTeam(detail["team"])
            case "category":
                return SetCategory(detail["category"])
            case "urgency":
                return SetUrgency(detail["urgency"])
            case "tags":
                return Tag(tuple(detail["added"]), tuple(detail["removed"]))
            case "field":
                return SetField(detail["name"], detail["value"])
            case "language":
                return SetLanguage(detail["language"])
            case "sla":
                return SetSla(detail["sla"])
            case "due":
                return SetDue(from_text(detail["by"]))
            case "spam" | "not spam":
                return MarkSpam(row["act"] == "spam")
            case "put off":
                return Wake(from_text(detail["until"]))
        return None


def _moment(text: str) -> datetime:
    found = from_text(text)
    assert found is not None
    return found
