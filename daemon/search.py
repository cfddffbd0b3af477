"""Finding tickets by words: FTS5 on SQLite, tsvector on PostgreSQL, with the same answers."""

import re
from collections.abc import Sequence

from postdesk.daemon.store import Rows
from postdesk.rules.effect import Append
from postdesk.rules.textmatch import fold
from postdesk.rules.ticket import Ticket

# A letter of a script that is written without spaces is a word of its own; elsewhere letters and
# digits make words. We cut them ourselves: the databases would do it each in its own way.
_DENSE = r"\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_DENSE}]|[^\W_{_DENSE}]{{1,60}}")
LONGEST = 200_000  # characters of a message that are indexed
MOST_WORDS = 12  # of a question
_LAST = 16_383  # the last place in a text that PostgreSQL tells apart

_FOUND = """
    SELECT ticket, max(newest) AS message FROM ({}) AS found GROUP BY ticket HAVING count(*) = ?
    ORDER BY max(newest) DESC LIMIT ?
"""
_SQLITE = "SELECT ticket, max(rowid) AS newest FROM words WHERE words MATCH ? GROUP BY ticket"
_POSTGRESQL = (
    "SELECT ticket, max(rowid) AS newest FROM words WHERE body @@ ?::tsquery GROUP BY ticket"
)


class Search:
    """The index of all words and attachment names. Callers bring the transaction."""

    def __init__(self, base: Rows) -> None:
        self._rows = base

    def add(self, message: int, ticket: Ticket, words: Append) -> None:
        """Index the words of one message, its people, its subject, and its files' names."""
        names = " ".join(a.name for a in words.attachments)
        people = f"{words.sender.name} {words.sender.addr}"
        found = words_of(f"{words.subject}\n{people}\n{names}\n{words.text}"[:LONGEST])
        sqlite = self._rows.sqlite
        self._rows.run(
            "INSERT INTO words (rowid, ticket, body)"
            f" VALUES (?, ?, {'?' if sqlite else '?::tsvector'})",
            message,
            ticket.number,
            " ".join(found) if sqlite else _vector(found),
        )

    def find(self, question: str, limit: int = 50) -> list[int]:
        """Tickets that have all these words, or words that begin so, in any of their messages;
        the one that has them in the newest message comes first."""
        return [ticket for ticket, _ in self.hits(question, limit)]

    def hits(self, question: str, limit: int = 50) -> list[tuple[int, int]]:
        """The same, each with the newest of its messages that has one of the words."""
        asked = asked_by(question)
        if not asked:
            return []
        one, phrase = (_SQLITE, _match) if self._rows.sqlite else (_POSTGRESQL, _query)
        found = self._rows.all(
            _FOUND.format(" UNION ALL ".join([one] * len(asked))),
            *(phrase(words) for words in asked),
            len(asked),
            limit,
        )
        return [(int(row["ticket"]), int(row["message"])) for row in found]


def asked_by(question: str) -> list[list[str]]:
    """The parts of a question, each as words that stand beside each other; the last may go on."""
    return [words for part in question.split() if (words := words_of(part))][:MOST_WORDS]


def words_of(text: str) -> list[str]:
    """The words of a text, folded as rules compare them."""
    return _WORD.findall(fold(text))


def _match(words: Sequence[str]) -> str:
    """These words beside each other, as FTS5 asks; the last one may go on."""
    return f'"{" ".join(words)}"*'


def _query(words: Sequence[str]) -> str:
    """The same, as PostgreSQL asks."""
    return " <-> ".join(f"'{word}'" for word in words) + ":*"


def _vector(words: Sequence[str]) -> str:
    """Words with their places, as PostgreSQL reads a tsvector: its own parser knows too few
    letters where the database's locale is C."""
    return " ".join(f"'{word}':{min(n, _LAST)}" for n, word in enumerate(words, 1))
