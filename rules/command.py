"""The grammar of commands in mail: which lines are commands, which are in doubt, which are text.

A line is a command when a sign, a verb and its arguments are all there is on it, and it stands at
the head or the tail of the new text. What only looks like one is in doubt, and doubt holds a mail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from postdesk.rules.line import (
    CUT,
    LONGEST_SLIP,
    TEXT,
    Kind,
    Line,
    Reader,
    doubt,
    normalise,
    plain,
)
from postdesk.rules.verbs import KNOWN, Known

SIGILS = "#/!"
WORDS_OF_A_LONE_VERB = 2

ASKED = "stands under a line that ends in a colon, as if somebody were to type it"
INSIDE = "stands in the middle of the text"
LONE = "is a command without its sign, or a very short answer"
BELOW_END = "stands below #end, where nothing is read"
ALL_BELOW_END = "has all of the text below it, where nothing is sent"
ENDS_TWICE = "is a second end"

_FENCE = "```"
NOTHING: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """Every line of a text in one of four classes, by its index.

    ``commands`` are (index, verb, arguments), ``doubts`` (index, why, probable command or "").
    """

    commands: tuple[tuple[int, str, str], ...]
    doubts: tuple[tuple[int, str, str], ...]
    text: tuple[int, ...]
    cut: tuple[int, ...] = ()  # `#end`, and what is below: neither read nor sent


def classify(lines: Sequence[str], sigils: str = SIGILS, known: Known = KNOWN) -> Reading:
    """Read the new words of an agent's mail, quotes and signature already cut. Never raises.

    ``sigils`` are the signs in force; ``known`` maps folded words to (verb, first argument).
    """
    fenced = _fenced(lines)
    reader = Reader(sigils, known)
    read = [TEXT if n in fenced else reader.line(line) for n, line in enumerate(lines)]
    _judge_end(read)
    _ask_who_types(read, lines)
    _judge_glued(read)
    _judge_places(read)
    _judge_lone_verb(read, lines, reader)
    return _sort(read)


def kept(lines: Sequence[str], reading: Reading) -> tuple[int, ...]:
    """The lines that are left for the reader, without the empty ones around them."""
    filled = [n for n in reading.text if lines[n].strip()]
    if not filled:
        return ()
    return tuple(n for n in reading.text if filled[0] <= n <= filled[-1])


def text_of(lines: Sequence[str], reading: Reading) -> str:
    """What is left for the reader once commands are cut: "" for a mail of commands only."""
    return "\n".join(lines[n] for n in kept(lines, reading))


def as_guessed(
    lines: Sequence[str], reading: Reading, instead: Mapping[int, str] = NOTHING
) -> str | None:
    """The mail as its author may have meant it: every doubt as the command it looks like.

    ``instead``: what commands should have said, by their lines ("" where nobody knows). Commands
    come first, then the text. None where a line looks like no command.
    """
    meant = {n: f"#{verb} {args}".strip() for n, verb, args in reading.commands}
    meant |= {n: guess for n, _, guess in reading.doubts} | dict(instead)
    if not all(meant.values()):
        return None
    commands = [meant[n] for n in sorted(meant)]
    text = text_of(lines, reading)
    return "\n".join([*commands, "", text] if text else commands)


def _fenced(lines: Sequence[str]) -> set[int]:
    """The lines of ``` blocks that are closed: one left open would hide a command below."""
    fenced: set[int] = set()
    start = None
    for n, line in enumerate(lines):
        bare = line.strip()
        if not bare.startswith(_FENCE) or _FENCE in bare[3:]:
            continue
        if start is None:
            start = n
        elif not bare.strip("`"):
            fenced.update(range(start, n + 1))
            start = None
    return fenced


def _judge_end(read: list[Line]) -> None:
    """Nothing below the stop word is read, unless that would surprise its author."""
    ends = [n for n, line in enumerate(read) if line.kind is Kind.STOP]
    if not ends:
        return
    first = ends[0]
    below = [n for n in range(first + 1, len(read)) if read[n].kind is not Kind.BLANK]
    surprises = {n: BELOW_END for n in below if read[n].kind is Kind.COMMAND}
    surprises |= dict.fromkeys(ends[1:], ENDS_TWICE)
    if below and not any(line.kind in (Kind.TEXT, Kind.GLUED) for line in read[:first]):
        surprises[first] = ALL_BELOW_END
    for n in range(first, len(read)):
        read[n] = doubt(surprises[n]) if n in surprises else CUT


def _ask_who_types(read: list[Line], lines: Sequence[str]) -> None:
    """A command under "Please type:" may be somebody else's to type."""
    above = -1
    for n, line in enumerate(read):
        if line.kind is Kind.BLANK:
            continue
        if line.kind is Kind.COMMAND and above >= 0 and _asks(read[above], lines[above]):
            read[n] = doubt(ASKED, line.verb, line.args)
        above = n


def _asks(line: Line, words: str) -> bool:
    return line.kind in (Kind.TEXT, Kind.GLUED) and plain(words).rstrip().endswith(":")


def _judge_glued(read: list[Line]) -> None:
    """An unknown "#word" is in doubt as first or last line, or beside a command."""
    filled = [n for n, line in enumerate(read) if line.kind not in (Kind.BLANK, Kind.CUT)]
    commands = {n for n in filled if read[n].kind is Kind.COMMAND}
    for place, n in enumerate(filled):
        if read[n].kind is not Kind.GLUED:
            continue
        beside = {*filled[max(0, place - 1) : place], *filled[place + 1 : place + 2]}
        edge = place in (0, len(filled) - 1)
        read[n] = replace(read[n], kind=Kind.DOUBT) if edge or beside & commands else TEXT


def _judge_places(read: list[Line]) -> None:
    """A command between two lines of text is in doubt."""
    texts = [n for n, line in enumerate(read) if line.kind is Kind.TEXT]
    if not texts:
        return
    for n in range(texts[0], texts[-1]):
        if read[n].kind is Kind.COMMAND:
            read[n] = doubt(INSIDE, read[n].verb, read[n].args)


def _judge_lone_verb(read: list[Line], lines: Sequence[str], reader: Reader) -> None:
    """A text that is just "close" may have lost its sign; one that is "done" is an answer."""
    texts = [n for n, line in enumerate(read) if line.kind is Kind.TEXT]
    if len(texts) != 1 or len(lines[texts[0]]) > LONGEST_SLIP:
        return
    words = normalise(lines[texts[0]]).split()
    if not 1 <= len(words) <= WORDS_OF_A_LONE_VERB or words[0].casefold() == "done":
        return
    if lone := reader.lone(words):
        read[texts[0]] = doubt(LONE, lone.verb, lone.args)


def _sort(read: Sequence[Line]) -> Reading:
    return Reading(
        tuple((n, r.verb, r.args) for n, r in enumerate(read) if r.kind is Kind.COMMAND),
        tuple((n, r.reason, r.guess) for n, r in enumerate(read) if r.kind is Kind.DOUBT),
        tuple(n for n, r in enumerate(read) if r.kind in (Kind.TEXT, Kind.BLANK)),
        tuple(n for n, r in enumerate(read) if r.kind is Kind.CUT),
    )
