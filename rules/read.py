"""Rule files to a rulebook: all of them good, or every mistake of all of them."""

from collections.abc import Mapping

from postdesk.rules.book import Book, digest_of
from postdesk.rules.draft import SHAPES, Draft
from postdesk.rules.read_people import read_people
from postdesk.rules.read_rules import read_rules
from postdesk.rules.toml import Mistake, read_toml

_COMPILED = frozenset({"agent", "team", "customer", "organisation", "rule"})


def read(texts: Mapping[str, str]) -> Book | tuple[Mistake, ...]:
    """The book of these texts (file name to text), read in the lexical order of their names.

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
    people = read_people(draft)
    rules = read_rules(draft)
    if mistakes := broken + draft.mistakes:
        return tuple(sorted(mistakes, key=lambda m: (m.file, m.line, m.column)))
    return Book(
        people=people,
        rules=rules,
        other={kind: draft.raw(kind) for kind in SHAPES.keys() - _COMPILED if draft.of(kind)},
        texts=dict(texts),
        digest=digest_of(texts),
        warnings=tuple(draft.warnings),
    )
