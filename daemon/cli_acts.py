"""`postdesk do` and `postdesk new`: acts from the shell, by the same judgement as acts by mail."""

import sys
from argparse import Namespace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime

from postdesk.daemon.cli_desk import SHELL, config_of, house_of, who
from postdesk.daemon.cli_tickets import no_ticket
from postdesk.daemon.cli_words import DATA, OK, USAGE, Refusal
from postdesk.daemon.house import House
from postdesk.daemon.store_holds import Intake
from postdesk.daemon.times import now_utc
from postdesk.mailbox import mail
from postdesk.mailbox.address import ascii_addr, clean_name, normalise, parse_addresses
from postdesk.mailbox.parse import parse
from postdesk.mailbox.spool import new_key
from postdesk.rules.event import CommandGiven, MailCame
from postdesk.rules.textmatch import fold
from postdesk.rules.ticket import Ticket
from postdesk.rules.toml import did_you_mean
from postdesk.rules.verbs import VERBS, words_of
from postdesk.rules.workflow import DEFAULT, Move

LONGEST = 10_000_000  # characters read from a pipe


def do(args: Namespace) -> int:
    """One command on one ticket."""
    move = _move(args.verb)
    if args.words:
        raise Refusal(USAGE, f"{move.verb} takes no words yet: {' '.join(args.words)}")
    config, now = config_of(args), now_utc()
    with house_of(config, now) as house:
        event = CommandGiven(who(args, house.book().people), move.verb, (), SHELL)
        with house.rows.transaction():
            before = house.tickets.get(args.number, lock=True)
            if before is None:
                raise no_ticket(args.number)
            after = house.filing.carry_out(before, event, house.book(), now)
    print(_told(move, before, after))
    return OK


def _move(word: str) -> Move:
    """The move that a verb means, sigil and aliases allowed."""
    bare = fold(word.lstrip("#/!"))
    meaning, _ = words_of(VERBS).get(bare, ("", ""))
    move = DEFAULT.moves.get(bare) or DEFAULT.moves.get(meaning)
    if move:
        return move
    known = ", ".join(DEFAULT.moves)
    if meaning:
        raise Refusal(USAGE, f'"{meaning}" cannot be done from the shell yet; these can: {known}')
    raise Refusal(
        USAGE, f'there is no command "{word}"{did_you_mean(bare, DEFAULT.moves)}; known: {known}'
    )


def _told(move: Move, before: Ticket, after: Ticket) -> str:
    label = DEFAULT.label(before.status).lower()
    if before.status == move.to:
        return f"#{before.number} is {label} already"
    return f"#{before.number} {move.past}, it was {label}: {after.title}"


def new(args: Namespace) -> int:
    """Open a ticket on behalf of a customer; prints its number.

    The mail that the customer might have written is kept in the spool like any other, after the
    ticket is there: a daemon that finds it before us would open a second one.
    """
    customer = _customer(args)
    text = _words(args)
    config, now = config_of(args), now_utc()
    with house_of(config, now) as house:
        key = new_key()
        raw = _mail(house, key, customer, args, text)
        by = who(args, house.book().people)
        number = _open(house, key, parse(raw), by)
        house.spool.put(raw, source=SHELL, mail_from=customer.addr, at=now, key=key).result()
        house.spool.done(key, number)
    print(number)
    return OK


def _customer(args: Namespace) -> mail.Address:
    """Whose ticket it is: ``z@kunde.example`` or ``Zoë <z@kunde.example>``; --name goes before."""
    found = mail.Address("", normalise(args.sender))
    if "<" in args.sender:
        found = next(iter(parse_addresses([args.sender])), found)
    if not normalise(found.addr):
        raise Refusal(USAGE, f'--from: "{args.sender}" is no mail address')
    return mail.Address(args.name or found.name, found.addr)


def _words(args: Namespace) -> str:
    text: str = args.text if args.text is not None else sys.stdin.read(LONGEST)
    if not text.strip():
        raise Refusal(DATA, "no words: give --text, or write them into the pipe")
    return text


def _mail(house: House, key: str, who: mail.Address, args: Namespace, text: str) -> bytes:
    desk = house.config.desk
    letter = EmailMessage()
    letter["From"] = Address(clean_name(who.name), addr_spec=ascii_addr(who.addr) or who.addr)
    letter["To"] = desk.address
    letter["Subject"] = " ".join(args.subject.split())
    letter["Date"] = format_datetime(now_utc())
    letter["Message-ID"] = f"<{key}@{desk.address.rpartition('@')[2]}>"
    letter.set_content(text)
    return letter.as_bytes(policy=SMTPUTF8)


def _open(house: House, key: str, came: mail.Mail, by: str) -> int:
    desk, now = house.config.desk, now_utc()
    customer = house.book().people.customer_of(came.sender.addr)
    event = MailCame(
        mail=came,
        key=key,
        because=SHELL,
        opens=True,
        address=desk.address,
        language=(customer.language if customer else "") or desk.language,
        by=by,
    )
    intake = Intake(house.rows)
    with house.rows.transaction():
        intake.begin(key, came.digest, now)
        ticket = house.filing.open(event, house.book(), now).ticket
        assert ticket is not None  # no rule drops what a person opens
        intake.end(key, ticket.number)
    return ticket.number
