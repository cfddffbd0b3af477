"""Colleagues who are mentioned in a text: ``@bob``, ``@Bob Stone``, ``@bob@example.com``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from postdesk.mailbox.mail import Line
from postdesk.rules.naming import agent_called
from postdesk.rules.people import Agent, People

# Not in the middle of a word or an address; Outlook and Gmail put the address behind the name.
_AT = re.compile(r"(?<![\w.+@/])@(?=[^\W_])")
_NAME = re.compile(
    r"""
    [^\W_] (?: [\w.'\u2019-]* \w )?                   # a handle, or the first word of a name
    (?: @[\w.-]*\w )?                                # or an address
    (?: [ \t]+ [^\W_] (?: [\w.'\u2019-]* \w )? ){0,4}  # and more words of the name
    """,
    re.VERBOSE,
)
_LINK = re.compile(r"[ \t]*[<(](?:mailto:)?[^<>()\s]+@[^<>()\s]+[>)]")
_BEFORE = re.compile(r"[ \t,;]+$")
_AFTER = re.compile(r"[ \t]*[,:;]?[ \t]*")
_WORD = re.compile(r"\S+")
_OWNING = re.compile(r"['\u2019]\w")
_GOING_ON = re.compile(r"\s+[^\W_]")
_FILLED = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Mention:
    agent: Agent
    start: int
    end: int


def mentions(text: str, people: People) -> tuple[str, ...]:
    """The handles of the agents whom a text mentions, each once, in the order of the text."""
    return tuple(dict.fromkeys(found.agent.handle for found in _mentions(text, people)))


def without_mentions(text: str, people: People) -> str:
    """The text for a customer: colleagues are called in other ways than before her.

    A mention at the beginning or the end of a sentence goes; within one it becomes the name that
    customers are shown. A line of mentions only goes as a whole.
    """
    if "@" not in text:
        return text
    lines = text.split("\n")
    kept: list[str] = []
    for line in lines:
        bare = _line_without(line, people)
        if bare == line or _FILLED.search(bare):
            kept.append(bare)
    return "\n".join(kept).strip("\n") if len(kept) < len(lines) else "\n".join(kept)


def rich_without_mentions(lines: Sequence[Line], people: People) -> tuple[Line, ...]:
    """The same for text with formatting: a line that mentions somebody loses its formatting.

    Programs make links of mentions, with the colleague's address in them.
    """
    kept: list[Line] = []
    for line in lines:
        bare = _line_without(line.text, people)
        if bare == line.text:
            kept.append(line)
        elif _FILLED.search(bare):
            kept.append(replace(line, text=bare, html=escape(bare, quote=False)))
    return tuple(kept)


def _line_without(line: str, people: People) -> str:
    place, parts = 0, ""
    for found in _mentions(line, people):
        parts += line[place : found.start]
        after = _AFTER.match(line, found.end)
        place = after.end() if after else found.end
        inside = _in_a_sentence(parts, line[found.end :])
        if inside:
            parts, place = parts + (found.agent.public_name or found.agent.name), found.end
        elif place >= len(line) or line[place] in ".!?)":
            parts = _BEFORE.sub("", parts)
    return parts + line[place:]


def _in_a_sentence(before: str, after: str) -> bool:
    """Words stand in front of it in the same sentence, and it is not just called at their end."""
    if _OWNING.match(after):  # @bob's
        return True
    begun = before.rstrip()
    if not begun or begun[-1] in ".!?:;->*\u2022([":
        return False
    return begun[-1] != "," or _GOING_ON.match(after) is not None


def _mentions(text: str, people: People) -> Iterator[_Mention]:
    place = 0
    while at := _AT.search(text, place):
        place = at.end()
        name = _NAME.match(text, at.end())
        if name and (found := _agent(name, people)):
            agent, end = found
            link = _LINK.match(text, end)
            place = link.end() if link else end
            yield _Mention(agent, at.start(), place)


def _agent(name: re.Match[str], people: People) -> tuple[Agent, int] | None:
    """Whom the longest name that begins here means, and where that name ends."""
    for word in reversed([*_WORD.finditer(name[0])]):
        bare = name[0][: word.end()]
        if len(people.called(bare)) > 1:
            return None
        if agent := agent_called(bare, people):
            return agent, name.start() + len(bare)
        first = bare.partition("'")[0].partition("\u2019")[0]  # @bob's
        if first != bare and (agent := agent_called(first, people)):
            return agent, name.start() + len(first)
    return None
