"""The examples of rules at work: what their tests expect is what the daemon then does."""

from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from stories.town import Town
from stories.town import town as a_town

from postdesk.daemon.rule_files import SHIPPED
from postdesk.rules.trial import RuleTest, TestMail

EXAMPLES = sorted((SHIPPED / "examples").glob("*.toml"))
BELIEVING = '[identity]\nreply = "token"\ncommand = "token"'
# What a test and a ticket call by the same name, and a mail before it does not change.
SAME = ("team", "category", "urgency", "status")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_their_tests_expect_of_new_mail_comes(
    path: Path, tmp_path: Path, database_url: str
) -> None:
    rules = path.read_text("utf-8")
    with a_town(tmp_path, database_url, people=rules, more=BELIEVING) as town:
        tests = [test for test in town.house.book().tests if by_mail_alone(test)]
        assert tests
        for test in sorted(tests, key=lambda test: test.at or town.time):
            town.time = test.at or town.time
            sends(town, test.mail or TestMail())
            agrees(town, test)


def by_mail_alone(test: RuleTest) -> bool:
    """Does a new mail come, which asks for no ticket that is not there?"""
    alone = "joined" in test.expect and "dropped" in test.expect
    return test.mail is not None and not test.ticket and not test.on and not alone


def sends(town: Town, told: TestMail) -> None:
    """The mail of a test, to addresses of ours as far as they are."""
    name, address = parseaddr(told.sender)

    def change(mail: EmailMessage) -> None:
        for header, value in told.headers.items():
            mail[header] = value
        for file in told.attachments:
            mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=file)

    to = ", ".join(told.to) or "support@example.com"
    town.person(address, name).writes(told.subject, told.text or "Hello.", to=to, change=change)


def agrees(town: Town, test: RuleTest) -> None:
    """Is the ticket as the test expects, or was the mail dropped?"""
    expect = test.expect
    item = town.house.spool.items(None, 1)[0]
    if "dropped" in expect:
        assert (item.ticket is None) is expect["dropped"], test.name
        return
    assert item.ticket is not None, test.name
    ticket: dict[str, Any] = town.ticket(item.ticket)
    for name in SAME:
        if name in expect:
            assert (ticket[name] or "") == (expect[name] or ""), f"{test.name}: {name}"
    if isinstance(tags := expect.get("tags"), tuple):
        assert set(ticket["tags"]) == set(tags), test.name
    if isinstance(fields := expect.get("field"), dict):
        assert fields.items() <= ticket["fields"].items(), test.name
    replied = [line["detail"]["letter"] for line in ticket["history"] if line["act"] == "replied"]
    if isinstance(reply := expect.get("reply"), str) and reply != "receipt":
        assert replied == ([reply] if reply else []), test.name


# --- answers by themselves -----------------------------------------------------------------------


def test_an_answer_by_category_is_in_the_customers_language(
    tmp_path: Path, database_url: str
) -> None:
    rules = (SHIPPED / "examples" / "auto-reply.toml").read_text("utf-8")
    with a_town(tmp_path, database_url, people=rules, more=BELIEVING) as town:
        marie, paul = (
            town.person("marie@client.example", "Marie"),
            town.person("p@x.example", "Paul"),
        )
        marie.writes("Remboursement", "Je voudrais être remboursée, s'il vous plaît.")
        assert "demande de remboursement est le ticket n° 1" in marie.hears("Bonjour").text
        paul.writes("Refund", "I would like to have my money back, please.")
        assert "your request for a refund is ticket #2" in paul.hears("Dear Paul").text
        paul.writes("Refund", "It is 4711.", headers={"Auto-Submitted": "auto-generated"})
        paul.hears_nothing()


# --- a monitoring system -------------------------------------------------------------------------


def test_an_alert_by_its_key_from_problem_to_recovery(tmp_path: Path, database_url: str) -> None:
    rules = (SHIPPED / "examples" / "monitoring.toml").read_text("utf-8")
    with a_town(tmp_path, database_url, people=rules, more=BELIEVING) as town:
        nagios = town.person("nagios@monitor.example")
        for subject in (
            "** PROBLEM CRITICAL: web1/http is down",
            "** PROBLEM CRITICAL: web1/http is down",
            "** FLAPPING: web1/http",
            "** PROBLEM WARNING: web1/disk is full",
            "** RECOVERY OK: web1/http is up",
            "** RECOVERY OK: web1/http is up",
        ):
            nagios.writes(subject, "See the console.")
        assert [town.ticket(n)["status"] for n in (1, 2)] == ["resolved", "new"]
        assert town.tickets() == 2
        assert len(town.ticket(1)["messages"]) == 4
        nagios.writes("** PROBLEM CRITICAL: web1/http is down", "Again.")
        assert (town.tickets(), town.ticket(3)["status"]) == (3, "new")
