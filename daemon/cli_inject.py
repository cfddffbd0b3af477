"""`postdesk inject`: mail from files, or from an MTA's pipe, into the spool."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from postdesk.daemon.cli_desk import config_of, moment
from postdesk.daemon.cli_words import DATA, OK, USAGE, Refusal, complain, say_json
from postdesk.daemon.config import Config
from postdesk.daemon.inject import Found, NoMail, found, keep, keep_all, mails_of
from postdesk.mailbox.address import normalise
from postdesk.mailbox.spool import Spool

PIPE = "-"


def inject(args: Namespace) -> int:
    """Keep the mails, whether a daemon runs or not; print the key of each once it is on disk."""
    if PIPE in args.files and len(args.files) > 1:
        raise Refusal(USAGE, "- stands alone: one mail is read from the pipe")
    given = _envelope(args)
    config = config_of(args)
    now = moment(args.now, config)
    with closing(Spool(config.desk.state / "spool.db")) as spool:
        if args.files == [PIPE]:
            return _from_pipe(args, given, config, spool, now)
        return _from_files(args, given, spool, now)


def _from_pipe(args: Namespace, given: Found, config: Config, spool: Spool, now: datetime) -> int:
    longest = config.smtp.max_size
    raw = sys.stdin.buffer.read(longest + 1)
    if not raw.strip():
        raise Refusal(DATA, "nothing came through the pipe")
    if len(raw) > longest:
        raise Refusal(DATA, f"the mail is longer than {longest} bytes ([smtp] max_size)")
    mail = _with(given, found("(pipe)", raw), args)
    key = keep(spool, mail, now).result()
    _say([(mail, key)], args)
    return OK


def _from_files(args: Namespace, given: Found, spool: Spool, now: datetime) -> int:
    troubles: list[str] = []
    mails = (_with(given, mail, args) for mail in _all(args.files, troubles))
    kept: list[tuple[Found, str]] = []

    def told(mail: Found, key: str) -> None:
        if args.json:
            kept.append((replace(mail, raw=b""), key))
        else:
            print(key)

    keep_all(spool, _with_bar(mails), now, told)
    if args.json:
        _say(kept, args)
    for trouble in troubles:
        complain(trouble)
    return DATA if troubles else OK


def _all(files: list[str], troubles: list[str]) -> Iterator[Found]:
    """Every mail of every file; a file that cannot be read does not keep the others out."""
    for name in files:
        try:
            yield from mails_of(Path(name))
        except NoMail as error:
            troubles.append(str(error))
        except OSError as error:
            troubles.append(f"{error.filename or name}: {error.strerror}")


def _envelope(args: Namespace) -> Found:
    """What the command line says of the envelope. An MTA is never told that an address will not
    do: a local one without a domain is better than a mail that comes again and again."""
    sender = _address(args.mail_from or "")
    null = sender.lower() == "mailer-daemon"  # how MTAs write the null return path
    rcpts = tuple(_address(address) for address in args.rcpts or ())
    return Found("", b"", "" if null else sender, rcpts)


def _address(text: str) -> str:
    bare = text.strip().strip("<>")
    return normalise(bare) or bare


def _with(given: Found, mail: Found, args: Namespace) -> Found:
    """The command line knows the envelope better than the headers do."""
    if args.mail_from is not None:
        mail = replace(mail, mail_from=given.mail_from)
    return replace(mail, rcpts=given.rcpts) if given.rcpts else mail


def _say(kept: list[tuple[Found, str]], args: Namespace) -> None:
    if args.json:
        say_json([{"id": key, "file": mail.place} for mail, key in kept])
    else:
        for _, key in kept:
            print(key)


def _with_bar(mails: Iterator[Found]) -> Iterator[Found]:
    """Count at the terminal, where a person would wonder whether anything goes on."""
    if not sys.stderr.isatty():
        yield from mails
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} mails"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        for mail in mails:
            yield mail
            progress.advance(task)
