"""Ticket fields, canned replies, views and aliases out of their tables."""

import re
from collections.abc import Collection, Mapping

from postdesk.rules import shape
from postdesk.rules.condition import ALWAYS, Condition
from postdesk.rules.defined import Defined
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.known import PEOPLE, TICKET, TIME, Fact, fact
from postdesk.rules.language import language_tag
from postdesk.rules.own import VALUE, CannedReply, Field, OwnView
from postdesk.rules.read_condition import compile_condition
from postdesk.rules.textmatch import fold, plain
from postdesk.rules.toml import did_you_mean
from postdesk.rules.verbs import KNOWN

ME = "me"  # in the conditions of a view: whoever looks
SORTABLE: Mapping[str, Fact] = {**TICKET, **PEOPLE}
ASKED: Mapping[str, Fact] = {**TICKET, **PEOPLE, **TIME}  # no view knows of a mail

_FIELD = re.compile(r"[^\W\d_][\w-]{0,39}")
_NAME = re.compile(r"[^\W_][\w .&+-]{0,59}")
_LINK = re.compile(r"(?:https?|mailto|tel):\S+")
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|-){0,39}")
_TEXT = shape.either(shape.WORDS, shape.named(shape.WORDS))


def read_fields(draft: Draft) -> dict[str, Field]:
    """All ``[field.NAME]``."""
    return {entry.name: read_field(entry) for entry in draft.of("field")}


def read_field(entry: Entry) -> Field:
    """``[field.order]``."""
    if not _FIELD.fullmatch(entry.name):
        entry.wrong("a field begins with a letter and goes on with letters, digits, - and _")
    link = entry.line("link")
    if link and not _LINK.fullmatch(link):
        entry.wrong(f'link must be like "https://shop.example/orders/{VALUE}"', "link")
    elif link and VALUE not in link:
        entry.wrong(f"link has no {VALUE} in it: it would be the same for every ticket", "link")
    found = Field(entry.name, entry.line("label"), link, entry.where)
    entry.done()
    return found


# --- canned replies ------------------------------------------------------------------------------


def read_replies(
    draft: Draft, verbs: Collection[str], letters: Collection[str] = ()
) -> dict[str, CannedReply]:
    """All ``[reply.NAME]``. ``verbs``: the words of commands, folded, whose names are taken."""
    found: dict[str, CannedReply] = {}
    taken: dict[str, str] = {}
    for entry in draft.of("reply"):
        reply = found[entry.name] = read_reply(entry)
        if fold(entry.name) in verbs:
            entry.wrong(f"#{entry.name} is a command; a canned reply needs a name of its own")
        elif entry.name in letters:
            entry.wrong("a letter is called so; a rule could not tell which one is meant")
        elif first := taken.get(plain(entry.name)):
            entry.wrong(f'"{first}" is the same name to whoever types it')
        taken.setdefault(plain(entry.name), reply.name)
    return found


def read_reply(entry: Entry) -> CannedReply:
    """``[reply.refund]``: ``text``, or ``text.de`` and so on by language."""
    if not _NAME.fullmatch(entry.name):
        entry.wrong("a canned reply's name holds letters, digits, spaces and . & + - _ only")
    reply = CannedReply(entry.name, _texts(entry), entry.line("category"), entry.where)
    if not reply.texts and "text" not in entry.table:
        entry.wrong('text is missing: text = "..." or, by language, text.de = "..."')
    entry.done()
    return reply


def _texts(entry: Entry) -> dict[str, str]:
    value = entry.any("text", _TEXT)
    if isinstance(value, Mapping):
        return _by_language(entry, value)
    if value is None or (isinstance(value, str) and value.strip()):
        return {} if value is None else {"": value}
    entry.wrong('text must be a text in quotes, or by language: text.de = "..."', "text")
    return {}


def _by_language(entry: Entry, value: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, words in value.items():
        if not language_tag(tag):
            entry.flawed(f'"{tag}" is no language tag like "de"', ("text", tag), at_key=True)
        elif not isinstance(words, str) or not words.strip():
            entry.wrong(f"text.{tag} must be a text in quotes", "text", tag)
        else:
            found[language_tag(tag)] = words
    return found


# --- views ---------------------------------------------------------------------------------------


def read_views(draft: Draft, defined: Defined) -> dict[str, OwnView]:
    """All ``[view.NAME]``."""
    return {entry.name: read_view(entry, defined) for entry in draft.of("view")}


def read_view(entry: Entry, defined: Defined) -> OwnView:
    """``[view.big-fish]``: which tickets, in which order."""
    if not _NAME.fullmatch(entry.name):
        entry.wrong("a view's name holds letters, digits, spaces and . & + - _ only")
    found = OwnView(
        entry.name, _when(entry, defined), entry.line("label"), _sort(entry), entry.where
    )
    entry.done()
    return found


def _when(entry: Entry, defined: Defined) -> Condition:
    when = entry.any("when", shape.ref("when_of_view"))
    if when is None:
        return ALWAYS
    if not isinstance(when, Mapping):
        entry.wrong("when is a table of conditions: when.urgency.above = 3", "when")
        return ALWAYS
    found = compile_condition(when, defined, ASKED, besides=(ME,))
    if not isinstance(found, list):
        return found
    for flaw in found:
        entry.flawed(flaw.what, flaw.path, at_key=flaw.at_key)
    return ALWAYS


def _sort(entry: Entry) -> tuple[str, ...]:
    names = entry.texts("sort")
    for name in names:
        bare = name.removeprefix("-")
        if fact(bare, SORTABLE) is None:
            known = [known for known in SORTABLE if "*" not in known]
            what = f'tickets cannot be sorted by "{bare}"{did_you_mean(bare, known)}'
            entry.wrong(what, "sort", entry.table["sort"].index(name))
    return names


# --- aliases -------------------------------------------------------------------------------------


def read_aliases(draft: Draft, verbs: Collection[str], names: Collection[str]) -> dict[str, str]:
    """``[alias]``: other words for a verb, folded, each with the verb and what may follow it.

    ``verbs``: the words of commands, folded. ``names``: of canned replies, which may be meant too.
    """
    found: dict[str, str] = {}
    for entry in draft.of("alias"):
        for word in entry.table:
            if meant := _meant(entry, word, verbs, {fold(name) for name in names}):
                found[fold(word)] = meant
        entry.done()
    return found


def _meant(entry: Entry, word: str, verbs: Collection[str], names: Collection[str]) -> str:
    meant = entry.line(word).lstrip("#/!")
    entry.asked[word] = shape.WORDS
    verb = fold(meant.partition(" ")[0])
    taken = "a command" if fold(word) in verbs else "a canned reply" if fold(word) in names else ""
    if not _WORD.fullmatch(word):
        what = f'"{word}" is no verb: one word, which begins with a letter'
        entry.flawed(what, (word,), at_key=True)
    elif taken:
        entry.flawed(f'"{word}" is {taken} already', (word,), at_key=True)
    elif meant and verb not in verbs and fold(meant) not in names:
        guess = did_you_mean(verb, (*verbs, *names))
        entry.wrong(f'there is no command "{verb}"{guess}', word)
    elif not meant and isinstance(entry.table[word], str):
        entry.wrong(f"{word} must name a command", word)
    return meant


def verbs_of(moves: Collection[str]) -> frozenset[str]:
    """The words of commands, folded: ours, and the moves of a desk."""
    return frozenset(KNOWN) | {fold(move) for move in moves}
