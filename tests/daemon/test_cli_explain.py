"""`postdesk explain`: a mail and a question, before anything runs and beside a daemon."""

from pathlib import Path

import pytest
from shell import Shell

MAIL = b"""From: Petra Kunde <petra@kunde.example>
To: support@example.com
Message-ID: <1@kunde.example>
Subject: Your invoice\x1b[2J

It is wrong.
"""
RULES = """
[[rule]]
name = "billing"
on = "ticket.created"
when.subject.any_word = ["invoice", "refund"]
then.category = "money"

[[rule]]
name = "urgent"
on = "ticket.created"
when.subject.any_word = "urgent"
then.urgency = 5
"""


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    shell = Shell(tmp_path, capsys)
    (tmp_path / "rules" / "50-routing.toml").write_text(RULES)
    (tmp_path / "mail.eml").write_bytes(MAIL)
    return shell


def files(shell: Shell) -> list[str]:
    return sorted(str(path.relative_to(shell.folder)) for path in shell.folder.rglob("*"))


def test_a_desk_on_which_nothing_has_run_is_asked_and_left_as_it_is(shell: Shell) -> None:
    before = files(shell)
    said = shell.types("explain", str(shell.folder / "mail.eml"))
    assert said.code == 0 and not said.err
    assert "Petra Kunde <petra@kunde.example> writes “Your invoice" in said.out
    assert "It opens ticket 1." in said.out
    assert 'fired 50-routing.toml:2 "billing"' in said.out
    assert '50-routing.toml:8 "urgent": subject any_word "urgent": it is "Your' in said.out
    assert "receipt to petra@kunde.example" in said.out
    assert "notification to anna@example.com" in said.out
    assert "category: money" in said.out
    assert "\x1b" not in said.out, "a mail does not speak to the terminal"
    assert files(shell) == before


def test_the_pipe_will_do_and_programs_get_json(shell: Shell) -> None:
    told = shell.types("explain", "-", "--json", "--to", "nobody@example.com", pipe=MAIL).json
    assert (told["came"], told["ticket"], told["twin"]) == ("opened", 1, None)
    assert told["mail"]["subject"].startswith("Your invoice")
    assert told["then"]["category"] == "money"
    [billing] = [rule for rule in told["rules"] if rule["name"] == "billing"]
    assert billing["fired"] and billing["where"] == "50-routing.toml:2"
    assert billing["conditions"][0]["wanted"] == ["invoice", "refund"]
    assert len(told["version"]) == 8


def test_what_the_desk_has_is_told_with_what_it_would_be(shell: Shell) -> None:
    file = str(shell.folder / "mail.eml")
    assert shell.types("inject", file).code == 0 and shell.types("once").code == 0
    said = shell.types("explain", file)
    assert "The desk has this mail already, it is on ticket 1." in said.out
    assert "Were it new:" in said.out and "It opens ticket 2." in said.out
    told = shell.types("explain", file, "--json").json
    assert told["came"] == "nothing" and told["were_it_new"]["came"] == "opened"
    assert len(shell.types("list", "--json").json) == 1


def test_the_time_may_be_another(shell: Shell) -> None:
    file = str(shell.folder / "mail.eml")
    told = shell.types("explain", file, "--at", "2026-12-24T18:00:00", "--json").json
    assert told["then"]["opened_at"] == "2026-12-24T17:00:00.000000Z", "in the desk's zone"
    said = shell.types("explain", file, "--at", "soon")
    assert said.code == 64 and '--at: "soon"' in said.err


def test_with_a_bad_edit_the_last_good_rules_are_asked(shell: Shell) -> None:
    assert shell.types("once").code == 0
    (shell.folder / "rules" / "50-routing.toml").write_text(RULES.replace("then.cat", "then.kat"))
    said = shell.types("explain", str(shell.folder / "mail.eml"))
    assert said.code == 0 and "category: money" in said.out
    assert "the edited rules have mistakes" in said.err


def test_an_edit_that_is_good_is_asked_and_not_taken(shell: Shell) -> None:
    assert shell.types("once").code == 0
    (shell.folder / "rules" / "50-routing.toml").write_text(RULES.replace("money", "papers"))
    file = str(shell.folder / "mail.eml")
    before = shell.types("status", "--json").json["rules"]
    assert shell.types("explain", file, "--json").json["then"]["category"] == "papers"
    assert shell.types("status", "--json").json["rules"] == before


MBOX = b"From petra@kunde.example Mon Nov 23 09:00:00 2026\n" + MAIL + b"\n"


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is empty"), (MBOX * 2, "holds several mails")]
)
def test_a_file_holds_one_mail(shell: Shell, content: bytes, told: str) -> None:
    (shell.folder / "mail.eml").write_bytes(content)
    said = shell.types("explain", str(shell.folder / "mail.eml"))
    assert said.code == 65 and told in said.err


def test_without_any_good_rules_nothing_can_be_explained(shell: Shell) -> None:
    (shell.folder / "rules" / "50-routing.toml").write_text("[[rule]]\n")
    said = shell.types("explain", str(shell.folder / "mail.eml"))
    assert said.code == 78 and "50-routing.toml:1" in said.err


def test_replay_tells_what_todays_rules_make_of_all_kept_mail(shell: Shell) -> None:
    nothing = shell.types("replay")
    assert nothing.code == 65 and "nothing has run here yet" in nothing.err
    file = str(shell.folder / "mail.eml")
    assert shell.types("inject", file).code == 0 and shell.types("once").code == 0
    same = shell.types("replay")
    assert (same.code, same.err) == (0, "")
    assert same.out == (
        "1 mails, 1 tickets: 0 mails would end elsewhere, 0 tickets would be otherwise.\n"
    )
    routing = shell.folder / "rules" / "50-routing.toml"
    routing.write_text(RULES.replace("money", "papers"))
    said = shell.types("replay")
    assert said.code == 0 and "\x1b" not in said.out
    assert '  category: "money" -> "papers"' in said.out
    told = shell.types("replay", "--json").json
    assert told["otherwise"] == [
        {
            "ticket": 1,
            "title": told["otherwise"][0]["title"],
            "differences": [{"what": "category", "was": "money", "would": "papers"}],
        }
    ]
    assert shell.types("show", "1", "--json").json["category"] == "money"
