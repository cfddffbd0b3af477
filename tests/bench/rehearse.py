"""Edited rules over kept mail, beside the rate at which the same mail was taken in.

    python tests/bench/run.py rehearse [--rounds 3] [--kinds mixed small] [--messages 1000]

A real daemon takes a seeded corpus in, until every letter is at smtp-sink; then a rule is edited,
and `postdesk rules rehearse`, a program of its own from start to end, goes through the same mails.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figures import at_least, tell
from bench.house import running, sink
from bench.whole import load

TARGET = 0.5
RULE = '[[rule]]\nname = "edited"\non = "ticket.created"\nthen.category = "edited"\n'


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--messages", type=int, default=1000)
    words.add_argument("--kinds", nargs="+", default=["mixed", "small"])
    asked = words.parse_args()
    for kind in asked.kinds:
        rounds = [one_round(kind, asked.messages) for _ in range(asked.rounds)]
        live, again = (statistics.median(rates) for rates in zip(*rounds, strict=True))
        what = f"{kind}, {asked.messages} mails: "
        tell(f"{what}live", f"{live:,.0f} mails/s")
        tell(f"{what}rehearsed", f"{again:,.0f} mails/s")
        at_least(f"{what}rehearsed to live", again / live, TARGET)


def one_round(kind: str, count: int) -> tuple[float, float]:
    """Mails a second: taken in, and rehearsed. Raises SystemExit where tickets are missing."""
    with tempfile.TemporaryDirectory() as place, sink() as relay:
        desk = Path(place) / "desk"
        with running(desk, relay=relay) as daemon:
            _, seconds = load(daemon, kind, count, seed=2)
        (desk / "rules/50-edited.toml").write_text(RULE)
        began = time.monotonic()
        told = rehearse(desk)
        again = time.monotonic() - began
    if told["mails"] != count or not told["tickets"]:
        raise SystemExit(f"{told['mails']} of {count} mails, {len(told['tickets'])} tickets differ")
    return count / seconds, count / again


def rehearse(desk: Path) -> dict[str, Any]:
    """What the program told."""
    config = str(desk / "config.toml")
    command = [sys.executable, "-m", "postdesk", "--config", config, "rules", "rehearse", "--json"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(found.stdout)
    return told


if __name__ == "__main__":
    main()
