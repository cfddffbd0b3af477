"""What an agent says in a mail: her words without commands, and canned ones in front."""

from dataclasses import dataclass, replace
from datetime import datetime

from postdesk.daemon.canned import CannedError, canned_text
from postdesk.daemon.job import Job, RefusedError
from postdesk.mailbox.html import plain_lines
from postdesk.mailbox.mail import Line
from postdesk.rules.agent_mail import kept_alike, words_at
from postdesk.rules.order_people import KeepInside, SendLater, UseReply


@dataclass(frozen=True, slots=True)
class Words:
    """What leaves under an agent's name: as text, and with its formatting where it has any."""

    text: str
    rich: tuple[Line, ...] = ()
    not_before: datetime | None = None  # when its author wants it to leave


@dataclass(frozen=True, slots=True)
class Saying:
    """Reads a job's words. ``desk``: its name and address, which canned replies may show."""

    sigils: str
    desk: tuple[str, str]

    def words(self, job: Job) -> Words:
        """All that is said, as it will be filed and sent. Raises RefusedError."""
        orders = job.run.orders
        later = max((o.at.at for o in orders if isinstance(o, SendLater)), default=None)
        beside = [o.words for o in orders if isinstance(o, KeepInside) and o.words]
        if beside:  # "#note he called": the words stand on the command's line
            return Words("\n".join([*beside, job.run.text]).strip())
        words = Words(job.run.text, self._rich(job), later)
        for order in reversed([o for o in orders if isinstance(o, UseReply)]):
            words = _behind(self._canned(order, job), words)
        return words

    def _rich(self, job: Job) -> tuple[Line, ...]:
        """The formatting, where it says the same as the text."""
        lines = job.mail.rich
        if not lines:
            return ()
        shown, known = [line.text for line in lines], words_at(job.context)
        keep = kept_alike(job.run, shown, self.sigils, known)
        return tuple(lines[n] for n in keep) if keep is not None else ()

    def _canned(self, order: UseReply, job: Job) -> str:
        language = order.language or job.ticket.language
        book = job.context.book
        try:
            return canned_text(order.reply, language, job.ticket, job.agent, book, self.desk)
        except CannedError as error:
            raise RefusedError(f"#use {order.reply} cannot be written: {error}") from None


def _behind(canned: str, words: Words) -> Words:
    """What the agent wrote, with the canned reply in front of it."""
    text = f"{canned}\n\n{words.text}".strip()
    if not words.rich:
        return replace(words, text=text)
    return replace(words, text=text, rich=(*plain_lines(f"{canned}\n\n"), *words.rich))
