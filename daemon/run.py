"""The daemon: listeners and loops around one house, started and ended in order."""

import asyncio
import contextlib
import logging
import signal
import ssl
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from queue import SimpleQueue
from typing import Any, TypeVar

from postdesk.daemon.config_values import Listen
from postdesk.daemon.house import House
from postdesk.daemon.loops import Clock, Loop
from postdesk.daemon.mailboxes import Reader
from postdesk.daemon.times import now_utc
from postdesk.mailbox.limits import Limits
from postdesk.mailbox.receiver import Incoming, Receiver

log = logging.getLogger(__name__)

GRACE = 10.0  # seconds for sessions and turns that are under way
TICK = 1.0
LOOK = 5.0  # seconds that an answer waits for a last look into the mailboxes
LOOK = 2  # seconds between two looks at the files of an edit
LONG = 60.0  # for what is woken when there is something to do
Told = TypeVar("Told")


class Daemon:
    """`postdesk run`. ``now`` is the clock of everything that waits for a time."""

    def __init__(self, house: House, now: Callable[[], datetime] = now_utc) -> None:
        self.house = house
        self._now = now
        self._desk = Loop("desk", self._desk_turn, TICK, house.rows.reading)
        self._courier = Loop("courier", self._courier_turn, TICK, house.rows.reading)
        self._rules = Loop("rules", self._rules_turn, LONG)
        self._clock = Clock()
        self._ticker = Loop("clock", self._clock.step, TICK)
        self._wire = Wire(house, now)
        self.loops = (self._desk, self._courier, self._rules, self._ticker)

    @property
    def port(self) -> int:
        """Where the receiver listens; 0 when it is off."""
        return self._wire.port

    @property
    def lmtp_port(self) -> int:
        """Where the receiver listens for LMTP; 0 when it is off, or at a Unix socket."""
        return self._wire.lmtp_port

    def start(self) -> None:
        """Bring everything up; returns when each listener is. Raises OSError for a taken port."""
        house = self.house
        house.start(self._now())
        house.spool.on_new = self._desk.wake
        self._clock.every(LOOK, "rules", self._rules.wake)
        self._wire.start()
        for thread in (*self.loops, *house.readers):
            thread.start()
        log.info("postdesk is ready")

    def stop(self) -> None:
        """End in order: no more mail in, what is under way ends, the files are closed."""
        self._wire.stop()
        threads: tuple[Loop | Reader, ...] = (*self.loops, *self.house.readers)
        for thread in threads:
            thread.stop()
        for thread in threads:
            if thread.is_alive():
                thread.join(GRACE)
        self.house.close()
        log.info("postdesk has ended")

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until nothing is left that is due now."""
        seen = -1
        while seen != (total := self._desk.done + self._courier.done):
            seen = total
            self._rules.full_turn(timeout)
            self._desk.full_turn(timeout)
            self._courier.full_turn(timeout)

    def reread(self) -> None:
        """Read rules and templates again (SIGHUP), changed or not."""
        self.house.rulebook.ask()
        self._rules.wake()

    def _rules_turn(self) -> int:
        """Read an edit here, which may take a while; the desk takes it between two turns."""
        if self.house.rulebook.look(self._now()):
            self._desk.wake()
        return 0

    def _desk_turn(self) -> int:
        done = self.house.work(self._now())
        if done:
            self._courier.wake()
        return done

    def _courier_turn(self) -> int:
        if self.house.readers and self.house.outbox.answer_due(self._now()):
            self._look_once_more()
        done = self.house.courier.step(self._now())
        if done:
            self._desk.wake()
        return done

    def _look_once_more(self) -> None:
        """Before an answer leaves: perhaps its author took it back, or the customer wrote."""
        for reader in self.house.readers:
            with contextlib.suppress(TimeoutError):
                reader.full_turn(LOOK)
        with contextlib.suppress(TimeoutError):
            self._desk.full_turn(LOOK)


class Wire:
    """The receiver in an asyncio loop of its own thread."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        smtp = house.config.smtp
        limits = Limits(size=smtp.max_size, reject_bare_newlines=smtp.bare_newline == "reject")
        self._receiver = Receiver(
            house.accepts,
            self._keep,
            limits,
            hostname=house.config.desk.address.partition("@")[2],
            tls_context=_tls(house),
        )
        self.port = 0
        self.lmtp_port = 0  # of a Unix socket: 0

    def start(self) -> None:
        """Listen. Raises OSError with a sentence."""
        self._thread.start()
        smtp = self._house.config.smtp
        if smtp.listen:
            listening = self._receiver.start(smtp.listen.host, smtp.listen.port)
            self.port = self._listening("listen", smtp.listen, listening)
            log.info("receiver: SMTP on %s:%d", smtp.listen.host, self.port)
        if smtp.lmtp:
            listening = self._receiver.start_lmtp(str(smtp.lmtp))
            self.lmtp_port = self._listening("lmtp", smtp.lmtp, listening)
            log.info("receiver: LMTP on %s", replace(smtp.lmtp, port=self.lmtp_port))

    def _listening(
        self, key: str, place: Listen, listening: Coroutine[Any, Any, tuple[str, int]]
    ) -> int:
        try:
            return self._call(listening)[1]
        except OSError as error:
            self.stop()
            why = f"another program has it, or [smtp] {key} is not an address of this machine"
            if place.path:
                why = f"another program listens there, or its folder is not ours: see [smtp] {key}"
            words = f"cannot listen on {place}: {error.strerror}; {why}"
            raise OSError(error.errno, words) from error

    def stop(self) -> None:
        """Take no more mail; sessions that are sending may end."""
        if not self._thread.is_alive():
            return
        self._call(self._receiver.stop(GRACE))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(GRACE)
        self._loop.close()

    def _keep(self, mail: Incoming) -> "Future[str]":
        return self._house.spool.put(
            mail.raw,
            source=mail.source,
            mail_from=mail.mail_from,
            rcpts=mail.rcpts,
            peer=mail.peer,
            key=mail.key,
            at=self._now(),
        )

    def _call(self, awaitable: Coroutine[Any, Any, Told]) -> Told:
        return asyncio.run_coroutine_threadsafe(awaitable, self._loop).result(GRACE * 2)


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where it is installed: about a third faster at accepting mail."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def _tls(house: House) -> ssl.SSLContext | None:
    smtp = house.config.smtp
    if smtp.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(smtp.tls_cert, smtp.tls_key)
    return context


def run_until_told(daemon: Daemon) -> None:
    """Run until SIGTERM or SIGINT; SIGHUP rereads rules and templates.

    A signal only leaves word. It may come at any line of this thread, in the middle of a
    transaction too, and an Event that is being waited for cannot be set from a handler safely.
    """
    told: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: told.put(number))
    daemon.start()
    while told.get() == signal.SIGHUP:
        daemon.reread()
    daemon.stop()
