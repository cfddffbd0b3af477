"""`postdesk rules show`: the set in force, each rule with its place, in the order they run."""

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import Any

from postdesk.daemon.cli_desk import config_of
from postdesk.daemon.cli_words import BAD_CONFIG, OK, Refusal, complain, say_json
from postdesk.daemon.config import Config
from postdesk.daemon.edit import Sources, read_book, restored
from postdesk.daemon.plain import plain
from postdesk.daemon.records import records
from postdesk.daemon.rule_files import MANNERS
from postdesk.daemon.rulebook import LATEST
from postdesk.rules.action import Action
from postdesk.rules.book import Book
from postdesk.rules.explain import said, shown
from postdesk.rules.rule import EVENTS, Rule


def show(args: Namespace) -> int:
    """Tell every rule of the set in force; with --effective the built-in manners, too."""
    config = config_of(args)
    book, since = _in_force(config)
    rules = [rule for rule in _in_order(book) if args.effective or not _is_built_in(rule)]
    if args.json:
        say_json({"version": book.version, "since": since, "rules": [_as_json(r) for r in rules]})
    else:
        _say(book, since, rules, config)
    return OK


def _in_force(config: Config) -> tuple[Book, str | None]:
    """The set that was accepted last and since when; of a desk that never ran, the files."""
    file = config.database.file
    if file is None or file.exists():
        with records(config) as kept, kept.rows.reading():
            row = kept.rows.one(LATEST)
        found = restored(json.loads(row["files"])).book if row else None
        if row and found:
            return found, row["at"]
    complain("no set is in force yet; these are the rules of the files")
    book = read_book(Sources.of(config))
    if isinstance(book, Book):
        return book, None
    raise Refusal(BAD_CONFIG, "\n".join(map(str, book)))


def _in_order(book: Book) -> Iterator[Rule]:
    """Of one event after those of another, as they are asked."""
    for event in EVENTS:
        yield from book.rules_on(event)


def _is_built_in(rule: Rule) -> bool:
    return rule.where.startswith(f"{MANNERS}:")


def _as_json(rule: Rule) -> dict[str, Any]:
    return {
        "on": rule.on,
        "name": rule.name,
        "where": rule.where,
        "when": said(rule.when),
        "then": [{"action": action.kind, "value": plain(action.value)} for action in rule.then],
        "stop": rule.stop,
        "calendar": rule.calendar,
    }


def _say(book: Book, since: str | None, rules: Iterable[Rule], config: Config) -> None:
    from postdesk.daemon.tables import local

    in_force = f"in force since {local(since, config.desk.timezone)}" if since else "not in force"
    people = book.people
    print(
        f"set {book.version}, {in_force}: {len(people.agents)} agents, {len(people.teams)} teams,"
        f" {len(book.rules)} rules, {len(book.tests)} tests"
    )
    on = ""
    for rule in rules:
        if rule.on != on:
            on = rule.on
            print(f"\n{on}")
        for line in _lines(rule):
            print(f"  {line}")


def _lines(rule: Rule) -> Iterator[str]:
    yield f'{rule.where} "{rule.name}"'
    yield f"  when {said(rule.when)}{f', in {rule.calendar}' if rule.calendar else ''}"
    for action in rule.then:
        yield f"  then {_action(action)}"
    if rule.stop:
        yield "  stop"


def _action(action: Action) -> str:
    if action.kind == "set" and isinstance(action.value, tuple):
        name, value = action.value
        return f"set.{name} = {shown(value)}"
    return f"{action.kind} = {shown(action.value)}"
