"""Many agents, many mails, machines that answer each other: nobody drowns, nothing is lost."""

from pathlib import Path

from stories.town import PEOPLE
from stories.town import town as a_town

CROWD = "\n".join(
    f'[agent.a{n}]\nname = "Agent {n}"\naddresses = ["a{n}@example.com"]' for n in range(12)
)


def test_a_crowd_is_told_in_bundles(tmp_path: Path, database_url: str) -> None:
    with a_town(tmp_path, database_url, people=CROWD) as town:
        petra, agent = town.person("petra@kunde.example"), town.person("a3@example.com")
        petra.writes("Printer", "It is on fire.")
        petra.writes("Scanner", "It is cold.")
        agent.hears_nothing()
        town.passes(minutes=6)
        told = agent.hears("It is on fire.")
        assert "#1" in told.text and "#2" in told.text and "It is cold." in told.text
        town.passes(minutes=6)
        agent.hears_nothing()


def test_a_sender_who_does_not_stop_gets_five_receipts_and_is_told_of_in_bundles(
    tmp_path: Path, database_url: str
) -> None:
    with a_town(tmp_path, database_url) as town:
        robot, anna = town.person("robot@shop.example"), "anna@example.com"
        for n in range(40):
            robot.writes(f"Alarm {n}", "Something beeps.")
        assert town.tickets() == 40
        assert len(town.letters_to("robot@shop.example")) == 5
        assert len(town.letters_to(anna)) == 30
        town.passes(minutes=6)
        assert len(town.letters_to(anna)) == 31


REPLYING = """
[[rule]]
name = "a busy desk says so"
on = "message.received"
then.reply = "receipt-unproven"
"""


def test_a_rule_that_answers_every_reply_answers_once_an_hour(
    tmp_path: Path, database_url: str
) -> None:
    with a_town(tmp_path, database_url, people=PEOPLE + REPLYING) as town:
        robot = town.person("robot@shop.example")
        robot.writes("Hello", "I am a robot.")
        letter = robot.hears()
        for n in range(5):
            town.passes(minutes=5)
            robot.replies(f"I am robot {n}.", to=letter)
        robot.hears_nothing()
        town.passes(hours=1)
        robot.replies("I am still a robot.", to=letter)
        robot.hears()
        acts = [line["act"] for line in town.ticket(1)["history"]]
        assert (acts.count("replied"), acts.count("withheld")) == (2, 5)


def test_two_machines_without_manners_do_not_talk_for_ever(
    tmp_path: Path, database_url: str
) -> None:
    """It answers everything it gets, and marks nothing."""
    with a_town(tmp_path, database_url) as town:
        robot = town.person("robot@shop.example")
        robot.writes("Hello", "I am a robot.")
        for _ in range(20):
            for letter in town.fresh_letters_to(robot.address):
                robot.replies("I am a robot.", to=letter)
        assert len(town.letters_to(robot.address)) == 1
        assert town.tickets() == 1
