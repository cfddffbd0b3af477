"""The `[[test]]` tables of a book, run through the same judgement as mail; what failed is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from postdesk.rules.apply import apply_all
from postdesk.rules.book import Book, without_version
from postdesk.rules.course import Course, Looked
from postdesk.rules.decide import decide
from postdesk.rules.effect import Step
from postdesk.rules.event import AgentWrote, LetterFailed, MailCame
from postdesk.rules.explain import failed, shown
from postdesk.rules.facts import Scene
from postdesk.rules.outcome import Came, agrees, outcome
from postdesk.rules.rule import Rule
from postdesk.rules.ticket import Ticket
from postdesk.rules.toml import Mistake
from postdesk.rules.trial import RuleTest
from postdesk.rules.trial_event import Stage, event_name, scene_of

# What rules call by another name than the ticket that they change.
_ACTIONS = {"assignee": "assign", "tags": "tag", "due_at": "due", "notified": "notify"}
_ACTIONS |= {"notes": "note", "approvers": "approve", "dropped": "drop", "held": "hold"}
_ACTIONS |= {"joined": "link", "escalation_level": "escalate", "fields": "set", "field": "set"}


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a test expected and did not get."""

    test: str
    where: str  # "50-routing.toml:12"
    name: str  # of what was expected: "team"
    wanted: object
    came: object
    by: str = ""  # what made it so: `50-routing.toml:12 "billing"`; "" where nothing did
    hint: str = ""  # which rule would have, and why it did not fire

    def __str__(self) -> str:
        """One sentence with the place of the test."""
        return f"{self.where}: {self._sentence()}"

    def mistake(self) -> Mistake:
        """As a mistake of the file that it stands in."""
        file, _, line = self.where.rpartition(":")
        return Mistake(file, int(line), 1, self._sentence())

    def _sentence(self) -> str:
        by = f", by {self.by}" if self.by else ""
        hint = f"; {self.hint}" if self.hint else ""
        wanted, came = shown(self.wanted), shown(self.came)
        return f'test "{self.test}": {self.name} should be {wanted}, and is {came}{by}{hint}'


def run(book: Book, stage: Stage, tests: Iterable[RuleTest] | None = None) -> list[Failure]:
    """Everything that is not as the tests of the book expect; none is a good sign.

    ``tests``: only these.
    """
    chosen = book.tests if tests is None else tests
    return [failure for test in chosen for failure in failures(test, book, stage)]


def failures(test: RuleTest, book: Book, stage: Stage) -> list[Failure]:
    """What one test expected and did not get."""
    scene = scene_of(test, book, stage)
    trace: list[Looked] | None = [] if "rules" in test.expect else None
    missed = _missed(test, scene, stage, trace)
    if missed and trace is None:  # why is asked only where something is wrong: it takes time
        trace = []
        _steps(test, scene, trace)
    return [
        Failure(
            test.name,
            test.where,
            name,
            wanted,
            came.value,
            without_version(came.because),
            _hint(name, wanted, trace or ()),
        )
        for name, wanted, came in missed
    ]


def _missed(
    test: RuleTest, scene: Scene, stage: Stage, trace: list[Looked] | None
) -> list[tuple[str, object, Came]]:
    steps = _steps(test, scene, trace)
    fired = [looked.rule.name for looked in trace or () if looked.outcome.held]
    came = outcome(_after(scene, steps), steps, fired)
    found = ((name, wanted, came.get(name, Came(None))) for name, wanted in test.expect.items())
    return [one for one in found if not agrees(one[2].value, one[1], stage.zone)]


def _steps(test: RuleTest, scene: Scene, trace: list[Looked] | None) -> list[Step]:
    """Mail, answers and failed letters as they always go; for the rest only their rules run."""
    if isinstance(scene.event, MailCame | AgentWrote | LetterFailed):
        return decide(scene.ticket, scene.event, scene.book, scene.now, scene.around, trace)
    course = Course(scene, trace)
    course.rules(event_name(test))
    return [course.verdict] if course.verdict else course.steps


def _after(scene: Scene, steps: list[Step]) -> Ticket:
    return apply_all(scene.ticket, steps, scene.now)


def _hint(name: str, wanted: object, trace: Iterable[Looked]) -> str:
    """The rule that would have made it so, and the first of its conditions that failed."""
    for looked in trace:
        if (why := failed(looked)) and _would(looked.rule, name, wanted):
            return f'{looked.rule.where} "{looked.rule.name}" did not fire: {why}'
    return ""


def _would(rule: Rule, name: str, wanted: object) -> bool:
    kind = _ACTIONS.get(name, name)
    if name == "rules":
        return rule.name in _each(wanted)
    values = (one for action in rule.then if action.kind == kind for one in _each(action.value))
    named = {value.casefold() if isinstance(value, str) else value for value in values}
    return bool(named) and (wanted is True or not named.isdisjoint(_folded(wanted)))


def _folded(wanted: object) -> Iterator[object]:
    return (one.casefold() if isinstance(one, str) else one for one in _each(wanted))


def _each(value: object) -> tuple[object, ...]:
    if isinstance(value, dict):
        return tuple(value)
    return tuple(value) if isinstance(value, tuple | list) else (value,)
