"""The arguments of each command."""

import argparse
from pathlib import Path

from postdesk.daemon.cli_parser import Parser, count, port, ticket_number
from postdesk.daemon.views import DEFAULT, VIEWS

NOW = "the time it is, in ISO 8601: 2026-11-23T09:00:00Z"


def none(parser: Parser) -> None:
    """Nothing but what every command takes."""


def once(parser: Parser) -> None:
    """once"""
    parser.add_argument("--now", metavar="TIME", help=f"{NOW}; for tests")


def demo(parser: Parser) -> None:
    """demo"""
    parser.add_argument("--no-wait", action="store_true", help="end when the story has been told")


def init(parser: Parser) -> None:
    """init"""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the desk is to be")
    parser.add_argument("--address", metavar="ADDRESS", help="where customers write")
    parser.add_argument("--name", metavar="NAME", help="what customers read as the desk's name")


def check(parser: Parser) -> None:
    """check"""
    parser.add_argument("--offline", action="store_true", help="ask no database and no server")


def inject(parser: Parser) -> None:
    """inject"""
    parser.epilog = (
        "FILE is a mail (.eml), an mbox, or a Maildir folder; - reads one mail from a pipe.\n\n"
        "From an MTA: postdesk inject - --from SENDER --to RECIPIENT\n"
        "exits with 75 when the mail cannot be kept, so that the MTA tries again."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="or -")
    parser.add_argument(
        "--from", dest="mail_from", metavar="ADDRESS", help="the envelope's sender (return path)"
    )
    parser.add_argument(
        "--to", dest="rcpts", action="append", metavar="ADDRESS",
        help="the envelope's recipient, again for more;"
        " else from Delivered-To, X-Original-To, Envelope-To",
    )  # fmt: skip
    parser.add_argument("--now", metavar="TIME", help=f"{NOW}; for tests")
    _json(parser)


def listing(parser: Parser) -> None:
    """list"""
    views = "\n".join(f"  {name:<11} {view.means}" for name, view in VIEWS.items())
    parser.epilog = f"Views:\n{views}"
    parser.epilog += "\n\nand those of the rule files, [view.NAME]."
    parser.add_argument("--view", metavar="NAME", default=DEFAULT, help="see below")
    parser.add_argument(
        "--as", dest="agent", metavar="AGENT", help="who looks, for mine and others"
    )
    _pages(parser)


def show(parser: Parser) -> None:
    """show"""
    parser.add_argument("number", type=ticket_number, metavar="N")
    parser.add_argument("--full", action="store_true", help="with all that the mails quote")
    _json(parser)


def find(parser: Parser) -> None:
    """find"""
    parser.add_argument("words", nargs="+", metavar="WORDS", help="all of them must be there")
    _pages(parser)


def new(parser: Parser) -> None:
    """new"""
    parser.epilog = "Prints the number of the ticket. Without --text the words come from a pipe."
    parser.add_argument("--from", dest="sender", metavar="ADDRESS", required=True, help="whose")
    parser.add_argument("--name", metavar="NAME", default="", help="the customer's")
    parser.add_argument("--subject", metavar="TEXT", required=True)
    parser.add_argument("--text", metavar="TEXT")
    parser.add_argument("--as", dest="agent", metavar="AGENT", help="who opens it")


def do(parser: Parser) -> None:
    """do"""
    parser.epilog = "The same as the line #close at the head of a mail to the ticket."
    parser.add_argument("number", type=ticket_number, metavar="N")
    parser.add_argument("verb", metavar="COMMAND")
    parser.add_argument("words", nargs="*", metavar="...")
    parser.add_argument("--as", dest="agent", metavar="AGENT", help="who does it")


def explain(parser: Parser) -> None:
    """explain"""
    parser.epilog = "Each rule: fired, or the first condition that failed. Nothing is changed."
    parser.add_argument("file", metavar="FILE", help="a mail (.eml); - reads it from a pipe")
    parser.add_argument("--at", metavar="TIME", help=f"{NOW}; else now")
    parser.add_argument(
        "--from", dest="mail_from", metavar="ADDRESS", help="the envelope's sender (return path)"
    )
    parser.add_argument(
        "--to", dest="rcpts", action="append", metavar="ADDRESS",
        help="the envelope's recipient, again for more; else what the headers tell",
    )  # fmt: skip
    _json(parser)


def replay(parser: Parser) -> None:
    """replay"""
    parser.epilog = "In a database that is thrown away: nothing is changed, and no letter leaves."
    parser.add_argument("--now", metavar="TIME", help=f"{NOW}; for tests")
    _json(parser)


def rules(parser: Parser) -> None:
    """rules test|schema|show|rehearse"""
    acts = _acts(parser)
    tried = acts.add_parser("rehearse", help="the edited rules over real past mail")
    tried.add_argument("--last", metavar="TIME", default="30d", help="how far back: 30d")
    tried.add_argument("--now", metavar="TIME", help=f"{NOW}; for tests")
    _json(tried)
    told = acts.add_parser("show", help="the set in force, each rule with file and line")
    told.add_argument(
        "--effective", action="store_true", help="with the built-in manners, which run first"
    )
    _json(told)
    acts.add_parser("schema", help="the JSON Schema of rule files, for your editor")
    tested = acts.add_parser("test", help="run the [[test]] tables")
    tested.add_argument("names", nargs="*", metavar="NAME", help="only the tests of these names")
    tested.add_argument("--now", metavar="TIME", help=f"{NOW}; for tests that name no time")
    _json(tested)


def spool(parser: Parser) -> None:
    """spool list|show|retry|drop"""
    acts = _acts(parser)
    listed = acts.add_parser("list", help="what is new or held")
    listed.add_argument("--state", choices=("new", "done", "held", "all"), metavar="STATE",
                        help="new, done, held or all")  # fmt: skip
    _limit(listed)
    shown = acts.add_parser("show", help="one mail")
    shown.add_argument("id", metavar="ID", help="or the first characters of it")
    shown.add_argument("--raw", action="store_true", help="the very bytes that came")
    _json(shown)
    for name, does in (("retry", "take it in again"), ("drop", "do nothing about it, ever")):
        acts.add_parser(name, help=does).add_argument("ids", nargs="+", metavar="ID")


def outbox(parser: Parser) -> None:
    """outbox list|show|retry|drop"""
    acts = _acts(parser)
    listed = acts.add_parser("list", help="what waits or failed")
    listed.add_argument("--state", choices=("waiting", "sent", "failed", "held", "all"),
                        metavar="STATE", help="waiting, sent, failed, held or all")  # fmt: skip
    _limit(listed)
    shown = acts.add_parser("show", help="one letter")
    shown.add_argument("id", type=count, metavar="ID")
    _json(shown)
    for name, does in (("retry", "try it again at once"), ("drop", "never send it")):
        acts.add_parser(name, help=does).add_argument("ids", nargs="+", type=count, metavar="ID")


def login(parser: Parser) -> None:
    """login"""
    parser.epilog = (
        "Says what to open in a browser, waits until somebody has logged in there, keeps what\n"
        "comes of it in the state folder, and shows that the mail server takes it.\n\n"
        "With device_url in the config any browser will do. With authorize_url it must run on\n"
        "this machine, or reach it: ssh -L 8912:localhost:8912 HOST, and here --port 8912."
    )
    parser.add_argument("mailbox", metavar="MAILBOX", help="NAME of [imap.NAME], or relay")
    parser.add_argument(
        "--port", type=port, metavar="N", help="where the browser comes back to; else any"
    )


def status(parser: Parser) -> None:
    """status"""
    _json(parser)


def _acts(parser: Parser) -> "argparse._SubParsersAction[Parser]":
    return parser.add_subparsers(dest="act", metavar="ACT", required=True, parser_class=Parser)


def _pages(parser: Parser) -> None:
    _limit(parser)
    parser.add_argument(
        "--before", type=ticket_number, metavar="N", help="go on after ticket N of this listing"
    )


def _limit(parser: Parser) -> None:
    parser.add_argument("--limit", type=count, metavar="N", default=50, help="50 at most, or N")
    _json(parser)


def _json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
