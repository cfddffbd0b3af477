"""An edit is judged as a whole: every mistake of rules, letters, canned replies and tests."""

from pathlib import Path

import pytest
from made_up import NOON

from postdesk.daemon.edit import Edit, Sources, read_edit, restored

ANNA = '[agent.anna]\nname = "Anna"\naddresses = ["anna@example.com"]\nlanguage = "fr"\n'
REPLY = '''
[field.order]
label = "Order"

[reply.refund]
text.en = "Dear {{ customer.name }}, order {{ ticket.fields.order }} is paid back."
text.de = """
Guten Tag {{ customer.name }},

wir haben {{ ticket.number }}."""

[reply.hours]
text = "9 to 17."
'''


def judged(folder: Path, **files: str) -> Edit:
    for name, text in files.items():
        path = folder / ("letters" if name == "letter" else "rules")
        path.mkdir(exist_ok=True)
        (path / ("receipt.txt.j2" if name == "letter" else f"{name}.toml")).write_text(text)
    return read_edit(Sources(folder / "rules", folder), NOON)


def test_a_good_edit_has_its_book_and_its_files(tmp_path: Path) -> None:
    letter = "Subject: Hi\n\n{{ desk.name }}\n"
    edit = judged(tmp_path, people=ANNA, reply=REPLY, letter=letter)
    assert edit.book and not edit.mistakes
    assert set(edit.files) == {"people.toml", "reply.toml", "letters/receipt.txt.j2"}
    assert edit.letters == {"letters/receipt.txt.j2": letter}
    again = restored(edit.files)
    assert again.book == edit.book, "it comes out of the database as it went in"


MISTAKES = [
    ("customer.name", "customer.nmae", 'reply.toml:6:1: reply "refund" (en): '),
    ("Guten Tag {{ customer.name }}", "Hallo {{ kunde }}", 'reply.toml:8:1: reply "refund" (de): '),
    ("{{ ticket.number }}", "{{ ticket.fields.ordre }}", "reply.toml:10:1: "),
    ("9 to 17", "{% for x in y %}", 'reply.toml:13:1: reply "hours": '),
]


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_a_canned_reply_is_tried_in_every_language(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in REPLY
    edit = judged(tmp_path, people=ANNA, reply=REPLY.replace(old, new, 1))
    assert edit.book is None
    [mistake] = edit.mistakes
    assert mistake.startswith(told), mistake


def test_all_mistakes_of_all_kinds_come_at_once(tmp_path: Path) -> None:
    letter = "Subject: Hi\n\n{{ desk.nmae }}\n"
    test = '[[test]]\nname = "t"\nmail = { subject = "x" }\nexpect = { urgency = 5 }\n'
    reply = REPLY.replace("9 to 17", "{{ who }}")
    edit = judged(tmp_path, people=ANNA + test, reply=reply, letter=letter)
    places = [mistake.partition(": ")[0] for mistake in edit.mistakes]
    assert places == ["letters/receipt.txt.j2:3:9", "reply.toml:13:1", "people.toml:5:1"]


def test_where_the_rules_cannot_be_read_the_letters_are_tried_all_the_same(tmp_path: Path) -> None:
    edit = judged(tmp_path, people="[agent.", letter="Subject: Hi\n\n{{ desk.nmae }}\n")
    assert [mistake.partition(":")[0] for mistake in edit.mistakes] == [
        "people.toml",
        "letters/receipt.txt.j2",
    ]


def test_what_is_only_read_again_from_the_database_is_not_judged_anew(tmp_path: Path) -> None:
    edit = restored({"people.toml": ANNA, "letters/receipt.txt.j2": "{{ broken"})
    assert edit.book and edit.letters
    assert restored({"people.toml": "[agent."}).mistakes
