"""Views: which tickets a listing shows, by the columns of a ticket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """A condition in SQL over `ticket`, and what it means; ``?`` is the handle of who looks."""

    where: str
    means: str

    @property
    def personal(self) -> bool:
        """Does it depend on who looks?"""
        return "?" in self.where


DEFAULT = "open"
VIEWS = {
    "open": View("status_kind <> 'done'", "what is open or waits"),
    "incoming": View(
        "status = 'new' AND assignee IS NULL", "new ones that nobody has looked after"
    ),
    "unassigned": View("status_kind <> 'done' AND assignee IS NULL", "open ones without an owner"),
    "mine": View("status_kind <> 'done' AND assignee = ?", "an agent's own open ones"),
    "waiting": View("status_kind = 'waiting'", "those that wait for somebody else"),
    "urgent": View("status_kind <> 'done' AND urgency >= 4", "open ones of four stars and more"),
    "escalated": View("status_kind <> 'done' AND escalation_level > 0", "open ones that escalated"),
    "closed": View("status_kind = 'done' AND merged_into IS NULL", "resolved and closed ones"),
    "all": View("merged_into IS NULL", "every ticket but merged ones"),
}
