"""`postdesk do` and `postdesk new`: acts from the shell, by the same judgement as acts by mail."""

import sys
from argparse import Namespace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime

from postdesk.daemon.cli_desk import SHELL, config_of, house_of, who
from postdesk.daemon.cli_tickets import no_ticket
from postdesk.daemon.cli_words import DATA, OK, USAGE, Refusal
from postdesk.daemon.house import House
from postdesk.daemon.job import Job, RefusedError
from postdesk.daemon.store_holds import Intake
from postdesk.daemon.times import now_utc
from postdesk.daemon.work import TOLD
from postdesk.mailbox import mail
from postdesk.mailbox.address import ascii_addr, clean_name, normalise, parse_addresses
from postdesk.mailbox.parse import parse
from postdesk.mailbox.spool import new_key
from postdesk.rules.agent_mail import Run, words_at
from postdesk.rules.context import Context, timezone_of
from postdesk.rules.event import MailCame
from postdesk.rules.language import language_of
from postdesk.rules.order import Order
from postdesk.rules.orders import Problems, read_orders
from postdesk.rules.people import Agent
from postdesk.rules.pieces import joined
from postdesk.rules.textmatch import fold
from postdesk.rules.ticket import Ticket
from postdesk.rules.toml import did_you_mean
from postdesk.rules.verbs import BY_NAME
from postdesk.rules.workflow import Workflow
from postdesk.templates.catalogue import LANGUAGES

LONGEST = 10_000_000  # characters read from a pipe


def do(args: Namespace) -> int:
    """One command on one ticket, read and carried out as if it stood in an agent's mail."""
    config, now = config_of(args), now_utc()
    with house_of(config, now) as house:
        book = house.book()
        actor = who(args, book.people)
        agent = book.people.agent(actor) if args.agent else None
        zone, language = timezone_of(agent, book, config.desk.timezone), config.desk.language
        context = Context(now, agent, book, args.number, timezone=zone, language=language)
        order = _order(args, context)
        with house.rows.transaction():
            before = house.tickets.get(args.number, lock=True)
            if before is None:
                raise no_ticket(args.number)
            run = Run((order,), "")
            job = Job(
                agent or Agent(actor, actor, ()), SHELL, _SILENT, run, "team", before, context
            )
            after = _carried_out(house, job, now)
    print(_told(order, before, after, book.workflow))
    return OK


def _order(args: Namespace, context: Context) -> Order:
    """The order behind a command, sigil and aliases allowed."""
    bare = fold(args.verb.lstrip("#/!"))
    known = words_at(context)
    if bare not in known:
        guess = did_you_mean(bare, known)
        verbs = ", ".join(BY_NAME)
        raise Refusal(USAGE, f'there is no command "{args.verb}"{guess}; known: {verbs}')
    verb, first = known[bare]
    words = f"{first} {joined(args.words)}".strip()
    found = read_orders([(0, verb, words)], context, words=False)
    if isinstance(found, Problems):
        problem = found.found[0][1]
        meant = f"; did you mean {problem.guess}?" if problem.guess else ""
        raise Refusal(USAGE, f"#{verb}: {problem.why}{meant}")
    [order] = found
    if isinstance(order, TOLD):
        raise Refusal(USAGE, f"#{verb} is answered by mail; here: postdesk show, list and find")
    return order


def _carried_out(house: House, job: Job, now: datetime) -> Ticket:
    try:
        return house.orders.carry_out(job, now)
    except RefusedError as error:
        raise Refusal(DATA, str(error)) from None


def _told(order: Order, before: Ticket, after: Ticket, workflow: Workflow) -> str:
    was, now = workflow.label(before.status).lower(), workflow.label(after.status).lower()
    move = workflow.move(order.verb)
    if before.status != after.status:
        past = move.past if move and move.to == after.status else f"is {now} now"
        return f"#{before.number} {past}, it was {was}: {after.title}"
    if move or before == after:
        return f"#{before.number} is {now} already" if move else f"#{before.number}: no change"
    return f"#{before.number}: {order.verb} done: {after.title}"


_SILENT = parse(b"")  # the mail that an order from the shell stands in: it says nothing


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
    event = MailCame(
        mail=came,
        key=key,
        because=SHELL,
        opens=True,
        address=desk.address,
        language=language_of(came, house.book().people, desk.language, LANGUAGES),
        by=by,
    )
    intake = Intake(house.rows)
    with house.rows.transaction():
        intake.begin(key, came.digest, now)
        ticket = house.filing.open(event, house.book(), now).ticket
        assert ticket is not None  # no rule drops what a person opens
        intake.end(key, ticket.number)
    return ticket.number
