"""`postdesk spool` and `postdesk outbox`: what is held or waits, why, and what to do about it."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from postdesk.daemon.cli_desk import SHELL, config_of, house_of, who
from postdesk.daemon.cli_words import DATA, OK, Refusal, complain, say_json
from postdesk.daemon.config import Config
from postdesk.daemon.outbox import draft_of
from postdesk.daemon.records import Records, records
from postdesk.daemon.shown import Json
from postdesk.daemon.store_holds import Holds
from postdesk.daemon.times import from_text, now_utc, utc_text
from postdesk.mailbox.spool import Item, Spool
from postdesk.rules.event import HoldSettled

PREFIX = 6  # characters of an id that may stand for the whole
SEARCHED = 20_000  # mails among which an id's beginning is looked up
_LETTER = (
    "id", "ticket", "recipient", "subject", "message_id", "state", "attempts", "next_try_at",
    "error",
)  # fmt: skip


def spool(args: Namespace) -> int:
    """One of list, show, retry, drop."""
    config = config_of(args)
    with closing(Spool(config.desk.state / "spool.db")) as kept:
        match args.act:
            case "list":
                return _spool_list(args, config, kept)
            case "show":
                return _spool_show(args, config, kept)
            case "retry":
                return _each(args.ids, lambda key: _retry(kept, key))
        return _each(args.ids, lambda key: _drop(args, config, kept, key))


def _spool_list(args: Namespace, config: Config, kept: Spool) -> int:
    states = {None: ("new", "held"), "all": (None,)}.get(args.state, (args.state,))
    items = [item for state in states for item in kept.items(state, args.limit)]
    items.sort(key=lambda item: item.received_at, reverse=True)
    mails = [mail_in_short(item) for item in items[: args.limit]]
    if args.json:
        say_json(mails)
    elif not mails:
        print("No mail waits, none is held." if args.state is None else "No mail in this state.")
    else:
        from postdesk.daemon.tables import say_mails

        say_mails(mails, config.desk.timezone)
    return OK


def mail_in_short(item: Item) -> Json:
    """A mail of the spool as programs see it."""
    return {
        "id": item.key,
        "state": item.state,
        "source": item.source,
        "from": item.sender,
        "to": item.to,
        "subject": item.subject,
        "received_at": utc_text(item.received_at),
        "tries": item.tries,
        "reason": item.reason,
        "ticket": item.ticket,
    }


def _spool_show(args: Namespace, config: Config, kept: Spool) -> int:
    item = _item(kept, args.id)
    if args.raw:
        sys.stdout.buffer.write(kept.raw(item.key))
        return OK
    told = mail_in_short(item) | {
        "mail_from": item.mail_from,
        "rcpts": list(item.rcpts),
        "peer": item.peer,
        "arrived_at": utc_text(item.arrived_at),
        "size": item.size,
    }
    _say_one(told, args, config)
    return OK


def _item(kept: Spool, key: str) -> Item:
    """The mail of this id, or of the one id that begins so."""
    found = kept.item(key)
    if found is None and len(key) >= PREFIX:
        near = [item for item in kept.items(None, SEARCHED) if item.key.startswith(key)]
        found = near[0] if len(near) == 1 else None
    if found is None:
        raise Refusal(DATA, f"there is no mail {key} in the spool; postdesk spool list --state all")
    return found


def _retry(kept: Spool, key: str) -> str:
    item = _item(kept, key)
    if not kept.retry(item.key):
        raise Refusal(DATA, f"mail {item.key} is {item.state} already")
    return f"mail {item.key} is new again"


def _drop(args: Namespace, config: Config, kept: Spool, key: str) -> str:
    item = _item(kept, key)
    if item.state == "held":
        _cancel_question(args, config, item)
    if not kept.drop(item.key, "dropped by hand"):
        raise Refusal(DATA, f"mail {item.key} is {item.state} already")
    return f"mail {item.key} is dropped; its bytes are kept"


def _cancel_question(args: Namespace, config: Config, item: Item) -> None:
    """An agent who answers later must not release what was dropped."""
    with records(config) as written, written.rows.reading():
        hold = written.holds.of(item.key)
    if hold is None or hold.state != "waiting":
        return
    now = now_utc()
    with house_of(config, now) as house, house.rows.transaction():
        args.agent = None
        actor = who(args, house.book().people)
        Holds(house.rows).settle(hold.number, "cancelled", SHELL, now)
        ticket = house.tickets.get(hold.ticket, lock=True) if hold.ticket else None
        if ticket:
            settled = HoldSettled(actor, SHELL, "cancelled", item.key)
            house.filing.carry_out(ticket, settled, house.book(), now)


def outbox(args: Namespace) -> int:
    """One of list, show, retry, drop."""
    config = config_of(args)
    with records(config) as kept:
        match args.act:
            case "list":
                return _outbox_list(args, config, kept)
            case "show":
                return _outbox_show(args, config, kept)
            case "retry":
                return _each(args.ids, lambda number: _try_again(kept, number))
        return _each(args.ids, lambda number: _never_send(kept, number))


def _outbox_list(args: Namespace, config: Config, kept: Records) -> int:
    with kept.rows.reading():
        letters = [letter_in_short(r) for r in kept.outbox.listed(args.state, args.limit)]
    if args.json:
        say_json(letters)
    elif not letters:
        print("No letter waits, none failed." if args.state is None else "No letter in this state.")
    else:
        from postdesk.daemon.tables import say_letters

        say_letters(letters, config.desk.timezone)
    return OK


def letter_in_short(row: Json) -> Json:
    """A letter as programs see it."""
    return {"to" if name == "recipient" else name: row[name] for name in _LETTER}


def _outbox_show(args: Namespace, config: Config, kept: Records) -> int:
    with kept.rows.reading():
        row = kept.outbox.get(args.id)
    if row is None:
        raise _no_letter(args.id)
    written = from_text(row["written_at"])
    assert written is not None  # the column takes no NULL
    draft = draft_of(row, written)
    told = letter_in_short(row) | {
        "kind": row["kind"],
        "author": row["author"],
        "written_at": row["written_at"],
        "from": draft.sender.addr,
        "text": draft.text,
        "attachments": [enclosed.name for enclosed in draft.enclosed],
    }
    _say_one(told, args, config)
    return OK


def _try_again(kept: Records, number: int) -> str:
    with kept.rows.transaction():
        if not kept.outbox.retry(number, now_utc()):
            raise _untouchable(kept, number)
    return f"letter {number} is tried again at once"


def _never_send(kept: Records, number: int) -> str:
    with kept.rows.transaction():
        if not kept.outbox.drop(number):
            raise _untouchable(kept, number)
    return f"letter {number} will not be sent"


def _untouchable(kept: Records, number: int) -> Refusal:
    row = kept.outbox.get(number)
    return (
        Refusal(DATA, f"letter {number} is {row['state']} already") if row else _no_letter(number)
    )


def _no_letter(number: int) -> Refusal:
    return Refusal(DATA, f"there is no letter {number}; postdesk outbox list --state all")


def _each(ids: Iterable[Any], act: Callable[[Any], str]) -> int:
    """Do it for each; one that cannot be done does not keep the others from it."""
    code = OK
    for one in ids:
        try:
            print(act(one))
        except Refusal as refusal:
            complain(str(refusal))
            code = refusal.code
    return code


def _say_one(told: Json, args: Namespace, config: Config) -> None:
    if args.json:
        say_json(told)
        return
    from postdesk.daemon.tables import say_one

    say_one(told, config.desk.timezone)
