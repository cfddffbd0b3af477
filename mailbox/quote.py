"""The new words of a reply: what its sender wrote, without the letters it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from postdesk.mailbox.quote_marks import Introduction, introduction, is_ours, telling, tidy
from postdesk.mailbox.quote_words import FORWARD_SUBJECT
from postdesk.mailbox.signature import end_of_words

QUOTE = ">"
WIDE = 60  # characters: a quoted line this long may have been wrapped on its way
LEFT_OVER = 40  # characters: what such a wrap leaves on a line of its own
HAND_QUOTE = 1  # a single ">" line at the end may be a shell's prompt


@dataclass(frozen=True, slots=True)
class Cut:
    """Which lines are new, as ascending indices, and why the others were left out."""

    kept: tuple[int, ...]
    reason: str


def is_forward(subject: str) -> bool:
    """Whether a subject says that the mail passes another one on ("Fwd:", "WG:", "TR:" ...)."""
    return FORWARD_SUBJECT.match(subject[:40]) is not None


def new_text(text: str, *, forward: bool = False) -> str:
    """The new words of a text, joined again; never empty when anything was written."""
    lines = text.split("\n")
    return "\n".join(lines[place].rstrip("\r") for place in new_words(lines, forward=forward).kept)


def new_words(lines: Sequence[str], *, forward: bool = False) -> Cut:
    """Say which lines are new; never none of them when anything was written. Linear, never raises.

    Quoted lines begin with ``>``. Answers between quoted lines keep the quotes they answer. A
    forwarded mail, told by its own mark or by ``forward``, is kept: it is what the sender shows.
    But what bears our own marker came from us, and ``forward`` does not keep it.
    The reason is ``""`` when nothing was left out but empty lines at the ends.
    """
    page = list(map(tidy, lines))
    found = _first_introduction(page)
    forward = forward and not any(is_ours(page, at) for at in range(len(page)))
    if forward or (found and found.kind == "forward"):
        return Cut(_trimmed(page, range(len(page))), "")
    if found is None:
        kept, reason = _unintroduced(page)
    else:
        kept, reason = _introduced(page, found)
    if not _has_words(page, kept):
        kept, reason = list(range(len(page))), ""
    unsigned = kept[: end_of_words([lines[place].rstrip("\r") for place in kept])]
    if len(unsigned) < len(kept) and _has_words(page, unsigned):
        kept, reason = unsigned, reason or "signature"
    return Cut(_trimmed(page, kept), reason)


def _first_introduction(page: Sequence[str]) -> Introduction | None:
    for at in reversed(telling(page)):
        if not page[at].startswith(QUOTE) and (found := introduction(page, at)):
            return found
    return None


def _introduced(page: Sequence[str], found: Introduction) -> tuple[list[int], str]:
    reason = {"marker": "our marker", "header": "header block"}.get(found.kind, found.kind)
    above = list(range(found.start))
    below = _quoted_kinds(page, found.after)
    first = next((quoted for place, quoted in below if page[place]), None)
    if first is not True:
        return above, reason
    return above + _answers(page, below, attributed=True), reason


def _unintroduced(page: Sequence[str]) -> tuple[list[int], str]:
    """Nothing introduces a quote; still ``>`` lines may be one."""
    if not any(line.startswith(QUOTE) for line in page):
        return list(range(len(page))), ""
    kinds = _quoted_kinds(page, 0)
    start = next((place for place, quoted in kinds if quoted), len(page))
    if start == len(page) or not _is_letter(page, kinds[start:]):
        return list(range(len(page))), ""
    leading = not _has_words(page, range(start))
    attributed = leading or _introduces_itself(page, start)
    kept = _answers(page, kinds[start:], attributed=attributed)
    reason = "quoted lines" if start + len(kept) < len(page) else ""
    return list(range(start)) + kept, reason


def _introduces_itself(page: Sequence[str], start: int) -> bool:
    """Apple Mail writes "On ... wrote:" as the first quoted line."""
    top = [line.lstrip("> ") for line in page[start : start + 6]]
    return any(introduction(top, at) for at, line in enumerate(top) if line)


def _is_letter(page: Sequence[str], kinds: Sequence[tuple[int, bool]]) -> bool:
    """Whether quoted lines are somebody's words and not the prompt of a shell."""
    quoted = [page[place] for place, is_quoted in kinds if is_quoted and page[place].strip("> ")]
    if quoted and all(line.startswith(">>> ") for line in quoted):
        return False
    start = kinds[0][0]
    above = next((page[at] for at in range(start - 1, max(-1, start - 3), -1) if page[at]), "")
    if above.endswith(":") and not any(is_ours(page, place) for place, _ in kinds[:12]):
        return False
    trailing = not any(page[place] and not is_quoted for place, is_quoted in kinds)
    return not (trailing and above and len(quoted) <= HAND_QUOTE)


def _quoted_kinds(page: Sequence[str], start: int) -> list[tuple[int, bool]]:
    """Each line from ``start`` on, and whether it is quoted, or left over from a wrapped quote."""
    kinds = []
    for place in range(start, len(page)):
        kinds.append((place, page[place].startswith(QUOTE) or _is_left_over(page, place)))
    return kinds


def _is_left_over(page: Sequence[str], place: int) -> bool:
    if not 0 < place < len(page) - 1:
        return False
    above, line, below = page[place - 1 : place + 2]
    between = above.startswith(QUOTE) and below.startswith(QUOTE) and len(above) >= WIDE
    return between and 0 < len(line) <= LEFT_OVER and not line[0].isupper()


def _answers(
    page: Sequence[str], kinds: Sequence[tuple[int, bool]], *, attributed: bool
) -> list[int]:
    """What to keep of a quoted letter with words between or below.

    One quote with words below it is a letter answered at its foot: the words are kept. Several are
    answers in between: they keep what they answer, and the unanswered rest goes.
    """
    runs = _runs(page, kinds)
    while runs and not runs[-1][1] and end_of_words([page[place] for place in runs[-1][0]]) == 0:
        runs.pop()  # nothing but a signature
    words = [place for run, quoted in runs if not quoted for place in run]
    if attributed and len(runs) <= 2:
        return words
    if runs and runs[-1][1]:
        runs = runs[:-1]
    return [place for run, quoted in runs for place in run if not quoted or _is_worth(page, place)]


def _is_worth(page: Sequence[str], place: int) -> bool:
    """Quoted marks and attributions of the answered letter answer nothing."""
    bare = [page[place].lstrip("> ")]
    return not telling(bare) or introduction(bare, 0) is None


def _runs(page: Sequence[str], kinds: Sequence[tuple[int, bool]]) -> list[tuple[list[int], bool]]:
    """The same lines in runs of one kind; empty lines belong to the run above them."""
    runs: list[tuple[list[int], bool]] = []
    for place, quoted in kinds:
        if runs and (not page[place] or runs[-1][1] == quoted):
            runs[-1][0].append(place)
        elif page[place]:
            runs.append(([place], quoted))
    return runs


def _has_words(page: Sequence[str], kept: Iterable[int]) -> bool:
    return any(page[place] for place in kept)


def _trimmed(page: Sequence[str], kept: Sequence[int]) -> tuple[int, ...]:
    """Without empty lines at the ends."""
    start, end = 0, len(kept)
    while start < end and not page[kept[start]]:
        start += 1
    while end > start and not page[kept[end - 1]]:
        end -= 1
    return tuple(kept[start:end])
