"""Paragraphs put together again that the sender's client cut into lines (RFC 3676)."""

from itertools import groupby


def unflow(text: str, *, delsp: bool = False) -> str:
    """The text with each flowed paragraph on one line; quotes keep their depth. Linear."""
    stuffed = (_unstuffed(line) for line in text.split("\n"))
    lines: list[str] = []
    # RFC 3676 4.5: a paragraph never goes on over a change of quote depth.
    for depth, group in groupby(stuffed, key=lambda line: line[0]):
        prefix = ">" * depth + " " if depth else ""
        lines.extend(
            (prefix + paragraph).rstrip() if depth else paragraph
            for paragraph in _paragraphs([content for _, content in group], delsp=delsp)
        )
    return "\n".join(lines)


def _unstuffed(line: str) -> tuple[int, str]:
    """Quote depth and content of a line, without the space that protected its beginning."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _paragraphs(contents: list[str], *, delsp: bool) -> list[str]:
    done: list[str] = []
    open_lines: list[str] = []
    for content in contents:
        # The signature's "-- " ends in a space and is no flowed line (RFC 3676 4.3). A blank line
        # would end a flowed one and vanish with it; whoever sent it meant to see it.
        if content in ("-- ", "--", ""):
            done.extend(_joined(open_lines))
            open_lines = []
            done.append(content)
        elif content.endswith(" "):
            open_lines.append(content[:-1] if delsp else content)
        else:
            done.append("".join([*open_lines, content]))
            open_lines = []
    return done + _joined(open_lines)


def _joined(lines: list[str]) -> list[str]:
    """A paragraph that was cut off before its last line."""
    return ["".join(lines).rstrip()] if lines else []
