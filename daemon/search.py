"""Finding tickets by words: FTS5 on SQLite, tsvector on PostgreSQL, behind one interface."""

import re

from postdesk.daemon.store import Row, Rows
from postdesk.rules.effect import Append
from postdesk.rules.ticket import Ticket

# Scripts that write without spaces: each letter is a word of its own in the index.
_DENSE = re.compile(r"([\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_WORD = re.compile(r"[^\W_]+(?:[@._+-][^\W_]+)*")
LONGEST = 200_000  # characters of a message that are indexed
MOST_WORDS = 12  # of a question


class Search:
    """The index of all words and attachment names. Callers bring the transaction."""

    def __init__(self, base: Rows) -> None:
        self._rows = base

    def add(self, message: int, ticket: Ticket, words: Append) -> None:
        """Index the words of one message, its people, its subject, and its files' names."""
        names = " ".join(a.name for a in words.attachments)
        people = f"{words.sender.name} {words.sender.addr}"
        text = f"{words.subject}\n{people}\n{names}\n{words.text}"[:LONGEST]
        body = "?" if self._rows.sqlite else "to_tsvector('simple', ?)"
        self._rows.run(
            f"INSERT INTO words (rowid, ticket, body) VALUES (?, ?, {body})",
            message,
            ticket.number,
            spaced(text),
        )

    def find(self, question: str, limit: int = 50) -> list[int]:
        """Tickets that have all these words, the newest message first; [] when there are none."""
        words = _WORD.findall(spaced(question))[:MOST_WORDS]
        if not words:
            return []
        return self._sqlite(words, limit) if self._rows.sqlite else self._postgresql(words, limit)

    def _sqlite(self, words: list[str], limit: int) -> list[int]:
        asked = " ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in words)
        found = self._rows.all(
            "SELECT ticket FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?",
            asked,
            limit * 20,
        )
        return _distinct(found, limit)

    def _postgresql(self, words: list[str], limit: int) -> list[int]:
        quoted = ["'" + word.replace("'", "''") + "'" for word in words]
        asked = " & ".join(f"{word}:*" for word in quoted)
        found = self._rows.all(
            "SELECT ticket FROM words WHERE body @@ to_tsquery('simple', ?)"
            " ORDER BY rowid DESC LIMIT ?",
            asked,
            limit * 20,
        )
        return _distinct(found, limit)


def spaced(text: str) -> str:
    """Letters of scripts without spaces set apart, so that any of their words is found."""
    return _DENSE.sub(r" \1 ", text)


def _distinct(found: list[Row], limit: int) -> list[int]:
    return list(dict.fromkeys(int(row["ticket"]) for row in found))[:limit]
