"""Writes what the docs show of the program anew: sample letters and the table of commands.

    make docs

A block begins with ``<!-- letter: NAME -->`` or ``<!-- commands -->`` and ends with
``<!-- end -->``; what stands between is never written by hand.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from postdesk.rules.verbs import GROUPS, Verb
from postdesk.templates.render import Renderer
from postdesk.templates.sample import FULL
from postdesk.templates.sample_parts import ANSWER, CARD, MESSAGE, REASONS, ROW
from postdesk.templates.views import (
    Digest,
    Hold,
    Listing,
    Notification,
    Section,
    View,
    values,
)

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = (DOCS / "agents.md", DOCS / "customers.md")
BLOCK = re.compile(r"<!-- (?:letter: (?P<letter>[\w-]+)|commands) -->\n.*?<!-- end -->", re.DOTALL)
ROWS = (
    replace(ROW, note="", place=0),
    replace(
        ROW,
        number=1038,
        title="New address for our invoices",
        status="new",
        urgency=3,
        place=0,
        overdue=False,
        unread=0,
        note="",
    ),
)


def letters() -> Mapping[str, View]:
    """The samples by name, some of them made short for a page that is read in five minutes."""
    words = f"#clsoe\n\n{ANSWER}"
    placed = tuple(replace(row, place=n) for n, row in enumerate(ROWS, 1))
    return {
        **FULL,
        "notification": replace(
            cast(Notification, FULL["notification"]),
            message=replace(MESSAGE, attachments=MESSAGE.attachments[:1]),
            card=replace(CARD, open=(), tickets=3),
            others=(),
            unanswered=(),
            said="",
        ),
        "hold": replace(cast(Hold, FULL["hold"]), words=words, commands=(), reasons=REASONS[1:2]),
        "view": replace(cast(Listing, FULL["view"]), rows=ROWS, total=len(ROWS), counts=()),
        "digest": replace(
            cast(Digest, FULL["digest"]),
            sections=(Section("mine", placed[:1]), Section("new", placed[1:])),
            new=1,
            overdue=1,
            counts=(),
            done=(),
        ),
    }


def renewed(page: str) -> str:
    """The page with every block as it has to be now. Raises KeyError for an unknown letter."""
    return BLOCK.sub(lambda found: _block(found["letter"]), page)


def _block(letter: str | None) -> str:
    if letter is None:
        return "\n".join(("<!-- commands -->", *_commands(), "<!-- end -->"))
    rendered = Renderer().render(letter, "en", values(letters()[letter]))
    text = f"Subject: {rendered.subject}\n\n{rendered.text.rstrip()}"
    return f"<!-- letter: {letter} -->\n```text\n{text}\n```\n<!-- end -->"


def _commands() -> Iterator[str]:
    """A table for each group of verbs."""
    for group in GROUPS:
        yield from ("", f"**{group.heading}**", "", "| write | and it | for example |")
        yield "|---|---|---|"
        yield from (_row(verb) for verb in group.verbs)
    yield ""


def _row(verb: Verb) -> str:
    usage = f"#{verb.name} {verb.usage}".strip().replace("|", "\\|")
    also = f" ({', '.join(f'`#{word}`' for word in verb.aliases)})" if verb.aliases else ""
    least = "" if verb.least == "agent" else f"; for a {verb.least} or above"
    return f"| `{usage}`{also} | {verb.does}{least} | `{verb.example}` |"


def main() -> None:
    """Write the pages anew."""
    for page in PAGES:
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
