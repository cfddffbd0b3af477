"""What our reading of a mail costs beside the standard library's, on mail of our own invention.

    python tests/bench/run.py parse [--rounds 3] [--messages 1000]

Theirs is the quick one of theirs, ``compat32``, with every part decoded: the floor of all that
can be done in Python. Ours also cuts quotes, lays out HTML, tells machines from people. CPU time.
"""

import argparse
import email
import statistics
import time
from collections.abc import Callable, Sequence
from email.message import Message

from bench.corpus import corpus

from postdesk.mailbox.parse import parse

KINDS = ("mixed", "small", "plain", "quoted", "alternative", "charset")


def theirs(raw: bytes) -> int:
    """Read with the standard library; how many bytes its parts have."""
    mail: Message = email.message_from_bytes(raw)
    bodies = (part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart())
    return sum(len(body) for body in bodies if isinstance(body, bytes))


def milliseconds(read: Callable[[bytes], object], mails: Sequence[bytes]) -> float:
    """CPU time for one mail, on average."""
    began = time.process_time()
    for raw in mails:
        read(raw)
    return (time.process_time() - began) * 1000 / len(mails)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--messages", type=int, default=1000)
    asked = words.parse_args()
    print(f"ms of CPU for one mail, medians of {asked.rounds} rounds of {asked.messages} mails")
    print(f"{'corpus':<14}{'KiB':>7}{'compat32':>11}{'ours':>9}{'ratio':>8}")
    for kind in KINDS:
        mails = corpus(kind, asked.messages)
        pairs = [
            [milliseconds(read, mails) for read in (theirs, parse)] for _ in range(asked.rounds)
        ]
        them, us = (statistics.median(column) for column in zip(*pairs, strict=True))
        size = statistics.mean(map(len, mails)) / 1024
        print(f"{kind:<14}{size:>7.1f}{them:>11.3f}{us:>9.3f}{us / them:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
