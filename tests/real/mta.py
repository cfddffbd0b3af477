"""A sending mail server: it keeps a mail until it gets a 250 for it, and never longer."""

import smtplib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Lock

SUPPORT = "support@example.com"
LINES = 5  # connections at once
SECONDS = 30.0


@dataclass
class Mta:
    """``queue``: what was not taken yet; ``taken``: what got its 250."""

    queue: list[EmailMessage]
    taken: list[EmailMessage] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def send(self, port: int, some: Sequence[EmailMessage] | None = None) -> None:
        """Try these mails (all that wait) once, over several connections at a time."""
        wave = list(self.queue) if some is None else some
        with ThreadPoolExecutor(LINES) as lines:
            list(lines.map(lambda mail: self._try(port, mail), wave))

    def _try(self, port: int, mail: EmailMessage) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", port, "mx.kunde.example", SECONDS) as line:
                line.sendmail(str(mail["From"]), [SUPPORT], mail.as_bytes())
                self._note(mail)
        except (OSError, smtplib.SMTPException):
            return  # no 250, or one whose goodbye was lost: `_note` knows

    def _note(self, mail: EmailMessage) -> None:
        with self._lock:
            self.queue.remove(mail)
            self.taken.append(mail)


def mails(numbers: Iterable[int]) -> list[EmailMessage]:
    """One mail from one customer for each number."""
    return [_mail(n) for n in numbers]


def _mail(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"customer{number}@kunde.example"
    mail["To"] = SUPPORT
    mail["Subject"] = f"Lamp {number}"
    mail["Message-ID"] = f"<lamp-{number}@kunde.example>"
    mail.set_content(f"Lamp number {number} stays dark.\n")
    return mail
