"""The names that rule files define, to tell of one that is used and not defined."""

from collections.abc import Collection, Mapping

from postdesk.rules.language import language_tag
from postdesk.rules.toml import did_you_mean
from postdesk.rules.toml_places import Path

Names = Mapping[str, str]  # casefolded to as written


class NotDefined(ValueError):
    """A sentence about a name that nothing bears; ``below`` is where in a list it stands."""

    def __init__(self, what: str, below: Path = ()) -> None:
        super().__init__(what)
        self.below = below


class Defined:
    """Names by kind of table; of a kind that is not here, nobody can tell."""

    def __init__(
        self, names: Mapping[str, Names | None], renamed: Mapping[str, str] | None = None
    ) -> None:
        """``names`` of a kind are None when not all are known. ``renamed``: old statuses to new."""
        self._names = names
        self._renamed = renamed or {}

    def has(self, kind: str, name: str) -> bool:
        """Is this certainly the name of one?"""
        return name.casefold() in (self._names.get(kind) or {})

    def spelled(self, kind: str, name: str, *, besides: Collection[str] = ()) -> str:
        """The name as it is written where it is defined.

        ``besides``: words that may stand there too. Raises NotDefined.
        """
        if kind == "language":
            return _language(name)
        known = self._names.get(kind)
        if known is None or name in besides:
            return name
        if found := known.get(name.casefold()):
            return found
        if kind == "status" and (heir := self._renamed.get(name)):
            raise NotDefined(f'the status "{name}" is called "{heir}" now')
        guess = did_you_mean(name, (*known.values(), *besides))
        raise NotDefined(f'no {CALLED.get(kind, kind)} is called "{name}"{guess}')


CALLED = {"reply": "letter or canned reply"}
ANYTHING = Defined({})


def named(names: Collection[str]) -> Names:
    """Names by their casefolded form."""
    return {name.casefold(): name for name in names}


def _language(tag: str) -> str:
    if not (found := language_tag(tag)):
        raise NotDefined(f'"{tag}" is no language tag like "de" or "pt-BR"')
    return found
