"""How much one sender, and all together, may ask of the receiver."""

import asyncio
import ipaddress
from collections import Counter, deque
from dataclasses import dataclass
from types import TracebackType

MB = 1000 * 1000
LINE = 64 * 1024
STEP = 256 * 1024  # bytes of memory asked for at a time


@dataclass(frozen=True, slots=True)
class Limits:
    """What the receiver bears."""

    size: int = 35 * MB  # bytes of one mail
    recipients: int = 50  # of one mail
    connections: int = 100  # at a time
    per_address: int = 10  # of them from one address; none for this machine's own
    memory: int = 64 * MB  # bytes of mails being received, all sessions together
    patience: float = 30.0  # seconds a session waits for such memory
    idle: float = 300.0  # seconds between commands, or between bytes of a mail
    line: int = LINE  # bytes of one line of a mail
    command: int = 4096  # bytes of one command
    commands: int = 1000  # before a mail must have been kept
    mistakes: int = 20  # unknown commands before we hang up
    hops: int = 100  # Received lines: RFC 5321 6.3 takes more for a loop
    reject_bare_newlines: bool = False  # else they are put right


class Door:
    """Counts who is in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._inside: Counter[str] = Counter()
        self._all = 0

    def enter(self, address: str) -> str:
        """Let one more connection in: "" or the 421 that says why not."""
        if self._all >= self._limits.connections:
            return "421 4.3.2 too many connections, come back later"
        caller = _caller(address)
        if caller and self._inside[caller] >= self._limits.per_address:
            return "421 4.7.0 too many connections from your address"
        self._all += 1
        if caller:
            self._inside[caller] += 1
        return ""

    def leave(self, address: str) -> None:
        """One that was let in has gone."""
        self._all -= 1
        caller = _caller(address)
        self._inside[caller] -= 1
        if self._inside[caller] <= 0:
            del self._inside[caller]


def _caller(address: str) -> str:
    """Who is counted: an IPv4 address or an IPv6 /64; "" for this machine, where front MTAs sit."""
    if not address or address == "127.0.0.1":
        return ""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.is_loopback:
        return ""
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return address


class Room:
    """The memory that mails may take while they are received and written."""

    def __init__(self, limits: Limits) -> None:
        # One mail of the largest size must always fit, or it would be put off for ever.
        self.free = max(limits.memory, limits.size + STEP)  # bytes
        self._patience = limits.patience
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> bool:
        """Wait for ``size`` bytes, first come first served; False: there was no room in time."""
        if not self._queue and size <= self.free:
            self.free -= size
            return True
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((size, turn))
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            self._step_back(size, turn)
            if isinstance(error, TimeoutError):
                return False
            raise
        return True

    def give_back(self, size: int) -> None:
        """``size`` bytes are free again."""
        self.free += size
        self._serve()

    def _step_back(self, size: int, turn: "asyncio.Future[None]") -> None:
        if turn.done() and not turn.cancelled():
            self.give_back(size)  # its turn came in the very moment it left
            return
        self._queue = deque(entry for entry in self._queue if entry[1] is not turn)
        self._serve()

    def _serve(self) -> None:
        while self._queue and self._queue[0][0] <= self.free:
            size, turn = self._queue.popleft()
            if not turn.done():
                self.free -= size
                turn.set_result(None)


class Share:
    """One mail's part of the room, given back at the end of the ``with``."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._held = 0  # bytes

    def __enter__(self) -> "Share":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._room.give_back(self._held)

    async def cover(self, size: int) -> bool:
        """Hold at least ``size`` bytes; False: there was no room in time."""
        if size <= self._held:
            return True
        if not await self._room.take(size - self._held):
            return False
        self._held = size
        return True
