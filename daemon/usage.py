"""What tickets still use of a set of rules: told when an edit takes it away."""

from collections.abc import Iterator

from postdesk.daemon.store import Rows
from postdesk.rules.book import Book

OPEN = "status_kind <> 'done' AND merged_into IS NULL"


class Usage:
    """Counts, and changes nothing. Callers bring the connection."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def objections(self, book: Book, before: Book | None = None) -> Iterator[str]:
        """Why these rules cannot be taken: a status that tickets have would mean nothing.

        ``before`` tells in which file it was.
        """
        known, old = book.workflow, before.workflow.statuses if before else {}
        for status, many in self.statuses().items():
            if status not in known.statuses and known.successor(status) is None:
                where = old[status].where.partition(":")[0] if status in old else ""
                yield (
                    f'{where or "rules"}: {_tickets(many)} the status "{status}", which is gone;'
                    f' write was = ["{status}"] under the status that takes its place'
                )

    def losses(self, book: Book) -> Iterator[str]:
        """What open tickets lose with these rules, which does not keep them out."""
        people = book.people
        for agent, many in self.agents().items():
            if people.agent(agent) is None:
                yield (
                    f"agent {agent} is in no file: {_open(many)} to the deputy or the team's lead"
                )
        for team, many in self._of("team").items():
            if people.team(team) is None:
                yield f"team {team} is in no file: {_open(many)} to nobody until they are moved"

    def statuses(self) -> dict[str, int]:
        """How many tickets have which status."""
        found = self._rows.all("SELECT status, count(*) AS many FROM ticket GROUP BY status")
        return {row["status"]: int(row["many"]) for row in found}

    def agents(self) -> dict[str, int]:
        """How many open tickets each agent has."""
        return self._of("assignee")

    def _of(self, column: str) -> dict[str, int]:
        found = self._rows.all(
            f"SELECT {column} AS name, count(*) AS many FROM ticket"
            f" WHERE {OPEN} AND {column} IS NOT NULL GROUP BY {column} ORDER BY {column}"
        )
        return {row["name"]: int(row["many"]) for row in found}


def _tickets(many: int) -> str:
    return "1 ticket has" if many == 1 else f"{many} tickets have"


def _open(many: int) -> str:
    return "1 open ticket belongs" if many == 1 else f"{many} open tickets belong"
