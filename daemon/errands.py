"""What an agent's commands ask to be written: canned words, and letters that only she gets."""

from dataclasses import dataclass, replace
from datetime import datetime

from postdesk.daemon.job import Job, RefusedError
from postdesk.mailbox.html import plain_lines
from postdesk.mailbox.mail import Line
from postdesk.rules import order_people as folk
from postdesk.rules.agent_mail import kept_alike, words_at
from postdesk.rules.order import Order


@dataclass(frozen=True, slots=True)
class Words:
    """What leaves under an agent's name: as text, and with its formatting where it has any."""

    text: str
    rich: tuple[Line, ...] = ()
    not_before: datetime | None = None


class Errands:
    """Callers bring the transaction. Raises RefusedError."""

    def __init__(self, sigils: str) -> None:
        self._sigils = sigils

    def words(self, job: Job) -> Words:
        """The words of a mail without its commands, a canned reply in front where one is used."""
        later = [order.at.at for order in job.run.orders if isinstance(order, folk.SendLater)]
        beside = [o.words for o in job.run.orders if isinstance(o, folk.KeepInside) and o.words]
        if beside:  # "#note he called": the words stand on the command's line
            return Words("\n".join([*beside, job.run.text]).strip())
        return Words(job.run.text, self._rich(job), max(later, default=None))

    def _rich(self, job: Job) -> tuple[Line, ...]:
        """The formatting, where it says the same as the text."""
        lines = job.mail.rich
        if not lines:
            return ()
        shown, known = [line.text for line in lines], words_at(job.context)
        keep = kept_alike(job.run, shown, self._sigils, known)
        return tuple(lines[n] for n in keep) if keep is not None else ()

    def preview(self, job: Job, now: datetime) -> None:
        """Mail the agent what would go out."""
        raise RefusedError("#preview cannot be answered by mail yet")

    def answer(self, order: Order, job: Job, now: datetime) -> None:
        """Mail the agent what she asked for; nothing for what is done elsewhere."""
        if not isinstance(
            order, folk.KeepInside | folk.SendLater | folk.OfferSolution | folk.SendVia
        ):
            raise RefusedError(f"#{order.verb} cannot be answered by mail yet")


def with_canned(words: Words, canned: str) -> Words:
    """A canned reply stands in front of what the agent wrote."""
    text = f"{canned.strip()}\n\n{words.text}".strip()
    if not words.rich:
        return replace(words, text=text)
    return replace(words, text=text, rich=(*plain_lines(f"{canned.strip()}\n\n"), *words.rich))
