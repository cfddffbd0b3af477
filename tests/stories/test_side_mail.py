"""Bounces, reactions, receipts and absences: told where they belong, never taken for an answer."""

import json
from pathlib import Path

from stories.town import Heard, Town
from stories.town import town as a_town


def returned(letter: Heard, recipient: str, status: str, words: str, *, headers: str = "") -> bytes:
    """A delivery report as a mail server writes it (RFC 3464)."""
    return (
        "From: Mail Delivery System <mailer-daemon@mx.kunde.example>\n"
        "To: support@example.com\nSubject: Undelivered Mail\n"
        "Message-ID: <dsn1@mx.kunde.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.kunde.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: {letter.mail['Message-ID']}\n{headers}\n--b--\n"
    ).encode()


def answered(town: Town) -> Heard:
    """Petra wrote, Anna answered; this is the answer."""
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    return petra.hears("Run!")


def test_a_bounce_is_told_to_the_author_and_stands_on_the_ticket(town: Town) -> None:
    answer = answered(town)
    envelope = str(answer.mail["Return-Path"]).strip("<>")
    report = returned(answer, "petra@kunde.example", "5.1.1", "550 no such user")
    town.deliver("", [envelope], report)
    told = town.person("anna@example.com").hears("550 no such user")
    assert "petra@kunde.example" in told.text and "Run!" in told.text
    bounced = [line for line in town.ticket(1)["history"] if line["act"] == "bounced"]
    assert [line["detail"] for line in bounced] == [
        {
            "recipient": "petra@kunde.example",
            "status": "5.1.1",
            "permanent": True,
            "diagnostic": bounced[0]["detail"]["diagnostic"],
        }
    ]
    assert "no such user" in bounced[0]["detail"]["diagnostic"]
    assert bounced[0]["because"] == answer.mail["Message-ID"]
    assert town.tickets() == 1


def test_a_bounce_that_lost_its_envelope_is_known_by_the_letter_it_returns(town: Town) -> None:
    answer = answered(town)
    report = returned(answer, "petra@kunde.example", "5.2.2", "552 mailbox full")
    town.deliver("", ["support@example.com"], report)
    town.person("anna@example.com").hears("552 mailbox full")
    assert town.tickets() == 1


def test_a_bounce_of_no_letter_of_ours_is_done_and_says_what_it_told(town: Town) -> None:
    answer = answered(town)
    report = returned(answer, "who@else.example", "5.1.1", "550 no such user")
    report = report.replace(str(answer.mail["Message-ID"]).encode(), b"<x@else.example>")
    town.deliver("", ["support@example.com"], report)
    assert town.tickets() == 1
    item = town.house.spool.items("done", 1)[0]
    assert json.loads(item.reason)["recipient"] == "who@else.example"
    town.person("anna@example.com").hears_nothing()


def test_a_dead_address_gets_no_automatic_mail(town: Town) -> None:
    answer = answered(town)
    envelope = str(answer.mail["Return-Path"]).strip("<>")
    report = returned(answer, "petra@kunde.example", "5.1.1", "550 no such user")
    town.deliver("", [envelope], report)
    petra = town.person("petra@kunde.example")
    petra.writes("Another matter", "Hello?")
    petra.hears_nothing()
    acts = [line["act"] for line in town.ticket(2)["history"]]
    assert "replied" not in acts and town.tickets() == 2


def test_a_forged_report_buries_nobody(town: Town) -> None:
    answered(town)
    petra = town.person("petra@kunde.example")
    forged = (
        b"From: mailer-daemon@evil.example\nTo: support@example.com\nSubject: Undelivered\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Final-Recipient: rfc822; petra@kunde.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    town.deliver("", ["support@example.com"], forged)
    petra.writes("Another matter", "Hello?")
    petra.hears(subject="[#2]")


def test_a_reaction_is_a_line_of_history(town: Town) -> None:
    answer = answered(town)
    town.passes(minutes=1)
    raw = (
        "From: Petra <petra@kunde.example>\nTo: {to}\nSubject: Re: {subject}\n"
        "Message-ID: <r1@kunde.example>\nIn-Reply-To: {id}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n👍\n\n"
        "Petra reacted via Gmail\n\n"
        "--b\nContent-Type: text/vnd.google.email-reaction+json; charset=utf-8\n"
        'Content-Transfer-Encoding: 8bit\n\n{{"emoji": "👍", "version": 1}}\n--b--\n'
    ).format(to=answer.reply_to, subject=answer.subject, id=answer.mail["Message-ID"])
    town.deliver("petra@kunde.example", [answer.reply_to], raw.encode())
    ticket = town.ticket(1)
    line = ticket["history"][-1]
    assert (line["act"], line["detail"]["words"]) == ("reaction", "👍")
    assert ticket["status"] == "responded" and len(ticket["messages"]) == 2
    town.person("anna@example.com").hears_nothing()


def test_an_absence_without_any_header_is_told_but_not_answered(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Out of office", "I am out of the office until Monday, with no access to mail.")
    petra.hears_nothing()
    anna.hears("out of the office")
    assert town.tickets() == 1


def test_a_relay_that_is_away_is_tried_again_and_the_author_hears_after_four_hours(
    tmp_path: Path, database_url: str
) -> None:
    more = '[identity]\nreply = "token"\n[relay]\nurl = "smtp://127.0.0.1:9"'  # nobody listens
    with a_town(tmp_path, database_url, more=more) as town:
        town.deliver(
            "petra@kunde.example",
            ["support@example.com"],
            b"From: petra@kunde.example\nSubject: Printer\nMessage-ID: <p@k>\n\nIt burns.\n",
        )
        for hours in (1, 2, 3):
            town.passes(hours=hours)
        rows = town.house.outbox
        with town.house.rows.reading():
            waiting = rows.listed("waiting")
        assert {row["recipient"] for row in waiting} >= {"petra@kunde.example", "anna@example.com"}
        assert all(row["attempts"] >= 3 and row["error"] for row in waiting)
        town.passes(days=6)
        with town.house.rows.reading():
            failed = rows.listed("failed")
        assert any("gave up after 5 days" in row["error"] for row in failed)
