"""One folder of one account: what is new in it, fetched, kept here, and only then put away.

Never by ``\\Seen``: people read the same mailbox. What is settled is remembered by UID for as long
as the process lives, and by our own rows for good.
"""

import imaplib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from postdesk.mailbox import imap_client as imap
from postdesk.mailbox.imap_account import (
    IN_HAND,
    Account,
    Baseline,
    Letterhead,
    Records,
    Survey,
    batches,
    box_of,
    cutoff_of,
)
from postdesk.mailbox.imap_client import Client
from postdesk.mailbox.spool_many import Fetched

log = logging.getLogger(__name__)

WINDOW = 500  # UIDs asked about in one FETCH of sizes
NOTED = 10_000  # mails of a survey whose size and arrival are kept until they are read
WHOLE_EVERY = 30  # turns; mails can appear under UIDs below the highest we have seen
DAY = timedelta(days=1)


class Folder:
    """What we know of the folder that is read; the connection comes in with each call."""

    def __init__(self, account: Account, records: Records, now: Callable[[], datetime]) -> None:
        self._account = account
        self._records = records
        self._now = now
        self._box = box_of(account)
        self._where = f"{account.name}: {account.folder}"
        self._baseline: Baseline | None = None
        self._kept: set[int] = set()
        self._left: set[int] = set()  # on purpose: too old, too large, known from before
        self._unmoved: set[int] = set()  # kept, and still where they were
        self._surveyed: dict[int, Letterhead] = {}  # at a first poll, so as not to ask twice
        self._highest = 0  # no UID up to this one is asked about but by a look at the whole
        self._look_at_whole = 0  # turns until then
        self._done = ""  # the server's own name of it
        self.drift: tuple[int, ...] = ()  # UIDs on the server that we cannot account for

    def reconnected(self) -> None:
        """The connection is new: look at the whole folder, and for the place of done mails."""
        self._look_at_whole = 0
        self._done = ""

    def survey(self, client: Client) -> Survey:
        """What reading the folder would do; changes nothing here nor there."""
        told = client.select_folder(self._account.folder, readonly=True)
        return self._survey(client, told, self._baseline_for(client, told), {})

    def read(self, client: Client, kept: Callable[[int], None]) -> None:
        """Keep all that is new, and tell ``kept`` the count of each batch that is safe.

        Raises imaplib's errors, OSError, and SpoolError; what was told is safe all the same.
        """
        baseline = self._open(client)
        whole = self._look_at_whole == 0
        self._look_at_whole = WHOLE_EVERY if whole else self._look_at_whole - 1
        if whole:
            self._put_away(client, sorted(self._unmoved))
        tried: set[int] = set()
        while uids := self._unsettled(client, baseline, tried, whole=whole and not tried):
            tried.update(uids)
            self._take_all(client, baseline, uids, kept)
            self._highest = max(self._highest, *uids)
        if tried - self._kept - self._left:
            self._look_at_whole = 0
        if whole:
            self._reconcile(client, baseline)

    def _take_all(
        self, client: Client, baseline: Baseline, uids: list[int], kept: Callable[[int], None]
    ) -> None:
        belt = _Belt(self._records.put_all)
        try:
            for batch in self._batches(client, baseline, uids):
                coming = sum(head.size for head in batch)
                if belt.weight + coming > IN_HAND:
                    belt.lay_down()
                while belt.is_kept or (belt.weight and belt.weight + coming > IN_HAND):
                    kept(self._settle(client, belt.batches.popleft()))
                asked = imap.ask_bodies(client, [head.uid for head in batch])
                belt.lay_down()  # while the server reads its disk
                belt.hand = self._take(client, baseline, batch, asked)
            belt.lay_down()
            while belt.batches:
                kept(self._settle(client, belt.batches.popleft()))
        except (imaplib.IMAP4.error, OSError):
            belt.lay_down()
            for late in belt.batches:  # safe as well, and moved by the next connection
                kept(self._remember(late))
            raise

    def _batches(
        self, client: Client, baseline: Baseline, uids: list[int]
    ) -> Iterator[list[Letterhead]]:
        for window in _windows(uids):
            yield from batches(self._worth_fetching(baseline, self._heads(client, window)))

    def _open(self, client: Client) -> Baseline:
        told = client.select_folder(self._account.folder)
        baseline = self._baseline_for(client, told)
        if baseline == self._baseline:
            return baseline
        known = self._records.baseline(self._box)
        if known is None:
            survey = self._survey(client, told, baseline, self._surveyed)
            log.info("%s: first poll: %s", self._where, survey)
        elif known != baseline:
            self._surveyed.clear()
            log.warning(
                "%s: the server counts anew (UIDVALIDITY %d, was %d); all is read again",
                *(self._where, baseline.uidvalidity, known.uidvalidity),
            )
        if known != baseline:
            self._records.begin(self._box, baseline)
        self._begin(baseline)
        return baseline

    def _begin(self, baseline: Baseline) -> None:
        # UIDs of before mean nothing any more; mails read again are known by their content.
        self._kept.clear()
        self._left.clear()
        self._unmoved.clear()
        self._highest = 0 if baseline.cutoff is None else baseline.uidnext - 1
        self._look_at_whole = 0
        self._baseline = baseline

    def _baseline_for(self, client: Client, told: Mapping[bytes, object]) -> Baseline:
        validity = imap.number(told, b"UIDVALIDITY")
        known = self._baseline or self._records.baseline(self._box)
        if known is not None and known.uidvalidity == validity:
            return known
        cutoff = known.cutoff if known else cutoff_of(self._account.since, self._now())
        uidnext = imap.number(told, b"UIDNEXT") or max(client.search(["ALL"]), default=0) + 1
        return Baseline(validity, uidnext, cutoff)

    def _survey(
        self,
        client: Client,
        told: Mapping[bytes, object],
        baseline: Baseline,
        noted: dict[int, Letterhead],
    ) -> Survey:
        to_read = large = 0
        for window in _windows(self._whole(client, baseline)):
            fresh = self._fresh(baseline, imap.heads(client, window))
            too_large = sum(head.size > self._account.max_size for head in fresh)
            to_read += len(fresh) - too_large
            large += too_large
            if len(noted) < NOTED:
                noted.update({head.uid: head for head in fresh})
        return Survey(self._account.folder, imap.number(told, b"EXISTS"), to_read, large)

    def _unsettled(
        self, client: Client, baseline: Baseline, tried: set[int], *, whole: bool
    ) -> list[int]:
        found = self._whole(client, baseline) if whole else _from(client, self._highest + 1)
        return sorted(found - self._kept - self._left - tried)

    def _whole(self, client: Client, baseline: Baseline) -> set[int]:
        """All that the baseline may let us read: new mails, and old ones that are young enough."""
        if baseline.cutoff is None:
            return imap.search(client, ["ALL"])
        # SINCE counts in days of the server's own zone: a day early, and exact later.
        day = (baseline.cutoff - DAY).date()
        old: list[str | date] = ["UID", f"1:{max(1, baseline.uidnext - 1)}", "SINCE", day]
        return imap.search(client, old) | _from(client, baseline.uidnext)

    def _heads(self, client: Client, window: list[int]) -> list[Letterhead]:
        noted = [self._surveyed.pop(uid) for uid in window if uid in self._surveyed]
        asked = set(window) - {head.uid for head in noted}
        return sorted([*noted, *imap.heads(client, sorted(asked))], key=lambda head: head.uid)

    def _fresh(self, baseline: Baseline, heads: Iterable[Letterhead]) -> list[Letterhead]:
        young = [head for head in heads if not baseline.leaves(head.uid, head.arrived)]
        if self._account.done:  # one that is still here must be moved away, known or not
            return young
        names = {head.uid: self._unique(baseline, head.uid) for head in young}
        seen = self._records.seen(names.values())
        return [head for head in young if names[head.uid] not in seen]

    def _worth_fetching(self, baseline: Baseline, heads: list[Letterhead]) -> Iterator[Letterhead]:
        fresh = self._fresh(baseline, heads)
        self._left.update({head.uid for head in heads} - {head.uid for head in fresh})
        for head in fresh:
            if head.size > self._account.max_size:
                self._left.add(head.uid)
                log.warning(
                    "%s: mail %d has %s bytes, more than allowed; it is left on the server",
                    *(self._where, head.uid, f"{head.size:,}"),
                )
            else:
                yield head

    def _take(
        self, client: Client, baseline: Baseline, batch: Sequence[Letterhead], asked: bytes
    ) -> dict[int, Fetched]:
        bodies = imap.bodies(client, [head.uid for head in batch], asked)
        mails = {}
        for head in batch:
            if (raw := self._complete(client, head, bodies.pop(head.uid, None))) is not None:
                mails[head.uid] = Fetched(raw, self._unique(baseline, head.uid), head.arrived)
        return mails

    def _settle(self, client: Client, batch: "_Batch") -> int:
        batch.promise.result()  # on disk; raises when it is not, and then none is put away
        self._kept.update(batch.uids)
        self._put_away(client, batch.uids)
        return len(batch.uids)

    def _remember(self, batch: "_Batch") -> int:
        """As ``_settle`` where the connection is lost."""
        batch.promise.result()
        self._kept.update(batch.uids)
        if self._account.done:
            self._unmoved.update(batch.uids)
        return len(batch.uids)

    def _complete(self, client: Client, head: Letterhead, raw: bytes | None) -> bytes | None:
        """The mail's bytes when they are all there; None leaves the mail for the next turn."""
        if raw is None or len(raw) == head.size:
            return raw
        # Some servers count wrong for ever; what they give twice alike is the mail.
        if imap.bodies(client, [head.uid]).get(head.uid) == raw:
            return raw
        log.warning(
            "%s: mail %d came with %d bytes instead of %d; it is tried again",
            *(self._where, head.uid, len(raw), head.size),
        )
        return None

    def _put_away(self, client: Client, uids: list[int]) -> None:
        if not (self._account.done and uids):
            return
        self._unmoved.update(uids)  # until it is known: the connection may end in between
        try:
            self._done = self._done or imap.find_or_make(client, self._account.done)
            imap.move(client, uids, self._done)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            # They are safe here. A full or forbidden folder must not stop the mails behind.
            self._done = ""
            log.warning(
                "%s: %d mails are kept but could not be moved to %s; it is tried again",
                *(self._where, len(uids), self._account.done),
            )
        else:
            self._unmoved.difference_update(uids)

    def _reconcile(self, client: Client, baseline: Baseline) -> None:
        """Compare what the server still shows with what we have settled, and tell a difference."""
        there = {uid for uid in self._whole(client, baseline) if uid <= self._highest}
        expected = self._left if self._account.done else self._left | self._kept
        drift = tuple(sorted(there - expected))
        if drift and drift != self.drift:
            log.warning(
                "%s: %d mails are there that are neither settled nor left on purpose: UID %s",
                *(self._where, len(drift), ", ".join(map(str, drift[:10]))),
            )
        self.drift = drift

    def _unique(self, baseline: Baseline, uid: int) -> str:
        """The name under which our rows know one mail of this folder."""
        return f"{self._box}:{baseline.uidvalidity}:{uid}"


@dataclass(frozen=True, slots=True)
class _Batch:
    """Mails that were fetched and are being kept."""

    uids: list[int]
    size: int  # bytes
    promise: "Future[int]"


class _Belt:
    """Mails between the server and the disk: some in hand, others on their way."""

    def __init__(self, put_all: "Callable[[Sequence[Fetched]], Future[int]]") -> None:
        self.hand: dict[int, Fetched] = {}
        self.batches: deque[_Batch] = deque()
        self._put_all = put_all

    @property
    def weight(self) -> int:
        """Bytes of them all."""
        return self._in_hand() + sum(batch.size for batch in self.batches)

    @property
    def is_kept(self) -> bool:
        """Whether those that went first are on the disk, or cannot be."""
        return bool(self.batches) and self.batches[0].promise.done()

    def _in_hand(self) -> int:
        return sum(len(mail.raw) for mail in self.hand.values())

    def lay_down(self) -> None:
        """Send those in hand on their way."""
        hand, size, self.hand = self.hand, self._in_hand(), {}
        if hand:
            self.batches.append(_Batch(list(hand), size, self._put_all(list(hand.values()))))


def _from(client: Client, first: int) -> set[int]:
    """UIDs from this one on; "n:*" gives the last mail even when its UID is lower (RFC 3501)."""
    return {uid for uid in imap.search(client, ["UID", f"{first}:*"]) if uid >= first}


def _windows(uids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(uids)
    return (ordered[at : at + WINDOW] for at in range(0, len(ordered), WINDOW))
