"""Rule files to a rulebook: all of them good, or every mistake of all of them."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from postdesk.rules.book import Book, digest_of
from postdesk.rules.defined import Defined, Names, named
from postdesk.rules.draft import Draft
from postdesk.rules.read_calendar import read_calendars
from postdesk.rules.read_own import (
    read_aliases,
    read_fields,
    read_replies,
    read_views,
    verbs_of,
)
from postdesk.rules.read_people import read_people
from postdesk.rules.read_rules import read_rules
from postdesk.rules.read_sla import read_slas
from postdesk.rules.read_trials import read_trials
from postdesk.rules.read_workflow import read_workflow
from postdesk.rules.stray import tell_strays
from postdesk.rules.toml import Mistake, read_toml
from postdesk.rules.workflow import DEFAULT


def read(
    texts: Mapping[str, str], letters: Collection[str] | None = None
) -> Book | tuple[Mistake, ...]:
    """The book of these texts (file name to text), read in the lexical order of their names.

    ``letters`` are the names of the templates that a rule may send; None when nobody can tell.
    A file that is no TOML takes nothing away from the others: their mistakes are told beside its
    own, except that a name which nobody defines is then not told; the broken file may define it.
    """
    draft = Draft()
    broken: list[Mistake] = []
    for name in sorted(texts):
        document = read_toml(name, texts[name])
        if isinstance(document, Mistake):
            broken.append(document)
        else:
            draft.add(document)
    draft.whole = not broken
    defined = names_of(draft, letters)
    people = read_people(draft, defined)
    calendars = read_calendars(draft)
    slas = read_slas(draft, defined, calendars)
    workflow = read_workflow(draft, defined)
    verbs = verbs_of(workflow.moves)
    replies = read_replies(draft, verbs, letters or ())
    book = Book(
        people=people,
        rules=read_rules(draft, defined),
        workflow=workflow,
        fields=read_fields(draft),
        replies=replies,
        views=read_views(draft, defined),
        tests=read_trials(draft, defined),
        aliases=read_aliases(draft, verbs, replies),
        calendars=calendars,
        slas=slas,
        texts=dict(texts),
        digest=digest_of(texts),
    )
    tell_strays(draft.notes)
    if mistakes := broken + draft.notes.mistakes:
        return tuple(sorted(mistakes, key=lambda m: (m.file, m.line, m.column)))
    return replace(book, warnings=tuple(draft.notes.warnings))


def names_of(draft: Draft, letters: Collection[str] | None) -> Defined:
    """All names that may be used; fields need no table while no field has one."""
    kinds: dict[str, Names | None] = {
        kind: draft.names(kind) for kind in ("agent", "team", "calendar", "sla", "status", "reply")
    }
    if kinds["status"] is not None:
        kinds["status"] = {**named(DEFAULT.statuses), **kinds["status"]}
    if kinds["reply"] is not None:
        known = named(letters) if letters is not None else None
        kinds["reply"] = None if known is None else {**known, **kinds["reply"]}
    kinds["field"] = draft.names("field") or None
    return Defined(kinds, _renamed(draft))


def _renamed(draft: Draft) -> dict[str, str]:
    """Old names of statuses to what they are called now."""
    return {
        old: entry.name
        for entry in draft.of("status")
        if isinstance(was := entry.table.get("was"), list)
        for old in was
        if isinstance(old, str)
    }
