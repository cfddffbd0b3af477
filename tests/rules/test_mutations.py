"""Good rule files, spoilt one line at a time: each is refused where it was spoilt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from postdesk.rules.book import Book
from postdesk.rules.read import read
from postdesk.rules.toml import Mistake

FILES = {
    "10-people.toml": """\
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com", "anna@home.example"]
role = "lead"
public_name = "Anna"
language = "de"
deputy = "bobby"
hours = "office"
capacity = 20
receipts = "commands"
notices = ["assigned", "reply"]
send_delay = "90s"

[agent.bobby]
addresses = ["bobby@example.com"]
manager = "anna"

[team.billing]
members = ["anna", "bobby"]
lead = "anna"
notify = "available"
sla = "gold"

[customer."petra@kunde.example"]
name = "Petra Kunde"
vip = true
coordinator = "bobby"

[organisation."kunde.example"]
internal = false
tags = ["contract"]
""",
    "20-workflow.toml": """\
[status.in-repair]
kind = "waiting"
label = "In repair"
colour = "#9a6700"

[move.repair]
from = ["new", "in-progress"]
to = "in-repair"
who = ["lead"]

[workflow]
reopen = "14d"
close_after = "5bd"
calendar = "office"

[alias]
erledigt = "close"

[field.order]
label = "Order"
link = "https://shop.example/orders/{value}"
""",
    "30-times.toml": """\
[calendar.office]
timezone = "Europe/Berlin"
hours = { mon-thu = ["09:00-12:30", "13:30-18:00"], fri = ["09:00-17:00"] }
holidays = { country = "DE", extra = ["2026-12-24"] }

[sla.gold]
calendar = "office"
critical = { first_response = "30m", resolution = "2h" }
warn = "25%"
""",
    "50-routing.toml": """\
[[rule]]
name = "billing"
on = "ticket.created"
when.subject.any_word = ["invoice", "Rechnung"]
when.customer.vip = false
when.urgency.below = 5
then.team = "billing"
then.assign = "round-robin"
then.tag = ["money", "eu"]
stop = true

[[rule]]
name = "orders"
on = "message.received"
calendar = "office"
when.subject.matches = 'order (?P<order>[0-9]+)'
when.status = ["new", "in-repair"]
when.assignee = "anna"
when.calendar.office = true
when.opened_at.after = 2026-01-31
then.set.order = "{order}"
then.notify = ["lead", "team:billing", "bobby"]
then.due = "2bd"
then.reply = "refund"

[[rule]]
name = "idle"
on = "ticket.idle"
when.idle.above = "3d"
when.any = [
  { status = "pending" },
  { team = "billing", not = { automatic = true } },
]
then.status = "in-repair"
then.sla = "gold"
then.escalate = "manager"
then.approve = ["bobby"]
then.urgency = "critical"
then.language = "pt-BR"

[[test]]
name = "an invoice"
mail = { from = "max@kunde.example", subject = "Invoice" }
expect = { team = "billing", urgency = 3 }
""",
    "70-replies.toml": """\
[reply.refund]
category = "billing"
text.de = "Sie bekommen es zurück."

[view.mine-late]
when.assignee = "me"
when.overdue.above = "1h"
sort = ["-urgency", "due_at"]
""",
}
Files = dict[str, str]


@dataclass(frozen=True)
class Spoilt:
    """The files with one mutation, and where it is."""

    what: str
    files: Files
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.what} in {self.file}:{self.line}"


def change(what: str, file: str, number: int, new: str) -> Spoilt:
    """One line (from 1) is another one, or several of which the last is the wrong one."""
    lines = FILES[file].splitlines()
    lines[number - 1 : number] = new.split("\n")
    text = "\n".join(lines) + "\n"
    return Spoilt(what, {**FILES, file: text}, file, number + new.count("\n"))


def each_line() -> Iterator[tuple[str, int, str]]:
    for file, text in FILES.items():
        for number, line in enumerate(text.splitlines(), start=1):
            yield file, number, line


def slip(word: str) -> str:
    """A letter in the middle typed twice, as keyboards do it."""
    middle = len(word) // 2
    return word[:middle] + word[middle] + word[middle:]


CHOSEN = {"de", "erledigt"}  # keys that could be any others
FREE = {"name", "public_name", "label", "tags", "tag", "any_word", "category", "text"}
FREE |= {"subject", "from", "link", "set"}  # keys whose texts may be anything
KEY = re.compile(
    r"""
    (?<![\w"'#<(-])          # the beginning of a word, that is
    [a-z_][\w-]*            # not in quotes
    (?=(?:\.[\w-]+)*\ =\ )  # and goes on to a = behind it
    """,
    re.VERBOSE,
)
TEXT = re.compile(r'"([^"]*)"')


def keys_of(line: str) -> Iterator[re.Match[str]]:
    """The parts of dotted keys, outside of texts."""
    bare = TEXT.sub(lambda text: " " * len(text[0]), line)
    return (key for key in KEY.finditer(bare) if key[0] not in CHOSEN)


def key_before(line: str, place: int) -> str:
    """The key, dotted as it may be, of the value at a place."""
    return str(re.findall(r"([\w.-]+) = ", line[:place])[-1])


def mistyped_keys() -> Iterator[Spoilt]:
    for file, number, line in each_line():
        for key in keys_of(line):
            new = line[: key.start()] + slip(key[0]) + line[key.end() :]
            yield change(f"the key {key[0]} is mistyped", file, number, new)


def mistyped_tables() -> Iterator[Spoilt]:
    for file, number, line in each_line():
        if header := re.match(r"(\[+)([a-z]+)(.*)", line):
            new = header[1] + slip(header[2]) + header[3]
            yield change(f"the table {header[2]} is mistyped", file, number, new)


def mistyped_values() -> Iterator[Spoilt]:
    """Names of things, words of which there are only some, times and addresses."""
    for file, number, line in each_line():
        for text in TEXT.finditer(line) if " = " in line else ():
            if FREE.isdisjoint(key_before(line, text.start()).split(".")):
                wrong = "zz" + slip(text[1])[1:].replace("@", " ")
                new = line[: text.start(1)] + wrong + line[text.end(1) :]
                yield change(f"the value {text[1]} is mistyped", file, number, new)


def wrong_types() -> Iterator[Spoilt]:
    for file, number, line in each_line():
        if (pair := re.fullmatch(r"([\w.-]+) = (.+)", line)) and not pair[2].endswith("["):
            value = "3" if pair[2].startswith(("[", "{")) else "[[3]]"
            if not pair[1].endswith("matches"):
                yield change(f"{pair[1]} is {value}", file, number, f"{pair[1]} = {value}")


def keys_twice() -> Iterator[Spoilt]:
    for file, number, line in each_line():
        if re.fullmatch(r"[\w.-]+ = .+[^\[]", line):
            yield change("the same key again", file, number, f"{line}\n{line}")


def tables_twice() -> Iterator[Spoilt]:
    """Once more in a file that is read later."""
    for file, number, line in each_line():
        if re.match(r"\[\w+\.", line):
            more = {"99-more.toml": f"# more\n{line}\n"}
            yield Spoilt(f"{line} again, after {file}:{number}", FILES | more, "99-more.toml", 2)
        elif line.startswith("name = ") and file == "50-routing.toml":
            more = {"99-more.toml": f'[[rule]]\n{line}\non = "reply.sent"\nthen.tag = "x"\n'}
            if '"an invoice"' not in line:
                yield Spoilt(f"{line} again", FILES | more, "99-more.toml", 2)


def not_in_their_table() -> Iterator[Spoilt]:
    """A part of a rule that lost its ``when`` or ``then``, and one that got the other's."""
    for file, number, line in each_line():
        part, _, rest = line.partition(".")
        if file == "50-routing.toml" and part in ("when", "then") and "[" not in line[-1:]:
            yield change(f"without its {part}", file, number, rest)
            if part == "when":
                yield change("in then", file, number, f"then.{rest}")
            elif rest.split(" ")[0] not in ("team", "status", "sla", "language", "urgency"):
                yield change("in when", file, number, f"when.{rest}")


def strayed() -> Iterator[Spoilt]:
    """A key below the next header belongs to that table, whatever its writer thought."""
    own = {"status": "colour", "team": "members", "agent": "capacity"}
    own |= {"calendar": "timezone", "sla": "warn", "move": "to"}
    for file, number, line in each_line():
        kind = line[1:].partition(".")[0]
        for key in own.values() if kind in own else ():
            if own[kind] != key:
                yield change(f"{key} below it", file, number, f"{line}\n{key} = 3")


def broken_toml() -> Iterator[Spoilt]:
    for file, number, line in each_line():
        if " = " in line:
            yield change("no = ", file, number, line.replace(" = ", " ", 1))
        if line.endswith('"'):
            yield change("no closing quote", file, number, line[:-1])
            yield change("no opening quote", file, number, line.replace('"', "", 1))
        if line.endswith("}"):
            yield change("no closing brace", file, number, line[:-1])
        if line.endswith("]") and " = [" in line:
            yield change("no closing bracket", file, number, line[:-1])
        if line.startswith("["):
            yield change("no closing bracket of the header", file, number, line.rstrip("]"))


KINDS = {
    "keys": mistyped_keys,
    "tables": mistyped_tables,
    "values": mistyped_values,
    "types": wrong_types,
    "twice": keys_twice,
    "tables twice": tables_twice,
    "nesting": not_in_their_table,
    "strays": strayed,
    "syntax": broken_toml,
}
ALL = [spoilt for make in KINDS.values() for spoilt in make()]


def refused(files: Files) -> tuple[Mistake, ...]:
    found = read(files, ["receipt"])
    assert not isinstance(found, Book), "it was taken"
    return found


def test_the_files_are_good_before() -> None:
    assert isinstance(read(FILES, ["receipt"]), Book), read(FILES, ["receipt"])


@pytest.mark.parametrize("spoilt", ALL, ids=str)
def test_what_is_spoilt_is_refused_where_it_was_spoilt(spoilt: Spoilt) -> None:
    mistakes = refused(spoilt.files)
    places = [(mistake.file, mistake.line) for mistake in mistakes]
    assert (spoilt.file, spoilt.line) in places, "\n".join(map(str, mistakes))
    # What is missing then may be told too, and every use of a name that is gone with its table.
    assert len(mistakes) <= (9 if "the table" in spoilt.what else 2)


def test_there_are_enough_of_every_kind() -> None:
    counts = {kind: len(list(make())) for kind, make in KINDS.items()}
    assert min(counts.values()) >= 10 and sum(counts.values()) >= 300, counts
