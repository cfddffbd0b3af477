"""Bounces and complaints: whom a letter did not reach, why, and which letter it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.bounce import AbuseReport, Failure, abuse_report, bounces, failures

LETTER = "<t.1042.k3f9@example.com>"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.com>"
RETURNED = f"Message-ID: {LETTER}\nFrom: support@example.com\nTo: petra@kunde.example\n"


def mail(
    body: str, *, sender: str = DAEMON, subject: str = "Undelivered mail", **more: str
) -> bytes:
    lines = [f"From: {sender}", "To: bounce@example.com", f"Subject: {subject}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\n".join([*lines, "", body]).replace("\n", "\r\n").encode()


def report(
    groups: str,
    *,
    returned: str = RETURNED,
    kind: str = "message/delivery-status",
    returned_kind: str = "text/rfc822-headers",
    sender: str = DAEMON,
) -> bytes:
    body = (
        "--b\nContent-Type: text/plain\n\nSorry, this did not arrive.\n"
        f"--b\nContent-Type: {kind}\n\n{groups}\n"
        f"--b\nContent-Type: {returned_kind}\n\n{returned}\n--b--\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return mail(body, sender=sender, Content_Type=kind)


def only(found: tuple[Failure, ...]) -> Failure:
    assert len(found) == 1, found
    return found[0]


UNKNOWN = """Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 3 Aug 2026 10:00:00 +0200

Final-Recipient: rfc822; Petra@Kunde.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <petra@kunde.example>:
    no such user
"""


def test_a_report_names_recipient_status_words_and_letter() -> None:
    assert only(bounces(report(UNKNOWN))) == Failure(
        recipient="petra@kunde.example",
        status="5.1.1",
        action="failed",
        permanent=True,
        diagnostic="550 5.1.1 <petra@kunde.example>: no such user",
        original_message_id=LETTER,
        original_recipient="",
    )


def test_a_redirected_letter_tells_whom_we_wrote_to() -> None:
    groups = UNKNOWN.replace(
        "Final-Recipient: rfc822; Petra@Kunde.example",
        "Original-Recipient: rfc822;petra@kunde.example\n"
        "Final-Recipient: rfc822;p.kunde@intern.kunde.example",
    )
    failure = only(bounces(report(groups)))
    assert failure.recipient == "p.kunde@intern.kunde.example"
    assert failure.original_recipient == "petra@kunde.example"


def test_each_recipient_has_its_own_fate() -> None:
    groups = """Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; petra@kunde.example
Action: failed
Status: 5.2.2

Final-Recipient: rfc822; paul@kunde.example
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822; pia@kunde.example
Action: relayed (to mx.kunde.example)
Status: 2.0.0
"""
    assert [
        (one.recipient, one.status, one.action, one.permanent) for one in bounces(report(groups))
    ] == [
        ("petra@kunde.example", "5.2.2", "failed", True),
        ("paul@kunde.example", "4.4.1", "delayed", False),
        ("pia@kunde.example", "2.0.0", "relayed", False),
    ]


@pytest.mark.parametrize(
    ("groups", "recipients"),
    [
        pytest.param(
            "Reporting-MTA: dns; mx\nFinal-Recipient: rfc822; a@kunde.example\nAction: failed\n",
            ["a@kunde.example"],
            id="no blank line before the first recipient",
        ),
        pytest.param(
            "Final-Recipient: rfc822;a@kunde.example\nAction: failed\n"
            "Final-Recipient: rfc822;b@kunde.example\nAction: failed\n",
            ["a@kunde.example", "b@kunde.example"],
            id="no blank line between recipients",
        ),
        pytest.param(
            "Original-Recipient: rfc822;a@kunde.example\n\n"
            "Action: failed\nStatus: 5.1.1\n\n"
            "Original-Recipient: rfc822;b@kunde.example\nAction: failed\n",
            ["a@kunde.example", "b@kunde.example"],
            id="a blank line within a recipient",
        ),
        pytest.param(
            "Action: failed\nStatus: 5.1.1\nFinal-Recipient: LOCAL;<a@kunde.example>\n",
            ["a@kunde.example"],
            id="the recipient comes last, in brackets",
        ),
        pytest.param(
            "Final-Recipient: a@kunde.example\nAction: failed\n",
            ["a@kunde.example"],
            id="no address type",
        ),
        pytest.param(
            "Final-Recipient: rfc822;support+2B1042.k3@example.com\nAction: failed\n",
            ["support+1042.k3@example.com"],
            id="xtext that was not undone",
        ),
        pytest.param(
            "Final-Recipient: rfc822;support+10.k3@example.com\nAction: failed\n",
            ["support+10.k3@example.com"],
            id="a plus that is none of xtext",
        ),
        pytest.param(
            "Final-Recipient: utf-8;\\x{70}\\x{E9}tra@kunde.example\nAction: failed\n",
            ["pétra@kunde.example"],
            id="letters as code points",
        ),
        pytest.param(
            "Final-Recipient: x-unix; petra\nX-Actual-Recipient: rfc822; a@kunde.example\n",
            ["a@kunde.example"],
            id="no address where one belongs",
        ),
    ],
)
def test_reports_are_read_as_servers_write_them(groups: str, recipients: list[str]) -> None:
    found = [one.recipient for one in bounces(report(groups))]
    assert found == recipients


def test_an_internationalised_report_is_read_too() -> None:
    groups = "Final-Recipient: utf-8; pétra@kunde.example\nAction: failed\nStatus: 5.1.1\n"
    kind = "message/global-delivery-status"
    raw = report(groups, kind=kind, returned_kind="message/global-headers")
    failure = only(bounces(raw))
    assert (failure.recipient, failure.original_message_id) == ("pétra@kunde.example", LETTER)


@pytest.mark.parametrize(
    ("fields", "status", "permanent"),
    [
        ("Status: 5.1.1 (bad destination)", "5.1.1", True),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 go away", "5.7.1", True),
        ("Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 go away", "5.1.1", True),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 550 user unknown", "5.1.1", True),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 552 mailbox is full", "5.2.2", True),
        ("Status: 4.0.0\nDiagnostic-Code: smtp; 550 user unknown", "4.0.0", False),
        ("Status: 4.4.7", "4.4.7", False),
        ("Diagnostic-Code: smtp; 550 no", "5.0.0", True),
        ("Diagnostic-Code: X-Notes; connection refused", "4.4.1", False),
        ("Remote-MTA: dns; mx.kunde.example", "", True),
    ],
)
def test_the_most_telling_code_is_the_status(fields: str, status: str, permanent: bool) -> None:
    groups = f"Final-Recipient: rfc822; petra@kunde.example\nAction: failed\n{fields}\n"
    failure = only(bounces(report(groups)))
    assert (failure.status, failure.permanent) == (status, permanent)


@pytest.mark.parametrize(
    ("status", "dead"), [("5.1.1", True), ("5.1.2", True), ("5.2.2", False), ("5.7.1", False)]
)
def test_a_dead_address_is_told_from_a_full_or_guarded_one(status: str, dead: bool) -> None:
    groups = f"Final-Recipient: rfc822; petra@kunde.example\nAction: failed\nStatus: {status}\n"
    assert only(bounces(report(groups))).dead is dead


def test_the_letter_is_found_in_a_whole_mail_sent_back() -> None:
    raw = report(UNKNOWN, returned=RETURNED + "\nHello Petra\n", returned_kind="message/rfc822")
    assert only(bounces(raw)).original_message_id == LETTER


def test_a_long_diagnostic_is_one_short_clean_line() -> None:
    groups = UNKNOWN.replace("no such user", "no\x07 such\t user " + "x" * 5000)
    words = only(bounces(report(groups))).diagnostic
    assert len(words) <= 300
    assert words.isprintable()


EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  petra@kunde.example
    SMTP error from remote mail server after RCPT TO:<petra@kunde.example>:
    host mx.kunde.example [192.0.2.7]: 550 5.1.1 no such mailbox

------ This is a copy of the message, including all the headers. ------

From: support@example.com
Cc: somebody.else@example.com
Message-ID: {LETTER}
"""
QMAIL = f"""Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<petra@kunde.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <support@example.com>
Message-ID: {LETTER}
To: petra@kunde.example
"""
PLAIN = f"""There was an error delivering your mail to <petra@kunde.example>.

mx.kunde.example [192.0.2.7] did not like our RCPT TO:
550 user unknown here

Message headers follow.

Message-ID: {LETTER}
"""
GERMAN = f"""Ihre Nachricht konnte nicht zugestellt werden an:

petra@kunde.example: 552 5.2.2 Postfach voll

Bei Fragen: please contact helpdesk@mx.example.com

Ursprüngliche Nachricht:
Message-ID: {LETTER}
"""
LATE = f"""This is only a temporary failure report: a message is delayed.

petra@kunde.example: Network error on destination

Below is a copy of the original message:
Message-ID: {LETTER}
"""


@pytest.mark.parametrize(
    ("body", "status", "action"),
    [
        pytest.param(EXIM, "5.1.1", "failed", id="exim"),
        pytest.param(QMAIL, "5.1.1", "failed", id="qmail"),
        pytest.param(PLAIN, "5.1.1", "failed", id="plain words"),
        pytest.param(GERMAN, "5.2.2", "failed", id="german"),
        pytest.param(LATE, "4.4.1", "delayed", id="late"),
    ],
)
def test_bounces_in_prose_are_read(body: str, status: str, action: str) -> None:
    failure = only(bounces(mail(body, Content_Type="text/plain; charset=utf-8")))
    assert failure.recipient == "petra@kunde.example"
    assert (failure.status, failure.action) == (status, action)
    assert failure.original_message_id == LETTER


def test_the_header_of_old_mailers_names_the_recipient() -> None:
    failure = only(bounces(mail("Sorry.", X_Failed_Recipients="petra@kunde.example")))
    assert failure.recipient == "petra@kunde.example"


PETRA = "Petra Kunde <petra@kunde.example>"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail(QMAIL, sender=PETRA, subject="What is this?"), id="a person quotes one"),
        pytest.param(mail("Hello", sender=PETRA, subject="Undelivered"), id="a person complains"),
        pytest.param(
            mail("Nightly backup of db1@example.com: connection refused", sender="cron@example.com",
                 subject="Backup", Auto_Submitted="auto-generated"),
            id="a machine has other news",
        ),
        pytest.param(
            mail("I am away until Monday.", sender=PETRA, Auto_Submitted="auto-replied"),
            id="an absence",
        ),
        pytest.param(
            mail(
                "--b\nContent-Type: text/plain\n\nSee what came.\n"
                "--b\nContent-Type: message/rfc822\n\n"
                + report(UNKNOWN).decode().replace("--b", "--c").replace('"b"', '"c"')
                + "\n--b--\n",
                sender=PETRA,
                Content_Type='multipart/mixed; boundary="b"',
            ),
            id="a person passes one on",
        ),
        pytest.param(b"", id="nothing"),
    ],
)  # fmt: skip
def test_other_mail_is_no_bounce(raw: bytes) -> None:
    assert bounces(raw) == ()


def test_what_came_to_a_bounce_address_is_read_whoever_sent_it() -> None:
    raw = mail(QMAIL, sender="Relay <relay@mx.example.com>", subject="Sorry")
    assert bounces(raw) == ()
    assert only(failures(raw)).recipient == "petra@kunde.example"


FEEDBACK = """Feedback-Type: {kind}
User-Agent: Loop/1.0
Version: 1
Original-Rcpt-To: <petra@kunde.example>
"""


@pytest.mark.parametrize(
    ("kind", "complaint"), [("abuse", True), ("opt-out", True), ("auth-failure", False)]
)
def test_a_complaint_names_its_reader_and_letter(kind: str, complaint: bool) -> None:
    raw = report(FEEDBACK.format(kind=kind), kind="message/feedback-report")
    found = abuse_report(raw)
    assert found == AbuseReport(kind, ("petra@kunde.example",), LETTER, "Loop/1.0")
    assert found.complaint is complaint


def test_a_complaint_without_a_reader_is_whom_the_letter_went_to() -> None:
    raw = report("Feedback-Type: abuse\nVersion: 1\n", kind="message/feedback-report")
    found = abuse_report(raw)
    assert found is not None
    assert found.recipients == ("petra@kunde.example",)


def test_a_bounce_is_no_complaint() -> None:
    assert abuse_report(report(UNKNOWN)) is None


def test_at_most_a_hundred_recipients_come() -> None:
    groups = "\n".join(f"Final-Recipient: rfc822; p{n}@kunde.example\n" for n in range(250))
    assert len(bounces(report(groups))) == 100


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["a", "a@", "<", " ", "delivery ", "550 ", "a@b.example ", "\n\n", "user is ", "-\n"]
)
def test_long_nonsense_is_read_in_no_time(piece: str) -> None:
    body = piece * (1_000_000 // len(piece))
    failures(mail(body))
    failures(mail("Delivery to <a@kunde.example> failed\n" + body, subject=body[:3000].strip()))
    failures(report(body))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_nothing_ever_raises(noise: bytes) -> None:
    failures(noise)
    abuse_report(noise)
    raw = report(UNKNOWN)
    half = len(raw) // 2
    failures(raw[:half] + noise + raw[half:])
    failures(mail(EXIM)[:300] + noise)
