"""What is cut from a reply, what only looks like a quote, and that no input takes long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.quote import is_forward, new_text, new_words
from postdesk.mailbox.quote_marks import tidy

WROTE = "On Mon, Mar 3, 2025 at 10:15 AM Anna Example <anna@example.com> wrote:"
HEADER = (
    "From: Anna Example <anna@example.com>\n"
    "Sent: Monday, March 3, 2025 10:15 AM\n"
    "To: Petra Kunde\n"
    "Subject: Your parcel"
)

# Texts of which every line is new.
WHOLE = {
    "prose that says what was written": (
        "On Monday I wrote:\nyou did not answer, so I write again.\n\nPlease call me."
    ),
    "prose with day and hour": (
        "On 3 March 2025 at 10:15 I wrote:\nyour shop is closed.\n\nPlease call me."
    ),
    "a prompt in the middle": "I typed\n\n>>> print(1)\n1\n\nand it printed one.",
    "a prompt at the end": "This is what I see:\n\n>>> print(1)\n>>> print(2)",
    "a shell session": "I ran this:\n\n> npm install\n> npm start\n\nand nothing came up.",
    "a shell session at the end": "Here is what I typed:\n> npm install\n> npm start",
    "one quoted line by hand at the end": "He only said\n> no",
    "a log": "The log says\nFrom: 10.0.0.1 port 22\nTo: 10.0.0.2 port 80\nrefused\n\nWhat now?",
    "a journey": "We travel\nFrom: Berlin\nTo: Rome\nDate: 3 March 2025\nplease book it.",
    "a pasted header": f"The mail had this header:\n\n{HEADER}\n\nIs it real?",
    "the source of a mail": (
        "Return-Path: <bob@example.com>\nReceived: by mx.example.com\n"
        f"{HEADER}\nMessage-ID: <1@example.com>\n\nIs it real?"
    ),
    "a form": (
        "Somebody filled in the form.\n\nFrom: Petra Kunde <petra@kunde.example>\n"
        "Date: 3 March 2025\nSubject: Parcel\n\nWhere is it?"
    ),
    "a table below a rule": (
        "A fax came in.\n----------------------------------------\nTime: 3/3/2025 10:15\n"
        "Reply to: petra@kunde.example\nPages: 2"
    ),
    "a refusal with addresses": (
        "It failed for petra@kunde.example after 10.0.2.22 had said 192.0.2.222, 5.7.12:\n"
        "550 no such user\n\nWhat shall I do?"
    ),
    "a rule of dashes": "First part\n\n---\n\nSecond part",
    "a rule of underscores": "First part\n\n____________________\n\nSecond part",
    "C": "Look:\n\nint main(void)\n{\n    x--;\n    return y > z;\n}",
    "SQL": "I ran\n-- the whole table\nSELECT * FROM parcel;\nand it was slow.",
    "a patch": ("Try this:\n\n@@ -1,3 +1,2 @@\n a\n-- \n+b\n--- a/list\n c\n\nDoes it help?"),
    "a fence": "My file:\n```\na\n--\nb\n```\nIt ends there.",
    "a colon and a list": "I miss at 10:15 these:\n- a lid\n- a box",
    "a phone in prose": "I lost it.\n\nSent from my desk, which is easier than my mobile phone.",
    "speaking of forwarding": "I got the forwarded message by post.\nIt is not mine.",
    "speaking of outlook": "Outlook fails for me.\nSince then iOS is all I use here, sadly.",
    "a time and a colon": "My times:\n10:15:\nfree\n11:15:\nbusy",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert new_text(text) == text


CUT = {
    "nothing but a quote": ("> a\n> b", "> a\n> b"),
    "nothing but a signature": ("-- \nPetra", "-- \nPetra"),
    "a quote nobody introduced": ("Yes.\n\n> Is it here?\n> Tell us.", "Yes."),
    "a quote first": ("> Is it here?\n> Tell us.\n\nYes.", "Yes."),
    "quotes by hand": ("> here?\n\nYes.\n\n> when?\n\nToday.", None),
    "a quote by hand below words": ("Hello,\n\n> here?\n\nYes.", None),
    "the unanswered end": ("> here?\n\nYes.\n\n> when?\n> who?", "> here?\n\nYes."),
    "words above and below": (f"Hello,\n\n{WROTE}\n> here?\n\nYes.", "Hello,\n\nYes."),
    "a wrapped quote": (
        f"Yes.\n\n{WROTE}\n> this is a rather long line that some client could not leave as it\n"
        "was\n> and the next",
        "Yes.",
    ),
    "wrapped twice": (
        "Yes.\n\nOn Mon, Mar 3, 2025 at 10:15 AM Anna\nExample <anna@example.com>\nwrote:\n\n> a",
        "Yes.",
    ),
    "wrapped right below a sentence that begins alike": (
        "On it.\nOn Mon, Mar 3, 2025 at 10:15 AM Anna <anna@example.com>\nwrote:\n\n> a\n> b",
        "On it.",
    ),
    "mutt, short": ("Anna wrote:\n> here?\n\nYes.", "Yes."),
    "a header with stars": (f"Yes.\n\n{HEADER.replace('From:', '*From:*')}\n\nold", "Yes."),
    "a header, double spaced": ("Yes.\n\n" + HEADER.replace("\n", "\n\n") + "\n\nold", "Yes."),
    "a header, wrapped": (
        f"Yes.\n\n{HEADER.replace('Petra', 'Bob <bob@example.com>;' + chr(10) + ' Petra')}\n\nold",
        "Yes.",
    ),
    "a header with nothing above": (f"{HEADER}\n\nold", f"{HEADER}\n\nold"),
    "Notes": ("Yes.\n\nAnna Example ---03.03.2025 10:15:22---Dear Petra", "Yes."),
    "our marker bare": ("Yes.\n\n##- reply above -##\nold", "Yes."),
    "our marker wrapped": ("Yes.\n\n##- Bitte oberhalb dieser Zeile\nantworten -##\nalt", "Yes."),
    "our marker below an unknown language": (
        "Jes.\n\nLunde, 3 Mar 2025 10:15 Anna <anna@example.com> skribis:\n\n##- x -##\nold",
        "Jes.",
    ),
    "our marker between answers": (
        f"{WROTE}\n> ##- reply above -##\n> here?\n\nYes.\n\n> when?\n\nToday.",
        "> here?\n\nYes.\n\n> when?\n\nToday.",
    ),
    "a signature": ("Yes.\n\n-- \nPetra Kunde\n", "Yes."),
    "a signature, corrected": ("Yes.\n\n\u2014\nPetra Kunde\n", "Yes."),
    "a signature without its space": ("Yes.\n--\nPetra Kunde\n", "Yes."),
    "two footers": ("Yes.\n\nPetra\n-- \nPetra Kunde\n\nSent from my iPhone", "Yes.\n\nPetra"),
    "hidden marks": (f"Yes.\n\n\u200e\u202a{WROTE}\u202c\n\n> a\n> b", "Yes."),
    "forwarded by Apple": (
        f"See below.\n\nBegin forwarded message:\n\n{HEADER}\n\nold\n-- \nAnna",
        None,
    ),
    "a forwarded mail in the quote": (
        f"Yes.\n\n{WROTE}\n> ---------- Forwarded message ---------\n> "
        + HEADER.replace("\n", "\n> "),
        "Yes.",
    ),
}


@pytest.mark.parametrize(("text", "new"), CUT.values(), ids=CUT)
def test_what_is_new(text: str, new: str | None) -> None:
    assert new_text(text) == (text if new is None else new)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Yes.", ""),
        (f"Yes.\n\n{WROTE}\n> a", "attribution"),
        (f"Yes.\n\n{HEADER}\n\nold", "header block"),
        ("Yes.\n\n-----Original Message-----\nold", "separator"),
        ("Yes.\n\n##- reply above -##\nold", "our marker"),
        ("Yes.\n\n> a\n> b", "quoted lines"),
        ("Yes.\n-- \nPetra", "signature"),
        ("> a\n> b", ""),
    ],
)
def test_the_reason_is_told(text: str, reason: str) -> None:
    assert new_words(text.split("\n")).reason == reason


def test_the_indices_name_the_kept_lines() -> None:
    lines = ["", "Yes.", "", WROTE, "> here?", "", "And", "more.", ""]
    assert new_words(lines).kept == (1, 2, 6, 7)


def test_a_forwarded_mail_is_kept_when_its_subject_says_so() -> None:
    text = f"See below.\n\n{HEADER}\n\nold"
    assert new_text(text, forward=True) == text
    assert new_text(text) == "See below."


def test_a_letter_of_ours_is_cut_from_a_forward_too() -> None:
    header = "From: Desk <support@example.com>\nSent: Monday\nTo: Anna\nSubject: Ink"
    letter = f"Done.\n\n{header}\n\n##- Please write above this line -##\nPrivate words."
    assert new_text(letter, forward=True) == "Done."


@pytest.mark.parametrize(
    "subject", ["Fwd: Parcel", "FW: Parcel", "WG: Paket", "TR : Colis", "I: Pacco"]
)
def test_subjects_that_forward(subject: str) -> None:
    assert is_forward(subject)


@pytest.mark.parametrize("subject", ["Re: Fwd: Parcel", "AW: WG: Paket", "Forward gear broken", ""])
def test_subjects_that_do_not(subject: str) -> None:
    assert not is_forward(subject)


PIECES = [
    *("", " ", ">", "> ", "> a", ">>> x", "a", "Yes.", "-- ", "--", "\u2014", "---", "_" * 32),
    *(
        WROTE,
        "wrote:",
        "Anna schrieb:",
        "On Mon",
        "##- x -##",
        "> ##-",
        "-##",
        "\u200b",
        "@@ -1 +1",
    ),
    *HEADER.split("\n"),
    *("-----Original Message-----", "-- Forwarded message --", "Sent from my iPhone", "```"),
]


@settings(deadline=None)  # machines differ; the timeout bounds it
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=60), max_size=30))
def test_whatever_comes_in_the_kept_lines_ascend_and_are_never_none(lines: list[str]) -> None:
    kept = new_words(lines).kept
    assert list(kept) == sorted(set(kept))
    assert all(0 <= place < len(lines) for place in kept)
    assert bool(kept) == any(tidy(line) for line in lines)


@settings(deadline=None)  # machines differ; the timeout bounds it
@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_cutting_again_and_again_comes_to_rest(lines: list[str]) -> None:
    for _ in range(len(lines) + 1):
        kept = new_words(lines).kept
        if len(kept) == len(lines):
            return
        lines = [lines[place] for place in kept]
    raise AssertionError("cutting never comes to rest")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        "On " * 12_000,
        "On Mon, Mar 3, 2025 at 10:15 AM Acme\n" * 3_000,
        "\n" * 30_000,
        ">" * 1_000_000,
        ">\n" * 300_000,
        "> a\nb\n" * 50_000,
        "it ends in a colon:\n\n\n" * 30_000,
        f"{'b' * 380}@ :\n" * 2_500,
        "From: a@example.com\n" * 30_000,
        "-----a-----\n" * 30_000,
        "--\n" * 100_000,
        "##-\n" * 100_000,
        "Sent from my iPhone\n" * 30_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_text_takes_long(text: str) -> None:
    assert new_text(text) or not text.strip()
