"""Lines of a ticket's history as a person reads them: names for handles, dates in her zone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postdesk.daemon.listing import label_of, short
from postdesk.daemon.store import Row
from postdesk.daemon.times import from_text
from postdesk.rules.people import People
from postdesk.rules.workflow import Workflow
from postdesk.templates import views, words

DETAIL = 200  # characters of one
Detail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells history in one language."""

    language: str
    timezone: str
    people: People
    workflow: Workflow

    def line(self, row: Row) -> views.HistoryLine:
        """One line of history; ``row["detail"]`` is JSON that was read."""
        at = from_text(row["at"])
        assert at is not None
        detail, actor = self.detail(row["act"], row["detail"]), self.name(row["actor"])
        return views.HistoryLine(at, actor, row["act"], detail, row["because"])

    def sentence(self, row: Row) -> str:
        """The same in a few words, without who and when: ``status: closed``."""
        act = words.named(row["act"], "history", self.language)
        detail = self.detail(row["act"], row["detail"])
        return f"{act}: {detail}" if detail else act

    def detail(self, act: str, detail: Detail) -> str:
        """What stands behind the act; ``""`` where it says all."""
        tell = _TELL.get(act, Teller._anything)
        return short(tell(self, detail), DETAIL)

    def name(self, who: str) -> str:
        """An agent's name for the handle; anybody else as history has them."""
        agent = self.people.agent(who)
        return agent.name if agent else who

    def when(self, text: object) -> str:
        """A moment of history in the reader's words."""
        try:
            at = datetime.fromisoformat(str(text))
        except ValueError:
            return str(text)
        return words.when(at, self.timezone, self.language)

    def _names(self, handles: Iterable[str]) -> str:
        return ", ".join(self.name(handle) for handle in handles)

    def _nothing(self, detail: Detail) -> str:
        return ""

    def _anything(self, detail: Detail) -> str:
        return ", ".join(_plain(value) for value in detail.values() if value not in ("", None, []))

    def _assigned(self, detail: Detail) -> str:
        return self.name(str(detail.get("to", "")))

    def _status(self, detail: Detail) -> str:
        return label_of(str(detail.get("status", "")), self.language, self.workflow)

    def _stars(self, detail: Detail) -> str:
        urgency = int(detail.get("urgency", 0))
        return f"{words.stars(urgency)} {words.urgency(urgency, self.language)}"

    def _tags(self, detail: Detail) -> str:
        added = [f"+{tag}" for tag in detail.get("added", ())]
        return " ".join([*added, *(f"-{tag}" for tag in detail.get("removed", ()))])

    def _told(self, detail: Detail) -> str:
        why = words.why(str(detail.get("why", "")), self.language)
        return f"{self._names(detail.get('agents', ()))} ({why})"

    def _moment(self, detail: Detail) -> str:
        found = detail.get("by") or detail.get("until")
        return self.when(found) if found else ""

    def _number(self, detail: Detail) -> str:
        return f"#{detail.get('into') or detail.get('number')}"

    def _by(self, detail: Detail) -> str:
        return self.name(str(detail.get("by", "")))

    def _escalated(self, detail: Detail) -> str:
        return f"{detail.get('level')} ({self._names(detail.get('to', ()))})"

    def _solved(self, detail: Detail) -> str:
        return str(detail.get("words", ""))

    def _task(self, detail: Detail) -> str:
        return f"{detail.get('what', '')} ({self.name(str(detail.get('for') or ''))})"

    def _asked(self, detail: Detail) -> str:
        return self._names(detail.get("of", ()))


_TELL: Mapping[str, Callable[[Teller, Detail], str]] = {
    "opened": Teller._nothing,
    "received": Teller._nothing,
    "answered": Teller._nothing,
    "noted": Teller._nothing,
    "assigned": Teller._assigned,
    "status": Teller._status,
    "urgency": Teller._stars,
    "tags": Teller._tags,
    "notified": Teller._told,
    "due": Teller._moment,
    "put off": Teller._moment,
    "merged": Teller._number,
    "watched": Teller._by,
    "watched no longer": Teller._by,
    "muted": Teller._by,
    "muted no longer": Teller._by,
    "escalated": Teller._escalated,
    "solution": Teller._solved,
    "task": Teller._task,
    "approval asked": Teller._asked,
}


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
