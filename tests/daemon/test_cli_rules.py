"""`postdesk rules`: what admins ask of their rule files."""

from pathlib import Path

import pytest
from rule_files import FOLDER
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_a_desk_without_tests_is_told_what_they_are(shell: Shell) -> None:
    said = shell.types("rules", "test")
    assert said.code == 0 and "[[test]] tables" in said.out
    assert shell.types("rules", "test", "--json").json == []


def test_rules_that_cannot_be_read_are_not_tested(shell: Shell) -> None:
    (shell.folder / "rules" / "20-more.toml").write_text('[agent.bob]\nnmae = "Bob"\n')
    said = shell.types("rules", "test")
    assert (said.code, said.out) == (78, "")
    assert "nothing was tested" in said.err and "20-more.toml:2:1" in said.err


def test_a_test_that_is_not_there_is_no_test_that_passes(shell: Shell) -> None:
    said = shell.types("rules", "test", "vip")
    assert said.code == 65 and 'there is no test "vip"' in said.err


@pytest.mark.parametrize("example", sorted(FOLDER.glob("examples/*.toml")), ids=lambda p: p.stem)
def test_the_examples_are_rules_of_a_desk_and_pass(shell: Shell, example: Path) -> None:
    (shell.folder / "rules" / "10-people.toml").write_text(example.read_text("utf-8"))
    said = shell.types("rules", "test")
    assert said.code == 0 and said.out.endswith("and all is as expected.\n"), said
    assert shell.types("check", "--offline").code == 0


def test_testing_changes_nothing(shell: Shell) -> None:
    assert shell.types("rules", "test").code == 0
    assert sorted(f.name for f in shell.folder.iterdir()) == ["config.toml", "rules"]


def test_the_schema_is_for_the_editor(shell: Shell) -> None:
    said = shell.types("rules", "schema")
    assert (said.code, said.out) == (0, (FOLDER / "schema.json").read_text("utf-8"))


RULES = """
[[rule]]
name = "billing"
on = "ticket.created"
when.subject.any_word = ["invoice", "refund"]
when.any = [{ customer.vip = true }, { not.from.ends_with = "@kunde.example" }]
then.category = "money"
then.set.order = "7"
stop = true

[[rule]]
name = "idle"
on = "ticket.idle"
when.idle.above = "2d"
then.escalate = true
"""
SHOWN = """
ticket.created
  50-own.toml:2 "billing"
    when subject any_word ["invoice", "refund"] and (customer.vip is true or not (from ends_with "@kunde.example"))
    then category = "money"
    then set.order = "7"
    stop

ticket.idle
  50-own.toml:11 "idle"
    when idle above 2d
    then escalate = true
"""  # noqa: E501


def test_show_tells_the_set_in_force_in_the_order_it_runs(shell: Shell) -> None:
    file = shell.folder / "rules" / "50-own.toml"
    file.write_text(RULES)
    before = shell.types("rules", "show")
    assert before.code == 0 and "not in force: 1 agents" in before.out
    assert "no set is in force yet" in before.err
    assert shell.types("once").code == 0
    file.write_text("")
    said = shell.types("rules", "show")
    assert (said.code, said.err) == (0, "")
    head, _, rest = said.out.partition("\n")
    assert "in force since" in head and rest == SHOWN


def test_the_effective_set_begins_with_the_manners(shell: Shell) -> None:
    (shell.folder / "rules" / "50-own.toml").write_text(RULES)
    shell.types("once")
    told = shell.types("rules", "show", "--effective", "--json").json
    assert told["version"] == shell.types("status", "--json").json["rules"][:8] and told["since"]
    created = [rule["where"] for rule in told["rules"] if rule["on"] == "ticket.created"]
    assert created[0].startswith("manners.toml:") and created[-1] == "50-own.toml:2"
    assert told["rules"][-1]["on"] == "delivery.failed"
    [billing] = [rule for rule in told["rules"] if rule["name"] == "billing"]
    assert billing["then"] == [
        {"action": "category", "value": "money"},
        {"action": "set", "value": ["order", "7"]},
    ]
    own = shell.types("rules", "show", "--json").json["rules"]
    assert [rule["where"] for rule in own] == ["50-own.toml:2", "50-own.toml:11"]


TESTS = """
[[test]]
name = "an invoice of a stranger is about money"
mail = { from = "eve@evil.example", subject = "My invoice" }
expect = { category = "money", field.order = "7" }

[[test]]
name = "a refund is urgent"
mail = { from = "eve@evil.example", subject = "A refund" }
expect = { urgency = "critical", category = "" }
"""


def test_tests_that_fail_tell_place_and_rule_and_end_with_78(shell: Shell) -> None:
    (shell.folder / "rules" / "50-own.toml").write_text(RULES)
    (shell.folder / "rules" / "90-tests.toml").write_text(TESTS)
    said = shell.types("rules", "test")
    assert said.code == 78
    assert '90-tests.toml:7: test "a refund is urgent": urgency should be 5, and is 3' in said.out
    assert 'category should be nothing, and is "money", by 50-own.toml:2 "billing"' in said.out
    assert said.out.endswith("1 of 2 tests failed.\n")
    good, bad = shell.types("rules", "test", "--json").json
    assert good["ok"] and not bad["ok"] and bad["where"] == "90-tests.toml:7"
    assert [one["what"] for one in bad["failures"]] == ["urgency", "category"]
    assert bad["failures"][1]["because"] == '50-own.toml:2 "billing"'
    one = shell.types("rules", "test", "an invoice of a stranger is about money")
    assert one.code == 0 and one.out == "1 test, and all is as expected.\n"


def test_tests_that_fail_keep_an_edit_out(shell: Shell) -> None:
    assert shell.types("once").code == 0
    (shell.folder / "rules" / "50-own.toml").write_text(RULES + TESTS)
    said = shell.types("check", "--offline")
    assert said.code == 78 and '50-own.toml:22:1: test "a refund is urgent"' in said.err
    before = shell.types("status", "--json").json
    shell.types("once")
    after = shell.types("status", "--json").json
    assert after["rules"] == before["rules"] and len(after["rule_mistakes"]) == 2


def test_edited_rules_are_rehearsed_with_the_mail_that_came(shell: Shell) -> None:
    nothing = shell.types("rules", "rehearse")
    assert nothing.code == 65 and "nothing has run here yet" in nothing.err
    mail = b"From: eve@evil.example\nSubject: My invoice \x1b[2J\n\nIt is wrong.\n"
    shell.types("inject", "-", pipe=mail)
    assert shell.types("once").code == 0
    same = shell.types("rules", "rehearse")
    assert same.code == 0 and "nothing would be otherwise" in same.err
    assert "0 tickets would be otherwise." in same.out
    file = shell.folder / "rules" / "50-own.toml"
    file.write_text(RULES)
    said = shell.types("rules", "rehearse", "--last", "7d")
    assert said.code == 0 and said.out.startswith("#1  My invoice")
    assert '  category: nothing -> "money", by 50-own.toml:2 "billing" (rules ' in said.out
    assert "1 mails, set " in said.out and "\x1b" not in said.out
    told = shell.types("rules", "rehearse", "--json").json
    assert told["mails"] == 1 and told["tickets"][0]["ticket"] == 1
    assert told["tickets"][0]["differences"][0]["what"] == "category"
    assert shell.types("show", "1", "--json").json["category"] is None, "it was only rehearsed"
    assert shell.types("rules", "rehearse", "--last", "a while").code == 64
    file.write_text("[[rule]]\n")
    bad = shell.types("rules", "rehearse")
    assert bad.code == 78 and "50-own.toml:1" in bad.err
