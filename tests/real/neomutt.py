"""neomutt without a person: it opens a Maildir, answers one letter with its own quoting, and ends.

It runs on a terminal of its own, because it will not run on none; what it showed is told when it
does not come to its end.
"""

import os
import pty
import re
import select
import subprocess
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from time import monotonic

from real.parts import real_part
from stories.town import Heard

PATIENCE = 30.0  # seconds

# What a person with a text client sets: answers quote the letter under a line that says whose.
SETTINGS = """
set realname="{name}" from="{address}" use_from=yes use_envelope_from=yes
set smtp_url="smtp://127.0.0.1:{port}" ssl_starttls=no ssl_force_tls=no hostname="laptop.example"
set editor="{editor}" include=yes fast_reply=yes reply_to=yes abort_unmodified=no
set folder="{mailbox}" spoolfile="{mailbox}" mbox=""
set sig_on_top=no postpone=no copy=no record="" tmpdir="{home}"
set mail_check=0 sleep_time=0 wait_key=no beep=no help=no quit=yes delete=no confirmappend=no
set assumed_charset="utf-8" charset="utf-8" send_charset="us-ascii:utf-8" header_cache=""
alternative_order text/plain
{more}
push "<limit>=i {message_id}<enter><first-entry><{verb}><send-message><quit>"
"""

EDITOR = """#!/bin/sh
# The words go above what neomutt quoted.
cat "{home}/words" "$1" >"{home}/edited" && cat "{home}/edited" >"$1"
"""


@dataclass
class Reader:
    """Somebody with neomutt, who reads letters in ``mailbox`` and sends through ``port``."""

    address: str
    name: str
    home: Path
    mailbox: Path
    port: int
    more: str = ""  # settings of this reader's own

    def hears(self, words: str = "") -> Heard:
        """The latest letter to this reader; it has these words."""
        found = [*self.mailbox.glob("new/*"), *self.mailbox.glob("cur/*")]
        letters = [Heard(path.name, _parsed(path)) for path in found]
        mine = [letter for letter in letters if letter.mail["Delivered-To"] == self.address]
        latest = max(mine, key=lambda letter: letter.mail["Date"].datetime)
        assert words in latest.text, f"{words!r} is not in:\n{latest.text}"
        return latest

    def replies(self, words: str, *, to: Heard | None = None, verb: str = "reply") -> None:
        """Answer the latest letter (or ``to``), the words above the quote."""
        letter = (to or self.hears()).mail
        program = real_part("neomutt")
        self.home.mkdir(exist_ok=True)
        (self.home / "words").write_text(words + "\n\n")
        (self.home / "neomuttrc").write_text(self._settings(letter, verb))
        run_on_terminal(
            [program, "-n", "-F", str(self.home / "neomuttrc"), "-f", str(self.mailbox)],
            {
                "HOME": str(self.home),
                "PATH": os.environ.get("PATH", os.defpath),
                "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
            },
        )

    def _settings(self, letter: EmailMessage, verb: str) -> str:
        editor = self.home / "editor"
        editor.write_text(EDITOR.format(home=self.home))
        editor.chmod(0o700)
        return SETTINGS.format(
            name=self.name,
            address=self.address,
            port=self.port,
            editor=editor,
            home=self.home,
            mailbox=self.mailbox,
            more=self.more,
            message_id=str(letter["Message-ID"]).strip("<>"),
            verb=verb,
        )


def _parsed(path: Path) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(path.read_bytes())


def run_on_terminal(command: list[str], env: dict[str, str]) -> None:
    """Run a program of full screens to its end; AssertionError shows what was on the screen."""
    ours, theirs = pty.openpty()
    try:
        program = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        shown = _watch(ours, program)
        assert program.returncode == 0, _plain(shown)
    finally:
        os.close(ours)


def _watch(terminal: int, program: subprocess.Popen[bytes]) -> bytes:
    """Read what it shows until it ends, so that it never waits for a reader."""
    shown, until = b"", monotonic() + PATIENCE
    try:
        while select.select([terminal], [], [], max(0.0, until - monotonic()))[0]:
            shown += os.read(terminal, 65536)
    except OSError:  # EIO: nobody has the other end any more
        program.wait(max(1.0, until - monotonic()))
        return shown
    program.kill()
    program.wait()
    raise AssertionError(f"neomutt does not end; it shows:\n{_plain(shown)}")


def _plain(shown: bytes) -> str:
    """The last of it without what moves the cursor."""
    text = re.sub(
        r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])", "\n", shown.decode("utf-8", "replace")
    )
    return re.sub(r"\n{2,}", "\n", text)[-4000:]
