"""Kill -9 at any moment, again and again: is every mail one ticket, every letter one letter?

    python tests/bench/kill.py [--rounds 8] [--mails 60] [--seed N]

Each round starts ``postdesk run`` on the same desk, writes to it through its SMTP port, and kills
it while it starts or in the midst of its work. At the end a last daemon takes up
what was left, and the books are audited. Ends with 1 when anything was lost, doubled or changed.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path
from threading import Timer

from fake_relay import FakeRelay
from real.audit import Mailbag, complaints, take_up
from real.daemons import READY, Program, desk_at
from real.mta import Mta, mails

YOUNG = 0.2  # of all die before they are ready
AT_START, AT_WORK = 1.5, 0.8  # seconds at most: after its start, after it was ready
WAVE = 5


def main() -> int:
    """Exit code: 0 when the books are right."""
    words = arguments()
    seed = words.seed if words.seed is not None else random.randrange(10**6)
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    mta = Mta(mails(range(words.rounds * words.mails)))
    with tempfile.TemporaryDirectory() as folder, FakeRelay() as relay:
        config = desk_at(Path(folder), relay=f"smtp://127.0.0.1:{relay.port}")
        for number in range(1, words.rounds + 1):
            live_and_die(config, mta, words.mails, dice)
            told = f"round {number}: {len(mta.taken)} mails taken, {len(relay.letters)} letters out"
            print(told, flush=True)
        books = take_up(config, mta)
        bag = Mailbag.of_relay(relay)
    found = complaints(mails(range(words.rounds * words.mails)), books, bag)
    print(f"{len(books.numbers)} tickets, {len(bag.letters)} letters, {bag.doubles} of them twice")
    print("\n".join(found) or "nothing lost, nothing doubled, nothing changed")
    return 1 if found else 0


def live_and_die(config: Path, mta: Mta, many: int, dice: random.Random) -> None:
    """One daemon, killed at a moment that nobody chose."""
    young = dice.random() < YOUNG
    moment = dice.uniform(0, AT_START if young else AT_WORK)
    with Program(config, "run") as program:
        end = Timer(moment, program.process.kill)
        if young or program.says(READY):
            end.start()
        wave = mta.queue[:many] if program.says(READY) else []
        for start in range(0, len(wave), WAVE):
            mta.send(program.port, wave[start : start + WAVE])
        program.ends()


def arguments() -> argparse.Namespace:
    """The words of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--mails", type=int, default=60, help="in each round")
    parser.add_argument("--seed", type=int, help="the same moments again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
