"""The courier: takes the letters that are due out of the outbox and hands them to the relay."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from postdesk.daemon.outbox import Draft, Due, Failure
from postdesk.daemon.sizes import misfits, too_large
from postdesk.daemon.store_outbox import Outbox
from postdesk.mailbox.coded import Coded
from postdesk.mailbox.compose import Enclosure, Letter, compose
from postdesk.mailbox.crash import crashpoint
from postdesk.mailbox.spool import SpoolError
from postdesk.mailbox.submit import Deferred, Outgoing, Refused, Sent, Transport, Verdict

log = logging.getLogger(__name__)

# RFC 5321 4.5.4.1 asks for a first retry soon, later ones hours apart, four or five days in all.
# The first five are a minute over four hours: then the author is told, and not much later.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 160, 240))
PATIENCE = timedelta(days=5)
TELL_AFTER = timedelta(hours=4)  # the author hears of a letter that still waits
BATCH = 50

FetchPart = Callable[[str, int], bytes | Coded]  # intake key, part: the attachment


class _Sized(NamedTuple):
    name: str
    size: int


@dataclass(slots=True)
class _Ready:
    """A letter that is to leave now."""

    letter: Due
    slim: bool = False  # without its files
    size: int = 0  # bytes, once it is composed


class Courier:
    """Letters are booked for their next try, on disk, before anybody dials."""

    def __init__(self, outbox: Outbox, transport: Transport, fetch: FetchPart) -> None:
        self._outbox = outbox
        self._transport = transport
        self._fetch = fetch

    def step(self, now: datetime) -> int:
        """Try every letter that is due; how many were tried."""
        due = self._outbox.claim(now, WAITS, BATCH)
        if due:
            crashpoint("courier.after-claim")
        sent: list[int] = []
        waiting = deque(_Ready(letter) for letter in due)
        try:
            while waiting:
                for ready, verdict in self._hand_over(waiting):
                    letter = ready.letter
                    if isinstance(verdict, Sent):
                        sent.append(letter.id)
                        log.info("letter %d: sent to %s", letter.id, letter.draft.to.addr)
                    elif slim := self._slimmer(ready, verdict):
                        waiting.appendleft(slim)
                    else:
                        self._settle(letter, self._judged(ready, verdict), now)
        finally:  # what left must not leave again, whatever comes after it
            self._note(sent)
        return len(due)

    def _note(self, sent: list[int]) -> None:
        if not sent:
            return
        crashpoint("courier.before-sent")
        self._outbox.sent_all(sent)
        crashpoint("courier.after-sent")

    def close(self) -> None:
        """Let go of the relay."""
        self._transport.close()

    def _hand_over(self, waiting: deque["_Ready"]) -> Iterator[tuple["_Ready", Verdict]]:
        """Letters and their verdicts; the relay may take one while the next is composed.

        One that fails in a way nobody foresaw does not keep the others waiting.
        """
        given: deque[_Ready] = deque()
        unwritten: list[tuple[_Ready, Verdict]] = []
        try:
            for verdict in self._transport.send_all(self._composed(waiting, given, unwritten)):
                yield given.popleft(), verdict
        except Exception as error:
            if not given:
                raise
            log.exception("letter %d: failed in an unforeseen way", given[0].letter.id)
            yield from ((ready, _ours(error)) for ready in given)
        yield from unwritten

    def _composed(
        self,
        waiting: deque["_Ready"],
        given: deque["_Ready"],
        unwritten: list[tuple["_Ready", Verdict]],
    ) -> Iterator[Outgoing]:
        """The letters that can be written, as they are asked for."""
        while waiting:
            ready = waiting.popleft()
            raw = self._guarded(ready)
            if isinstance(raw, bytes):
                ready.size = len(raw)
                draft = ready.letter.draft
                given.append(ready)
                yield Outgoing(draft.mail_from, draft.to.addr, raw, draft.message_id, whole=True)
            else:
                unwritten.append((ready, raw))

    def _guarded(self, ready: "_Ready") -> bytes | Deferred | Refused:
        letter = ready.letter
        try:
            return self._write(ready)
        except SpoolError as error:
            return Deferred(f"its files cannot be read now: {error}")
        except KeyError as error:
            log.error("letter %d: its mail %s is no longer kept", letter.id, error)
            return Refused("this letter cannot be written: a file of it is no longer kept")
        except ValueError as error:
            log.error("letter %d: cannot be written: %s", letter.id, error)
            return Refused(f"this letter cannot be written: {error}")
        except Exception as error:
            log.exception("letter %d: failed in an unforeseen way", letter.id)
            return _ours(error)

    def _write(self, ready: "_Ready") -> bytes:
        draft = ready.letter.draft
        raw = b"" if ready.slim else compose(self._letter(draft, self._files(draft)))
        if self._misfits(len(raw)) and draft.kind == "notification":
            ready.slim = True
        return compose(self._slim(draft)) if ready.slim else raw

    def _slimmer(self, ready: "_Ready", verdict: Verdict) -> "_Ready | None":
        """A notification that was too large, once more without its files: what the relay takes
        is known from its first greeting on, which this letter may have been."""
        slims = ready.letter.draft.kind == "notification" and not ready.slim
        return _Ready(ready.letter, slim=True) if slims and self._large(ready, verdict) else None

    def _judged(self, ready: "_Ready", verdict: Deferred | Refused) -> Deferred | Refused:
        """A refusal for its size in words that say which file is too large."""
        if not self._large(ready, verdict):
            return verdict
        try:
            enclosed = ready.letter.draft.enclosed
            files = [_Sized(e.name, len(self._fetch(e.key, e.part))) for e in enclosed]
        except (SpoolError, KeyError):
            return verdict
        return Refused(too_large(misfits(files, self._transport.size_limit) or files))

    def _large(self, ready: "_Ready", verdict: Verdict) -> bool:
        enclosed = bool(ready.letter.draft.enclosed) and not ready.slim
        return isinstance(verdict, Refused) and enclosed and self._misfits(ready.size)

    def _misfits(self, size: int) -> bool:
        limit = self._transport.size_limit
        return limit is not None and size > limit

    def _files(self, draft: Draft) -> tuple[Enclosure, ...]:
        return tuple(
            Enclosure(e.name, e.type, self._fetch(e.key, e.part), e.cid) for e in draft.enclosed
        )

    def _slim(self, draft: Draft) -> Letter:
        """A notification too large for the relay goes without its files, and says so."""
        names = ", ".join(e.name for e in draft.enclosed)
        note = f"\n\n[Too large for the mail server, not attached: {names}]\n"
        letter = self._letter(draft, ())
        return Letter(
            message_id=letter.message_id,
            date=letter.date,
            sender=letter.sender,
            to=letter.to,
            reply_to=letter.reply_to,
            subject=letter.subject,
            text=letter.text + note,
            in_reply_to=letter.in_reply_to,
            references=letter.references,
            headers=letter.headers,
        )

    def _letter(self, draft: Draft, files: tuple[Enclosure, ...]) -> Letter:
        return Letter(
            message_id=draft.message_id,
            date=draft.written_at,
            sender=draft.sender,
            to=draft.to,
            reply_to=draft.reply_to,
            subject=draft.subject,
            text=draft.text,
            html=draft.html,
            in_reply_to=draft.in_reply_to,
            references=draft.references,
            headers=draft.headers,
            enclosures=files,
        )

    def _settle(self, letter: Due, verdict: Deferred | Refused, now: datetime) -> None:
        age = now - letter.written_at
        if isinstance(verdict, Refused):
            self._fail(letter, verdict.why, now)
        elif age > PATIENCE:
            self._fail(letter, f"gave up after {PATIENCE.days} days: {verdict.why}", now)
        else:
            late = age > TELL_AFTER and letter.draft.kind == "answer" and not letter.told
            told = _failure(letter, verdict.why, permanent=False) if late else None
            self._outbox.deferred(letter.id, verdict.why, told, letter.draft.ticket, now)
            log.info("letter %d: deferred: %s", letter.id, verdict.why)

    def _fail(self, letter: Due, why: str, now: datetime) -> None:
        told = _failure(letter, why, permanent=True)
        self._outbox.failed(letter.id, why, told, letter.draft.ticket, now)
        log.warning("letter %d: failed: %s", letter.id, why)


def _ours(error: Exception) -> Deferred:
    return Deferred(f"a mistake of ours, see the log: {type(error).__name__}")


def _failure(letter: Due, why: str, *, permanent: bool) -> Failure:
    draft = letter.draft
    return Failure(
        letter=letter.id,
        recipient=draft.to.addr,
        permanent=permanent,
        diagnostic=why,
        message_id=draft.message_id,
        kind=draft.kind,
        author=draft.author,
    )
