"""A worker program whose parser falls into the trap that a mail names."""

import os
import signal
import sys
from collections.abc import Mapping

from postdesk.daemon import worker_main
from postdesk.mailbox.asides import NONE
from postdesk.mailbox.mail import NOBODY, Mail


def mail_about(subject: str) -> Mail:
    """A mail of which only the subject is told."""
    return Mail(
        "", (), (), subject, NOBODY, "", (), (), (), None, (), "", "", (), (), "", False, (), ""
    )


def fall(raw: bytes) -> Mail:
    """Read a mail, or do what its bytes say."""
    match raw.split():
        case [b"kill"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case [b"kill-once", flag] if not os.path.exists(flag):
            os.close(os.open(flag, os.O_CREAT))
            os.kill(os.getpid(), signal.SIGKILL)
        case [b"mark", flag]:
            os.close(os.open(flag, os.O_CREAT))
        case [b"bomb"]:
            len(b"x" * (2 << 30))
        case [b"loop"]:
            while True:
                pass
        case [b"pause"]:
            signal.pause()
        case [b"raise"] | [*_, b"TRAP"]:
            raise ValueError("no such charset")
        case [b"signals"]:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(os.getpid(), number)
        case [b"pid"]:
            return mail_about(str(os.getpid()))
    return mail_about(raw.decode())


def trapped_jobs(raw_mail: worker_main.RawMail, letters: Mapping[str, str]) -> worker_main.Jobs:
    """The jobs of the desk, with a parser that falls."""

    def parse(key: str) -> object:
        raw = raw_mail.read(key)
        return None if raw is None else (fall(raw), NONE)

    def render(wanted: tuple[str, str, Mapping[str, object]]) -> object:
        return worker_main.Failed(f"{sorted(letters)} {wanted}")

    return {"parse": parse, "render": render}


if __name__ == "__main__":
    if "never-ready" in sys.argv:
        sys.exit(1)
    worker_main.CPU_SECONDS = 1
    worker_main.main(trapped_jobs)
