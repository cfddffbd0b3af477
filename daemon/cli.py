"""The program `postdesk`: its commands, and one sentence with an exit code for what goes wrong."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from postdesk.daemon import cli_arguments as arguments
from postdesk.daemon.cli_parser import Parser
from postdesk.daemon.cli_words import (
    BAD_CONFIG,
    DATA,
    OK,
    TRY_AGAIN,
    USAGE,
    Refusal,
    complain,
    refused_by_system,
    speak_every_script,
)

Args = argparse.Namespace

WELCOME = """\
postdesk: a helpdesk for people who have a mail client already.

  postdesk demo            a throwaway desk plays a support day, to look at
  postdesk init DIR        begin a desk of your own
  postdesk check           is everything right with it?
  postdesk run             the daemon
  postdesk list            what is open
  postdesk status          does anything need a person?

All commands: postdesk --help. One of them: postdesk COMMAND --help.
"""
INTERRUPTED = 130  # as shells say it: 128 + SIGINT

# name, module, function, its arguments, what it does
COMMANDS: tuple[tuple[str, str, str, Callable[[Parser], None], str], ...] = (
    ("run", "cli_run", "run", arguments.none, "the daemon, until it is told to end"),
    ("once", "cli_run", "once", arguments.once, "one full turn of everything, for cron"),
    ("demo", "demo", "demo", arguments.demo, "a throwaway desk plays a support day"),
    ("init", "init", "init", arguments.init, "begin a new desk in a folder"),
    ("check", "cli_check", "check", arguments.check, "config, rules, letters, connections"),
    ("inject", "cli_inject", "inject", arguments.inject, "mail from files or a pipe"),
    ("list", "cli_tickets", "list_view", arguments.listing, "the tickets of a view"),
    ("show", "cli_tickets", "show", arguments.show, "one ticket with all its words"),
    ("find", "cli_tickets", "find", arguments.find, "the tickets that have these words"),
    ("new", "cli_acts", "new", arguments.new, "open a ticket on behalf of a customer"),
    ("do", "cli_acts", "do", arguments.do, "an agent's command: postdesk do 7 close"),
    ("explain", "cli_explain", "explain", arguments.explain, "what would happen to a mail"),
    ("rules", "cli_rules", "rules", arguments.rules, "test, show and rehearse the rules"),
    ("replay", "cli_replay", "replay", arguments.replay, "all kept mail by today's code and rules"),
    ("spool", "cli_queues", "spool", arguments.spool, "mail that is held or waits, and why"),
    ("outbox", "cli_queues", "outbox", arguments.outbox, "letters that wait or failed, and why"),
    ("login", "cli_login", "login", arguments.login, "fetch and keep the OAuth2 login of a box"),
    ("status", "cli_check", "status", arguments.status, "does anything need a person?"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is one of sysexits.h.

    Mail that an MTA hands over through a pipe is never lost to a mistake of ours: whatever goes
    wrong but the mail itself, 75 tells the MTA to try again.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    speak_every_script()
    if not words:
        print(WELCOME, end="")
        return OK
    code = _ended(words)
    return TRY_AGAIN if code not in (OK, DATA) and _is_pipe(words) else code


def _ended(words: list[str]) -> int:
    try:
        args = parser().parse_args(words)
        code: int = args.command(args)
        sys.stdout.flush()
        return code
    except SystemExit as ended:  # argparse, after --help and --version
        return int(ended.code or OK)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `postdesk list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        refusal = _refusal(error)
        if refusal is None and not _is_pipe(words):
            raise
        complain(str(refusal or f"{type(error).__name__}: {error}"))
        return refusal.code if refusal else TRY_AGAIN


def _refusal(error: Exception) -> Refusal | None:
    """The sentence and the code for trouble that is to be expected; None for a mistake of ours."""
    from postdesk.daemon.config import BadConfig
    from postdesk.daemon.relay import RelayUnusable
    from postdesk.daemon.schema import DatabaseTrouble
    from postdesk.daemon.secrets import SecretUnreadable
    from postdesk.daemon.state import StateTaken
    from postdesk.daemon.store import StoreTrouble
    from postdesk.mailbox.spool import SpoolError

    match error:
        case Refusal():
            return error
        case BadConfig(mistakes=mistakes):
            many = f"{len(mistakes)} mistakes" if len(mistakes) > 1 else "a mistake"
            return Refusal(BAD_CONFIG, f"{many} in the config:\n{error}")
        case SecretUnreadable() | RelayUnusable():
            return Refusal(BAD_CONFIG, str(error))
        case StoreTrouble():
            return Refusal(TRY_AGAIN, f"the database fails: {error}; nothing was written")
        case StateTaken() | DatabaseTrouble() | SpoolError():
            return Refusal(TRY_AGAIN, str(error))
        case OSError():
            return refused_by_system(error)
    return None


def parser() -> Parser:
    """Every command with its arguments."""
    top = Parser(prog="postdesk", description="A helpdesk that lives in everybody's mail client.")
    _add_config(top, default=None)
    top.add_argument("--version", action="version", version=f"postdesk {_version()}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for name, module, function, add_arguments, does in COMMANDS:
        command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        _add_config(command, default=argparse.SUPPRESS)
        add_arguments(command)
        command.set_defaults(command=partial(_call, module, function))
    return top


def _add_config(parser: Parser, default: str | None) -> None:
    words = "the config; else $POSTDESK_CONFIG, ./config.toml, /etc/postdesk/config.toml"
    hidden = argparse.SUPPRESS if default == argparse.SUPPRESS else words
    parser.add_argument("--config", type=Path, metavar="FILE", default=default, help=hidden)


def _call(module: str, function: str, args: Args) -> int:
    """Each command imports what it needs: most need little, and start the sooner."""
    code: int = getattr(import_module(f"postdesk.daemon.{module}"), function)(args)
    return code


def _is_pipe(words: Sequence[str]) -> bool:
    return "inject" in words and "-" in words


def _version() -> str:
    try:
        return version("postdesk")
    except PackageNotFoundError:
        return "(not installed)"


assert USAGE == 64  # sysexits.h, on every system we know of
