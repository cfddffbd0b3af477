"""Tickets from the shell: opened, listed, shown, found, and acted on."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from shell import Shell

from postdesk.daemon import tables
from postdesk.daemon.cli_tickets import MOST_FOUND


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_an_empty_desk_says_so(shell: Shell) -> None:
    assert shell.types("list").out == "No tickets in the view open.\n"
    assert shell.types("list", "--json").json == []
    assert shell.types("find", "anything").out == "No ticket has these words.\n"


def test_a_ticket_is_opened_on_behalf_of_a_customer(shell: Shell) -> None:
    said = shell.types(
        "new", "--from", "Petra@Kunde.example", "--name", "Petra Künde", "--as", "anna",
        "--subject", "Grüße", pipe="Der Drucker 日本 brennt.\n".encode(),
    )  # fmt: skip
    assert (said.code, said.out) == (0, "1\n")
    ticket = shell.types("show", "1", "--json").json
    assert ticket["requester"] == {"address": "petra@kunde.example", "name": "Petra Künde"}
    assert (ticket["title"], ticket["created_by"], ticket["status"]) == ("Grüße", "anna", "new")
    assert ticket["messages"][0]["text"].strip() == "Der Drucker 日本 brennt."
    assert ticket["history"][0]["actor"] == "anna"
    assert ticket["history"][0]["because"] == "shell"
    assert datetime.fromisoformat(ticket["opened_at"]).tzinfo is not None


@pytest.mark.parametrize(
    ("sender", "name", "known_as"),
    [
        ("Zoë <z@kunde.example>", "", "Zoë"),
        ("<z@kunde.example>", "", ""),
        ('"Kunde, Zoë" <Z@kunde.example>', "", "Kunde, Zoë"),
        ("Zoë <z@kunde.example>", "Zoë Künde", "Zoë Künde"),
    ],
)
def test_a_customer_may_be_named_beside_the_address(
    shell: Shell, sender: str, name: str, known_as: str
) -> None:
    more = ["--name", name] if name else []
    assert shell.types("new", "--from", sender, "--subject", "x", "--text", "y", *more).code == 0
    requester = shell.types("show", "1", "--json").json["requester"]
    assert requester == {"address": "z@kunde.example", "name": known_as}


@pytest.mark.parametrize("sender", ["Zoë", "Zoë <z>", "<>"])
def test_who_has_no_address_opens_no_ticket(shell: Shell, sender: str) -> None:
    said = shell.types("new", "--from", sender, "--subject", "x", "--text", "y")
    assert said.code == 64 and f'"{sender}" is no mail address' in said.err


def test_the_mail_of_a_new_ticket_is_kept_and_makes_no_second_one(shell: Shell) -> None:
    shell.opens("Hello", "Is it me?")
    [mail] = shell.types("spool", "list", "--state", "all", "--json").json
    assert (mail["state"], mail["ticket"], mail["source"]) == ("done", 1, "shell")
    assert shell.types("once").code == 0
    assert len(shell.types("list", "--json").json) == 1
    letters = shell.types("outbox", "list", "--state", "all", "--json").json
    assert {letter["to"] for letter in letters} == {"petra@kunde.example", "anna@example.com"}
    assert {letter["state"] for letter in letters} == {"sent"}


def test_no_words_open_no_ticket(shell: Shell) -> None:
    said = shell.types("new", "--from", "a@kunde.example", "--subject", "x", pipe=b" \n")
    assert said.code == 65
    assert shell.types("list", "--json").json == []


def test_a_listing_is_a_page_of_the_newest_activity(shell: Shell) -> None:
    for subject in ("one", "two", "three"):
        shell.opens(subject, "words")
    shell.types("do", "1", "start")
    numbers = [ticket["number"] for ticket in shell.types("list", "--json").json]
    assert numbers == [1, 3, 2]
    page = shell.types("list", "--json", "--limit", "1", "--before", "1").json
    assert [ticket["number"] for ticket in page] == [3]
    assert shell.types("list", "--json", "--before", "2").json == []
    assert shell.types("list", "--before", "9").code == 65
    whole = shell.types("show", "1", "--json").json
    assert set(page[0]) == set(whole) - {"messages", "history"}


@pytest.mark.parametrize(
    ("view", "numbers"),
    [
        ("open", [2, 1]),
        ("incoming", [1]),
        ("unassigned", [2, 1]),
        ("waiting", [2]),
        ("closed", [3]),
        ("urgent", []),
        ("escalated", []),
        ("mine", []),
        ("all", [3, 2, 1]),
    ],
)
def test_views(shell: Shell, view: str, numbers: list[int]) -> None:
    for subject in ("one", "two", "three"):
        shell.opens(subject, "words")
    shell.types("do", "2", "pending")
    shell.types("do", "3", "close")
    more = ["--as", "anna"] if view == "mine" else []
    found = shell.types("list", "--view", view, "--json", *more).json
    assert [ticket["number"] for ticket in found] == numbers


def test_a_view_is_somebodys_goes_by_many_words_and_may_be_the_desks_own(shell: Shell) -> None:
    own = '[view.fires]\nlabel = "What burns"\nwhen.title.any_word = "fire"\n'
    (shell.folder / "rules" / "80-views.toml").write_text(own)
    for subject in ("fire", "water"):
        shell.opens(subject, "words")
    shell.types("do", "2", "assign", "anna")

    def listed(view: str, *more: str) -> list[int]:
        found = shell.types("list", "--view", view, "--json", *more).json
        return [ticket["number"] for ticket in found]

    assert listed("fires") == listed("what BURNS") == [1]
    assert listed("mine", "--as", "anna") == listed("assigned to me", "--as", "anna") == [2]
    said = shell.types("list", "--view", "mine")
    assert said.code == 64 and "add --as AGENT" in said.err


def test_people_get_a_table_in_their_own_time(shell: Shell) -> None:
    shell.opens("A \x1b[31mred\u202e title", "words")
    said = shell.types("list")
    assert "A [31mred title" in said.out and "\x1b" not in said.out
    utc = datetime.fromisoformat(shell.types("show", "1", "--json").json["updated_at"])
    local = utc.astimezone(shell.config.desk.timezone).strftime("%Y-%m-%d %H:%M")
    assert local in said.out


@pytest.mark.parametrize("title", ["x" * 500, "many words " * 60, "日本" * 200, "👨\u200d👩" * 90])
def test_a_listing_keeps_its_columns_whatever_a_title_holds(shell: Shell, title: str) -> None:
    shell.opens(title, "words", f"{'petra' * 9}@kunde.example")
    shell.opens("short", "words")
    lines = shell.types("list").out.splitlines()
    assert len(lines) == 4
    assert {cell_len(line.rstrip()) for line in lines[1:]} == {100}
    assert "…" in lines[3] and "…" not in lines[2]
    for line in lines[2:]:
        assert line[3:].startswith("★★★      New ")
        assert line.split()[0] in ("1", "2")


def test_a_narrow_terminal_keeps_number_urgency_and_status(shell: Shell) -> None:
    out = io.StringIO()
    shell.opens("many words " * 60, "words")
    tickets = shell.types("list", "--json").json
    tables.say_tickets(tickets, UTC, Console(file=out, width=40))
    [row] = out.getvalue().splitlines()[2:]
    assert row.startswith("1  ★★★      New     ") and len(row) == 40


@pytest.mark.parametrize(
    ("count", "said"), [(900, "900 B"), (9 * 2**20, "9.0 MB"), (9 * 2**30, "9.0 GB")]
)
def test_a_size_has_the_unit_people_say(count: int, said: str) -> None:
    assert tables.size(count) == said


def test_people_read_words_and_history_of_a_ticket(shell: Shell) -> None:
    shell.opens("Invoice", "The sum is wrong.\n\nPetra")
    said = shell.types("show", "#1")
    assert said.code == 0
    for words in ("#1  Invoice", "  The sum is wrong.", "petra@kunde.example wrote", "opened"):
        assert words in said.out


def test_words_are_found(shell: Shell) -> None:
    shell.opens("Invoice", "The sum of 4711 is wrong")
    shell.opens("Printer", "It prints pink", "max@example.com")
    shell.types("do", "1", "close")
    assert [t["number"] for t in shell.types("find", "4711", "wrong", "--json").json] == [1]
    assert [t["number"] for t in shell.types("find", "prints", "--json").json] == [2]
    assert shell.types("find", "4711", "pink", "--json").json == []
    assert "Printer" in shell.types("find", "max@example.com").out
    assert MOST_FOUND > 50


@pytest.mark.parametrize("command", [["show", "7"], ["do", "7", "close"]])
def test_a_missing_ticket_is_told(shell: Shell, command: list[str]) -> None:
    said = shell.types(*command)
    assert (said.code, said.out) == (65, "")
    assert "there is no ticket 7" in said.err


def test_an_act_from_the_shell_is_in_the_history(shell: Shell) -> None:
    shell.opens("Invoice", "words")
    assert shell.types("do", "1", "close", "--as", "Anna").out.startswith("#1 closed")
    ticket = shell.types("show", "1", "--json").json
    assert (ticket["status"], ticket["status_kind"], ticket["closed_by"]) == (
        "closed",
        "done",
        "anna",
    )
    [line] = [h for h in ticket["history"] if h["act"] == "status"]
    assert (line["actor"], line["because"]) == ("anna", "shell")


@pytest.mark.parametrize("word", ["close", "/close", "!CLOSE", "done", "closed"])
def test_a_verb_may_be_written_as_in_a_mail(shell: Shell, word: str) -> None:
    shell.opens("Invoice", "words")
    assert shell.types("do", "1", word).code == 0
    assert shell.types("show", "1", "--json").json["status"] == "closed"


def test_what_is_so_already_is_no_failure_and_no_history(shell: Shell) -> None:
    shell.opens("Invoice", "words")
    shell.types("do", "1", "close")
    before = shell.types("show", "1", "--json").json
    said = shell.types("do", "1", "close")
    assert (said.code, said.out) == (0, "#1 is closed already\n")
    assert shell.types("show", "1", "--json").json == before


def test_nothing_is_decided_while_the_only_rules_are_broken(shell: Shell) -> None:
    (shell.folder / "rules" / "10-people.toml").write_text("[agent.anna]\nnmae = 1\n")
    said = shell.types("new", "--from", "a@b.example", "--subject", "x", "--text", "y")
    assert said.code == 78
    assert "no rules are in force" in said.err and "10-people.toml:2:1" in said.err


def test_programs_find_the_documented_keys_and_no_others(shell: Shell) -> None:
    shell.opens("Invoice", "words")
    ticket = shell.types("show", "1", "--json").json
    assert set(ticket) == {
        "number", "title", "status", "status_kind", "urgency", "category", "team", "assignee",
        "requester", "created_by", "resolved_by", "closed_by", "participants", "language",
        "channel", "tags", "fields", "opened_at", "updated_at", "first_response_at",
        "responded_at", "resolved_at", "closed_at", "due_at", "respond_by", "resolve_by",
        "escalation_level", "merged_into", "links", "solution", "rating", "minutes_spent",
        "tasks", "approvals", "messages", "history",
    }  # fmt: skip
    assert set(ticket["messages"][0]) == {
        "id", "kind", "from", "to", "at", "subject", "text", "full_text", "attachments",
    }  # fmt: skip
    assert set(ticket["history"][0]) == {"at", "actor", "act", "detail", "because"}
