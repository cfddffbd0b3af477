"""`postdesk demo`: a throwaway desk plays a support day through its real SMTP port."""

import logging
import os
import shlex
import signal
import sys
import tempfile
import threading
from argparse import Namespace
from pathlib import Path

from postdesk.daemon import log as logs
from postdesk.daemon.cli_words import OK
from postdesk.daemon.config import load
from postdesk.daemon.demo_stage import Stage, Timeline
from postdesk.daemon.demo_story import play
from postdesk.daemon.house import House
from postdesk.daemon.run import Daemon
from postdesk.daemon.state import StateLock

log = logging.getLogger(__name__)

CONFIG = """\
[desk]
name = "Example Support"
address = "support@example.com"
send_delay = "0s"              # answers leave at once, so that the story goes on

[smtp]
listen = "127.0.0.1:0"         # any free port

[web]
listen = ""
"""
PEOPLE = """\
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
public_name = "Anna"
signature = "Anna, Example Support"

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]
public_name = "Bob"
signature = "Bob, Example Support"

[customer."jonas@werk.example"]
name = "Jonas Falk"
language = "de"

[organisation."kunde.example"]
name = "Kunde GmbH"
vip = true
"""
PAUSE = 0.7  # seconds between two scenes for somebody who watches


def demo(args: Namespace) -> int:
    """Play the story; then stay up until Ctrl-C, unless told not to wait."""
    with tempfile.TemporaryDirectory(prefix="postdesk-demo-") as name:
        folder = Path(name)
        _desk(folder)
        logs.set_up(level="WARNING")
        config = load(folder / "config.toml", {})
        with StateLock(config.desk.state):
            daemon = Daemon(House(config))
            try:
                daemon.start()
                _perform(daemon, folder, wait=not args.no_wait)
            finally:
                daemon.stop()
    print("The demo has ended; its folder is gone.")
    return OK


def _desk(folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "rules").mkdir()
    (folder / "rules" / "10-people.toml").write_text(PEOPLE, encoding="utf-8")


def _perform(daemon: Daemon, folder: Path, *, wait: bool) -> None:
    if wait:  # a shell may have us ignore SIGINT in the background
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
    ended = threading.Event()
    pause = PAUSE if wait and sys.stdout.isatty() else 0.0
    timeline = Timeline()
    timeline.title(f"A desk is up in {folder}, its SMTP port is {daemon.port}.")
    play(Stage(daemon, timeline, rest=lambda: ended.wait(pause)))
    timeline.tickets(daemon.house)
    if not wait:
        return
    print(_what_next(folder, daemon.port), flush=True)
    try:
        ended.wait()
    except KeyboardInterrupt:
        print()


def _what_next(folder: Path, port: int) -> str:
    program = sys.argv[0] if os.path.basename(sys.argv[0]) == "postdesk" else "postdesk"
    postdesk = f"{shlex.quote(program)} --config {folder}/config.toml"
    return f"""\
The desk stays up until you press Ctrl-C. Now it is your turn, in another terminal:

  See every letter it has sent, in a mail client that reads Maildirs:
    mutt -f {folder}/var/outbox

  Answer one as Anna does (open her notification there, reply, send):
    mutt -f {folder}/var/outbox -e 'set from="anna@example.com"' \\
         -e 'set smtp_url="smtp://127.0.0.1:{port}/"' -e 'set ssl_starttls=no'

  Write a mail of your own to it:
    swaks --server 127.0.0.1:{port} --from you@example.net --to support@example.com \\
          --header "Subject: My first ticket" --body "Is anybody there?"
  or without swaks:
    python3 -c 'import smtplib; smtplib.SMTP("127.0.0.1", {port}).sendmail("you@example.net",
      "support@example.com", "From: you@example.net\\nSubject: My first ticket\\n\\nHello?")'

  Look at the tickets:
    {postdesk} list
    {postdesk} show 1

  Edit the rules while it runs: {folder}/rules/10-people.toml
"""
