"""The verbs agents can write, with their aliases: the one list that `#help` and the docs tell."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from postdesk.rules.textmatch import fold

STAR, NO_STAR = "★", "☆"
MOST_STARS = 5
STOP = "end"  # nothing below this line is read


@dataclass(frozen=True, slots=True)
class Verb:
    """A word of the command language."""

    name: str
    usage: str  # what follows the verb; [] = may be left out, | = one of them
    does: str  # one sentence for `#help`, without a full stop
    example: str  # a whole line
    aliases: tuple[str, ...] = ()
    least: str = "agent"  # the lowest role that may: agent, lead, manager, admin


@dataclass(frozen=True, slots=True)
class Group:
    """Verbs that are told under one heading."""

    heading: str
    verbs: tuple[Verb, ...]


WORK = Group(
    "Who works on it, and how far it is",
    (
        Verb("take", "", "makes it yours", "#take", ("mine", "pickup")),
        Verb("assign", "AGENT | team:TEAM", "gives it to a colleague or a team", "#assign bob"),
        Verb("unassign", "", "takes it from its agent", "#unassign"),
        Verb("start", "", "says that work has begun", "#start"),
        Verb(
            "wait",
            "[FOR SO LONG | until WHEN]",
            "puts it aside, and wakes it then",
            "#wait until fri 9:00",
            ("snooze", "pending"),
        ),
        Verb("schedule", "WHEN", "says when work will begin", "#schedule mon 10:00"),
        Verb("respond", "", "says that it is answered, by telephone perhaps", "#respond"),
        Verb("resolve", "[REASON]", "says that it is solved", "#resolve"),
        Verb("close", "[REASON]", "ends it", "#close answered by phone", ("closed", "done")),
        Verb("reopen", "[REASON]", "takes it up again", "#reopen"),
        Verb("status", "STATUS", "moves it to any status of yours", "#status responded"),
        Verb("escalate", "[WHY]", "tells somebody higher", "#escalate no spare parts"),
        Verb("spam", "", "files it as spam", "#spam"),
    ),
)
FACTS = Group(
    "What is known about it",
    (
        Verb("urgency", "1..5", "gives it stars; #p4 and #★★★★ do too", "#urgency 4", ("prio",)),
        Verb("due", "WHEN | none", "says by when it has to be done", "#due fri 17:00"),
        Verb("category", "CATEGORY", "sorts it", "#category billing"),
        Verb("tag", "+TAG -TAG", "puts tags on it and takes them off", "#tag +refund -new"),
        Verb("set", "FIELD=VALUE", "fills a field of yours", "#set order=4711"),
        Verb("sla", "NAME", "makes other promises hold", "#sla gold", least="lead"),
        Verb("time", "SO LONG [ON WHAT]", "adds time spent on it", "#time 25m"),
    ),
)
PEOPLE = Group(
    "Who takes part",
    (
        Verb(
            "for", "CUSTOMER", "names the customer it is for", "#for ana@x.example", ("requester",)
        ),
        Verb("cc", "+PERSON -PERSON", "says who gets the answers, too", "#cc +max@x.example"),
        Verb("mention", "AGENT ...", "tells colleagues, who watch it from then on", "#mention bob"),
        Verb(
            "approve",
            'WHO ... ["REASON"]',
            "asks them for their yes",
            '#approve boss cfo "over the limit"',
        ),
        Verb(
            "task",
            '[WHO] "WHAT" [due=WHEN]',
            "gives a part of it to somebody",
            '#task bob "check logs" due=tue',
        ),
        Verb("watch", "[off]", "tells you of everything on it", "#watch"),
        Verb("mute", "[off]", "tells you of nothing on it", "#mute"),
    ),
)
ANSWER = Group(
    "What becomes of this mail",
    (
        Verb("note", "[WORDS]", "keeps the whole mail in the team", "#note", ("comment",)),
        Verb("use", "REPLY [lang=LANGUAGE]", "puts a canned reply in front of it", "#use refund"),
        Verb("canned", "[WORDS]", "mails you the canned replies with these words", "#canned money"),
        Verb("solution", "", "asks the customer whether this has solved it", "#solution"),
        Verb("via", "mail | whatsapp | sms", "sends it another way", "#via sms"),
        Verb("later", "WHEN", "sends it then, unless the customer writes first", "#later mon 9:00"),
        Verb("preview", "", "mails you what would go out, and does nothing", "#preview"),
        Verb("undo", "", "takes your last act back", "#undo"),
    ),
)
TICKETS = Group(
    "Several tickets",
    (
        Verb("merge", "NUMBER", "makes this ticket a part of that one", "#merge 1240"),
        Verb("unmerge", "[NUMBER]", "takes a merge back", "#unmerge"),
        Verb("split", "MESSAGE", "makes a ticket of one of its messages", "#split 3"),
        Verb("link", "NUMBER ...", "ties it to other tickets", "#link 1240"),
        Verb("dup", "NUMBER", "ends it as a duplicate", "#dup 1240", ("duplicate",)),
    ),
)
LOOK = Group(
    "Look at something (the answer comes by mail)",
    (
        Verb("show", "[NUMBER ...]", "the ticket", "#show"),
        Verb("history", "[NUMBER ...]", "what happened to it, and why", "#history"),
        Verb("find", "WORDS", "the tickets with these words", "#find paper jam"),
        Verb("list", "[VIEW]", "a view: mine, team, unassigned, overdue ...", "#list mine"),
        Verb("report", "[WHICH] [MONTH]", "a report", "#report june", least="lead"),
        Verb("help", "[VERB]", "these lines", "#help close"),
    ),
)
YOURSELF = Group(
    "About yourself",
    (
        Verb("away", "[until WHEN]", "says that you are away", "#away until 14 aug"),
        Verb("back", "", "says that you are back", "#back"),
        Verb(STOP, "", "ends the mail: nothing below is read or sent", "#end"),
    ),
)
GROUPS = (WORK, FACTS, PEOPLE, ANSWER, TICKETS, LOOK, YOURSELF)
VERBS = tuple(verb for group in GROUPS for verb in group.verbs)
BY_NAME: Mapping[str, Verb] = {verb.name: verb for verb in VERBS}

# What a word means: the verb, and the first of its arguments.
Meaning = tuple[str, str]
Known = Mapping[str, Meaning]


def words_of(verbs: Iterable[Verb]) -> dict[str, Meaning]:
    """Every word, folded, with its meaning."""
    return {fold(word): (verb.name, "") for verb in verbs for word in (verb.name, *verb.aliases)}


def _stars() -> dict[str, Meaning]:
    """``p4``, ``★★★★`` and, with those that are missing, ``★★★★☆``."""
    found: dict[str, Meaning] = {}
    for n in range(1, MOST_STARS + 1):
        meaning = ("urgency", str(n))
        for word in (f"p{n}", STAR * n, STAR * n + NO_STAR * (MOST_STARS - n)):
            found[word] = meaning
    return found


KNOWN: Known = words_of(VERBS) | _stars()


def known_words(
    aliases: Mapping[str, str] | None = None,
    canned: Collection[str] = (),
    moves: Collection[str] = (),
) -> Known:
    """Every word that is a command at a desk: ours, its moves, its aliases, its canned replies.

    ``aliases``: word to verb, arguments may follow the verb (``"dringend": "urgency 5"``). What
    stands first in this list wins: a canned reply never takes a verb's name away.
    """
    known = dict(KNOWN)
    for move in moves:
        known.setdefault(fold(move), (move, ""))
    replies = {fold(name): ("use", name) for name in canned}
    for word, meant in (aliases or {}).items():
        verb, _, args = meant.strip().lstrip("#/!").partition(" ")
        found, first = known.get(fold(verb)) or replies.get(fold(verb)) or (verb, "")
        known.setdefault(fold(word), (found, f"{first} {args}".strip()))
    return replies | known
