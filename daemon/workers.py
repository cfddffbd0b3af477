"""Parsing and rendering in processes that may die, so that no mail takes the daemon with it."""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from postdesk.daemon.crew import Answer, Crew
from postdesk.daemon.worker import Job, Turn
from postdesk.daemon.worker_main import Failed, RawMail, desk_jobs
from postdesk.mailbox.asides import NONE, Asides
from postdesk.mailbox.mail import Mail

if TYPE_CHECKING:
    from postdesk.templates.render import Rendered

PARSE_SECONDS = 10.0
RENDER_SECONDS = 2.0
GONE = "is no longer in the spool"
# -P: the folder we are started in must not be able to replace a module. Not -m: the classes of
# __main__ could not be told to us.
BOOT = "from postdesk.daemon.worker_main import main; main()"
PROGRAM = (sys.executable, "-P", "-c", BOOT)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A mail of the spool, read; or its headline, and why there is no more."""

    key: str
    mail: Mail
    failure: str = ""  # goes on with the sentence "this mail ..."
    asides: Asides = NONE  # what it is beside its words


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail that was handed out to be read."""

    key: str
    turn: Turn

    @property
    def done(self) -> bool:
        """Whether somebody has read it, or given it up."""
        return self.turn.answer is not None


class Workers:
    """Processes that read mails from one spool and write letters from one set of templates."""

    def __init__(
        self,
        count: int,
        spool: Path,
        letters: Mapping[str, str] | None = None,
        *,
        program: Sequence[str] = PROGRAM,
        parse_seconds: float = PARSE_SECONDS,
        render_seconds: float = RENDER_SECONDS,
    ) -> None:
        """``letters``: the desk's own templates by file name; the package has the rest."""
        self._raw_mail = RawMail(spool)
        self._parse_seconds = parse_seconds
        self._render_seconds = render_seconds
        self._crew = Crew(count, (*program, str(spool)), dict(letters or {}))

    def start(self) -> None:
        """Start the processes and return: they come up while the daemon does."""
        self._crew.start()

    def stop(self) -> None:
        """End the processes; a later job would start them again."""
        self._crew.stop()
        self._raw_mail.close()

    def renew(self, letters: Mapping[str, str]) -> None:
        """Write letters from these templates from now on."""
        self._crew.renew(dict(letters))

    def parse(self, keys: Iterable[str]) -> list[Parsed]:
        """Read these mails now, in this order; whatever they do, each gives a Mail.

        Raises SpoolError when the spool cannot be read, and CannotStartError.
        """
        wanted = list(keys)
        answers = self._crew.run([self._job(key) for key in wanted])
        return [self._parsed(key, answer) for key, answer in zip(wanted, answers, strict=True)]

    def begin(self, keys: Sequence[str]) -> list[Reading]:
        """Hand these mails out and return at once."""
        turns = self._crew.give([self._job(key) for key in keys])
        return [Reading(key, turn) for key, turn in zip(keys, turns, strict=True)]

    def wait(self, readings: Sequence[Reading], seconds: float = math.inf) -> None:
        """Until all of these are done, or for so long.

        Raises CannotStartError; then they have to be handed out again.
        """
        self._crew.wait([reading.turn for reading in readings], seconds)

    def parsed(self, reading: Reading) -> Parsed:
        """What became of a mail that is done. Raises SpoolError when the spool cannot be read."""
        assert reading.turn.answer is not None
        return self._parsed(reading.key, reading.turn.answer)

    def render(self, name: str, language: str, values: Mapping[str, object]) -> "Rendered | Failed":
        """Write a letter. ``values`` must pickle; what goes wrong comes back in words."""
        job = Job("render", (name, language, dict(values)), self._render_seconds)
        [answer] = self._crew.run([job])
        return cast("Rendered | Failed", answer.value or Failed(answer.failure))

    def _job(self, key: str) -> Job:
        return Job("parse", key, self._parse_seconds)

    def _parsed(self, key: str, answer: Answer) -> Parsed:
        match answer.value:
            case Mail() as mail, Asides() as asides:
                return Parsed(key, mail, asides=asides)
        return _headline(key, self._raw_mail.read(key), answer.failure)


class InlineWorkers:
    """The same work done in this process, without limits: for tests."""

    def __init__(self, spool: Path, letters: Mapping[str, str] | None = None) -> None:
        self._raw_mail = RawMail(spool)
        self._jobs = desk_jobs(self._raw_mail, letters or {})

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Let go of the spool."""
        self._raw_mail.close()

    def renew(self, letters: Mapping[str, str]) -> None:
        """Write letters from these templates from now on."""
        self._jobs = desk_jobs(self._raw_mail, letters)

    def parse(self, keys: Iterable[str]) -> list[Parsed]:
        """Read these mails, in this order. Raises SpoolError."""
        return [self._parsed(key) for key in keys]

    def begin(self, keys: Sequence[str]) -> list[Reading]:
        """Read these mails now. Raises SpoolError."""
        return [
            Reading(one.key, Turn(Job("parse", one.key, 0), answer=Answer(one)))
            for one in self.parse(keys)
        ]

    def wait(self, readings: Sequence[Reading], seconds: float = math.inf) -> None:
        """They are done."""

    def parsed(self, reading: Reading) -> Parsed:
        """What was read."""
        assert reading.turn.answer is not None
        return cast(Parsed, reading.turn.answer.value)

    def render(self, name: str, language: str, values: Mapping[str, object]) -> "Rendered | Failed":
        """Write a letter; a mistake in its template comes back in words."""
        return cast("Rendered | Failed", self._jobs["render"]((name, language, values)))

    def _parsed(self, key: str) -> Parsed:
        read = cast(tuple[Mail, Asides] | None, self._jobs["parse"](key))
        return Parsed(key, read[0], asides=read[1]) if read else _headline(key, None, "")


AnyWorkers = Workers | InlineWorkers


def _headline(key: str, raw: bytes | None, failure: str) -> Parsed:
    """What can be told of a mail that no worker survives."""
    from postdesk.mailbox.parse import headline  # here: few daemons ever load the parser

    return Parsed(key, headline(raw or b""), GONE if raw is None else failure)
