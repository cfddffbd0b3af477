"""Words that somebody wrote inside the mail they answer, found by comparing it with what was sent.

Answers in colour, or between the lines of a quote without any mark, look like the quote itself.
Only who knows the mail that was sent can tell them. Both are taken as rows of words, so that
wrapping, marks of quotes, layout, links and the look of quotation marks make no difference; three
words in a row that were sent are the sent mail's own. Linear in both, whatever they hold.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from postdesk.mailbox.quote import new_words
from postdesk.mailbox.quote_marks import Introduction, introduction, tidy
from postdesk.mailbox.signature import end_of_words

WORDS_LIMIT = 20_000  # of each of the two; what was sent and is longer is not compared
TEXT_LIMIT = 200_000  # characters of a mail's text in which its quote is looked for
ROW = 3  # words in a row by which sent words are known again
PLACES = 8  # of one row of words in what was sent, that are told apart
GAP = 200  # sent words between two known stretches among which single words are looked for
BRIDGE = 5  # so few known words between two unknown stretches of a line belong to them
ANSWERS_LIMIT = 50
LENGTH_LIMIT = 2000  # characters of one answer
_PREFIX = re.compile(r"^(?:[>|]\s?)+")
_SCRIPTS = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Mail servers put warnings above what comes in, and notices below what goes out.
_ADDED = re.compile(
    r"""
      \b(?:caution|warning|attention|achtung|vorsicht|external|extern|externe|externo)\b .{0,200}
      (?:outside|originat|sender|absender|organi[sz]ation|link|au\u00dferhalb|exp\u00e9diteur|anh\u00e4ng)
    | \boften\sget\se?-?mail\sfrom\b | \bh\u00e4ufig\se-?mails?\svon\b
    | \b(?:strictly\s)?confidential\b | \bvertraulich | \bconfidentiel | \bconfidencial | \briservat
    | \bintended\s(?:solely|only|for|recipient) | \bdisclaimer\b | \bprivileged\b
    | \bhandelsregister\b | \bregistergericht\b | \bsitz\sder\sgesellschaft\b
    | \bregistered\s(?:office|in)\b | \bvirus-?\s?free\b | \bvirenfrei\b | \bunsubscribe\b
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_APOSTROPHES = "'\u2018\u2019\u00b4\u0060"
_TOKEN = re.compile(
    rf"""
      (?P<noise>
          <[^<>\s]{{1,2000}}>                       # an address that a program wrote behind a link
        | \[(?:cid|image|picture|bild|inline)\b[^\]\n]{{0,300}}\]
        | (?:https?://|mailto:|www\.)[^\s<>]+
        | [^\s<>@]{{1,200}}@[^\s<>@]{{2,200}}
      )
    | (?P<word> [{_SCRIPTS}] | [^\W_{_SCRIPTS}]+ (?:[{_APOSTROPHES}][^\W\d_{_SCRIPTS}]+)* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NO_APOSTROPHES = dict.fromkeys(map(ord, _APOSTROPHES))
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])
_LOOSE = ' \t\n*_|>([{"\u201c\u201e'  # around an answer, of what follows it


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # as it is compared
    line: int
    start: int  # in its line
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What a reply quotes; ``alone`` when nothing stands above it, and so nothing was cut."""

    text: str
    alone: bool


def written_inside(cut: str, sent: str) -> tuple[str, ...]:
    """The stretches of ``cut``, the quoted part of a reply, that are not in ``sent``.

    What introduces the quote is left out, and a signature below it. Each stretch is on one line
    or on neighbouring ones. Never raises.
    """
    there_sent = [word.text for word in _words(sent.split("\n"))]
    if len(there_sent) == WORDS_LIMIT:
        return ()
    lines = _quoted_lines(cut)
    there = _words(lines)
    found: list[str] = []
    for first, end in _stretches(there, _known(there, there_sent)):
        said = _said(lines, there, first, end)
        at_an_end = first == 0 or end == len(there)
        if said and not (at_an_end and _ADDED.search(said)):
            found.append(said)
    return tuple(found[:ANSWERS_LIMIT])


def cut_part(text: str, kept: Sequence[int]) -> str:
    """The lines of a text that were cut from it: all but those kept."""
    new = set(kept)
    return "\n".join(line for place, line in enumerate(text.split("\n")) if place not in new)


def quote_of(text: str) -> Quote:
    """The part of a mail's text that is no new words."""
    text = text[:TEXT_LIMIT]
    lines = text.split("\n")
    cut = new_words(lines)
    if cut.reason in ("", "signature") and _begins_as_quote(lines):
        return Quote(text, alone=True)
    return Quote(cut_part(text, cut.kept), alone=False)


def _begins_as_quote(lines: Sequence[str]) -> bool:
    page = [tidy(line) for line in lines]
    first = next((place for place, line in enumerate(page) if line), None)
    if first is None:
        return False
    if all(line.startswith(">") for line in page if line):
        return True
    found = introduction(page, first) or _wrapped(page, first)
    return found is not None and found.kind != "forward"


def _wrapped(page: Sequence[str], first: int) -> Introduction | None:
    """ "On ... wrote:" over several lines is known by its last one."""
    for at in range(first + 1, min(first + 4, len(page))):
        found = introduction(page, at) if page[at] else None
        if found and found.start <= first:
            return found
    return None


def known_lines(lines: Sequence[str], allowed: str) -> list[bool]:
    """For each line whether it may be quoted: it is not marked as a quote, or stands in there.

    An empty quoted line may follow a quoted line that has words and may stay.
    """
    quoted = [line.startswith(">") for line in lines]
    bare = [
        _PREFIX.sub("", line) if is_quoted else ""
        for line, is_quoted in zip(lines, quoted, strict=True)
    ]
    there = _words(bare)
    known = _known(there, [word.text for word in _words(allowed.split("\n"))])
    written = {word.line for word in there}
    strange = {word.line for word, is_known in zip(there, known, strict=True) if not is_known}
    found: list[bool] = []
    gap = False  # the line above is quoted, has words, and stays
    for place, is_quoted in enumerate(quoted):
        has_words = place in written
        found.append(not is_quoted or (place not in strange if has_words else gap))
        gap = is_quoted and has_words and found[-1]
    return found


def _quoted_lines(cut: str) -> list[str]:
    """The lines of the quote, bare, without what introduces it and what stands below it."""
    page = cut.split("\n")
    marked = [line for line in page if line.startswith(">")]
    if marked:  # what is not marked was looked at as new words, and is a signature
        page = marked
    bare = [_PREFIX.sub("", line).replace("\xa0", " ").translate(_INVISIBLE) for line in page]
    bare = bare[: end_of_words(bare)] or bare
    tidied = [tidy(line) for line in bare]
    at = 0
    while at < len(tidied):
        found = introduction(tidied, at) if tidied[at] else None
        if found is None:
            at += 1
            continue
        after = max(found.after, at + 1)
        bare[min(at, found.start) : after] = [""] * (after - min(at, found.start))
        at = after
    return bare


def _words(lines: Sequence[str]) -> list[_Word]:
    words: list[_Word] = []
    for place, line in enumerate(lines):
        for found in _TOKEN.finditer(line):
            if found["word"]:
                text = normalize("NFKC", found["word"].translate(_NO_APOSTROPHES)).casefold()
                words.append(_Word(text, place, found.start(), found.end()))
        if len(words) > WORDS_LIMIT:
            break
    return words[:WORDS_LIMIT]


def _known(there: Sequence[_Word], sent: Sequence[str]) -> list[bool]:
    """Which words of the quote are the sent mail's."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(sent) - ROW + 1):
        some = places.setdefault(tuple(sent[place : place + ROW]), [])
        if len(some) < PLACES:
            some.append(place)
    at: list[int | None] = [None] * len(there)  # where in the sent mail a word stands
    last = -1
    for place in range(len(there) - ROW + 1):
        some = places.get(tuple(word.text for word in there[place : place + ROW]), [])
        if not some:
            continue
        last = next((one for one in some if one > last), some[0])
        for step in range(ROW):
            at[place + step] = last + step
    known = [one is not None for one in at]
    for first, end in _runs(known):
        _fill(there, sent, at, known, first, end)
    return known


def _fill(
    there: Sequence[_Word],
    sent: Sequence[str],
    at: Sequence[int | None],
    known: list[bool],
    first: int,
    end: int,
) -> None:
    """Single words of the sent mail between two stretches that are known, such as short lines."""
    before = at[first - 1] if first else -1
    after = at[end] if end < len(there) else len(sent)
    if before is None or after is None:
        return
    low = before + 1
    high = after if after > before else min(low + end - first, len(sent))
    left = Counter(sent[low : min(high, low + GAP)])
    for place in range(first, end):
        if left[there[place].text] > 0:
            left[there[place].text] -= 1
            known[place] = True


def _runs(known: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Stretches of unknown words: first, and behind the last."""
    first = None
    for place, is_known in enumerate([*known, True]):
        if is_known and first is not None:
            yield first, place
            first = None
        elif not is_known and first is None:
            first = place


def _stretches(there: Sequence[_Word], known: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The same, with those joined that a few known words divide on one line, or a line end."""
    vocabulary = {word.text for word, is_known in zip(there, known, strict=True) if is_known}
    joined: list[tuple[int, int]] = []
    for first, end in _runs(known):
        if joined and _is_near(there, joined[-1][1], first):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    for first, end in joined:
        unheard = any(
            word.text not in vocabulary and not (len(word.text) == 1 and word.text.isascii())
            for word in there[first:end]
        )
        if unheard or end - first >= ROW:
            yield first, end


def _is_near(there: Sequence[_Word], end: int, first: int) -> bool:
    between = first - end
    return 0 < between < BRIDGE and there[end - 1].line == there[first].line


def _said(lines: Sequence[str], there: Sequence[_Word], first: int, end: int) -> str:
    """The stretch as it was written, to the next word that is known."""
    start, last = there[first], there[end - 1]
    pieces = [lines[place].strip() for place in range(start.line, last.line + 1)]
    line = lines[last.line]
    stop = len(line)
    if end < len(there) and there[end].line == last.line:
        stop = there[end].start
    begin = start.start if start.line == last.line else 0
    pieces[-1] = line[begin:stop].strip()
    if start.line != last.line:
        pieces[0] = lines[start.line][start.start :].strip()
    return "\n".join(piece for piece in pieces if piece).strip(_LOOSE)[:LENGTH_LIMIT]
