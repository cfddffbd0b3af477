"""Nothing internal reaches a customer: five hundred exchanges with canaries in all that is ours.

Notes, commands, tags, agents' private words and the marks of agents' letters carry words that are
found nowhere else. Whatever way people quote, none of them is in any letter to a customer.
"""

from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from itertools import count
from pathlib import Path
from random import Random

import pytest
from stories.town import PEOPLE, Heard, Person, Town
from stories.town import town as a_town

EXCHANGES = 500
LEVELS = '[identity]\nreply = "token"\ncommand = "token"\n'
CUSTOMERS = [f"customer{n}@kunde{n}.example" for n in range(12)]

Style = Callable[[str, Heard, EmailMessage], None]


def gmail(text: str, letter: Heard, mail: EmailMessage) -> None:
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    mail.set_content(f"{text}\n\nOn Mon, Nov 23, 2026 at 10:00 AM Support wrote:\n\n{quoted}\n")


def outlook(text: str, letter: Heard, mail: EmailMessage) -> None:
    head = "From: Support <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\n"
    head += f"To: somebody@example.com\nSubject: {letter.subject}\n"
    mail.set_content(f"{text}\n\n-----Original Message-----\n{head}\n{letter.text}")


def bottom(text: str, letter: Heard, mail: EmailMessage) -> None:
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    mail.set_content(f"On 23/11/2026 10:00, Support wrote:\n{quoted}\n\n{text}\n")


def page(text: str, letter: Heard, mail: EmailMessage) -> None:
    words = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())
    inner = letter.html or f"<pre>{escape(letter.text)}</pre>"
    mail.set_content(text)
    mail.add_alternative(
        f'<div dir="ltr">{words}</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon,'
        f" Support wrote:</div><blockquote>{inner}</blockquote></div>",
        subtype="html",
    )


def apple(text: str, letter: Heard, mail: EmailMessage) -> None:
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    said = "> On 23 Nov 2026, at 10:00, Support wrote:\n> "
    mail.set_content(f"{text}\n\nSent from my iPhone\n\n{said}\n{quoted}\n")


def bare(text: str, letter: Heard, mail: EmailMessage) -> None:
    mail.set_content(text)


STYLES: tuple[Style, ...] = (gmail, outlook, bottom, page, apple, bare)


class Play:
    """Chance writes the play; what must never leak is remembered as it is said."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.chance = Random(4711)
        self.numbers = count(1)
        self.canaries: set[str] = set()
        self.did: Counter[str] = Counter()
        self.agents = [town.person("anna@example.com"), town.person("bob@home.example")]

    def canary(self) -> str:
        """A word that stands nowhere else."""
        word = f"canary{next(self.numbers)}x{self.chance.randrange(16**6):06x}"
        self.canaries.add(word)
        return word

    def exchange(self) -> None:
        """A customer writes or answers; then an agent does something about it."""
        customer = self.town.person(self.chance.choice(CUSTOMERS), "A Customer")
        letters = [x for x in self.town.letters_to(customer.address) if "Ticket #" in x.text]
        if letters and self.chance.random() < 0.6:
            self.answers(customer, "It still burns. What now?", self.chance.choice(letters[-3:]))
            self.did["customer answered"] += 1
        else:
            customer.writes(f"Trouble {next(self.numbers)}", "It is on fire. Please help.")
            self.did["customer wrote"] += 1
        agent = self.chance.choice(self.agents)
        told = self.town.letters_to("anna@example.com" if agent is self.agents[0] else BOB)
        notices = [x for x in told if x.text.startswith("Reply →")]
        if notices:
            self.works(agent, self.chance.choice(notices[-3:]))
            self.settles(agent)

    def works(self, agent: Person, letter: Heard) -> None:
        """One of the things that agents do, in one of the ways in which their programs quote."""
        what = self.chance.choice(["answer", "note", "commands", "answer with commands", "mistype"])
        self.did[what] += 1
        text = {
            "answer": "Please pull the plug, and tell us what you see.",
            "note": f"#note\nBetween us: {self.canary()} is not to be trusted.",
            "commands": f"#tag +{self.canary()}\n#urgency 4",
            "answer with commands": f"#tag +{self.canary()}\nWe are looking into it.\n\n#start",
            "mistype": f"#tga +{self.canary()}\nWe will write again tomorrow.",
        }[what]
        self.answers(agent, text, letter)

    def settles(self, agent: Person) -> None:
        """A question about a held mail is answered by the first word that it offers."""
        address = "anna@example.com" if agent is self.agents[0] else BOB
        for asked in self.town.fresh_letters_to(address):
            if "\n  cancel " in asked.text:
                word = "ok" if "\n  ok " in asked.text else "cancel"
                if " ago: " in asked.text:  # a colleague was faster, or the customer went on
                    word = "send"
                self.did[word] += 1
                self.answers(agent, word, asked)

    def answers(self, who: Person, text: str, letter: Heard) -> None:
        """Reply in a style drawn by chance."""
        style = self.chance.choice(STYLES)
        self.did[style.__name__] += 1
        who.replies("", to=letter, quote=False, change=lambda mail: style(text, letter, mail))
        self.town.passes(minutes=self.chance.randrange(1, 90))


BOB = "bob@example.com"


@pytest.mark.timeout(400)
def test_no_canary_reaches_a_customer(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/desk.db"
    with a_town(tmp_path, database, people=PEOPLE, more=LEVELS) as town:
        play = Play(town)
        for _ in range(EXCHANGES):
            play.exchange()
        letters = town.letters()
    to_agents = {"anna@example.com", BOB}
    private = {*play.canaries, "anna@example.com", BOB, "bob@home.example"}
    private |= {x.reply_to for x in letters if x.to in to_agents}
    outside = [x for x in letters if x.to not in to_agents]
    leaks = []
    for letter in outside:
        whole = _whole(letter)
        leaks += [(word, letter.name) for word in private if word in whole]
    assert leaks == []
    answered = [x for x in outside if "plug" in x.text or "looking into it" in x.text]
    assert len(answered) > EXCHANGES / 8, play.did  # the play was played
    assert all(play.did[style.__name__] > EXCHANGES / 20 for style in STYLES), play.did
    print(play.did, f"{len(outside)} letters to customers, {len(private)} private words")


def _whole(letter: Heard) -> str:
    """Head, text and page of a letter, decoded."""
    head = "\n".join(f"{name}: {value}" for name, value in letter.mail.items())
    return f"{head}\n{letter.text}\n{letter.html}".lower()
