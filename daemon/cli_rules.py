"""`postdesk rules`: the tests that admins write beside their rules, and the schema of the files."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from postdesk.daemon.cli_desk import config_of, moment
from postdesk.daemon.cli_words import BAD_CONFIG, DATA, OK, Refusal, say_json
from postdesk.daemon.edit import Sources, read_book
from postdesk.daemon.plain import plain
from postdesk.rules.book import Book
from postdesk.rules.schema import schema_text
from postdesk.rules.toml import Mistake, did_you_mean
from postdesk.rules.trial import RuleTest
from postdesk.rules.trials import Failure, failures

Outcome = tuple[RuleTest, list[Failure]]


def rules(args: Namespace) -> int:
    """What ``args.act`` names."""
    match args.act:
        case "test":
            return run_tests(args)
        case "schema":
            return say_schema(args)
        case "show":
            from postdesk.daemon.cli_rules_show import show

            return show(args)
    from postdesk.daemon.cli_rehearse import rehearse

    return rehearse(args)


def say_schema(args: Namespace) -> int:
    """Print the JSON Schema of rule files; editors check and complete with it."""
    print(schema_text(), end="")
    return OK


def run_tests(args: Namespace) -> int:
    """Run the [[test]] tables of the files as they are now; 78 when one fails."""
    config = config_of(args)
    sources = Sources.of(config)
    book = read_book(sources)
    if not isinstance(book, Book):
        raise _unread(book)
    stage = sources.stage(moment(args.now, config))
    outcomes = [(test, failures(test, book, stage)) for test in _chosen(args.names, book)]
    if args.json:
        say_json([_as_json(outcome) for outcome in outcomes])
    else:
        _say(outcomes)
    return BAD_CONFIG if any(failed for _, failed in outcomes) else OK


def _unread(mistakes: Sequence[Mistake]) -> Refusal:
    told = "\n".join(map(str, mistakes))
    return Refusal(BAD_CONFIG, f"the rules cannot be read, so that nothing was tested:\n{told}")


def _chosen(names: Sequence[str], book: Book) -> Sequence[RuleTest]:
    """All tests, or those of these names. Raises Refusal for a name that no test has."""
    known = [test.name for test in book.tests]
    for name in names:
        if name not in known:
            guess = did_you_mean(name, known)
            raise Refusal(DATA, f'there is no test "{name}"{guess}')
    return [test for test in book.tests if not names or test.name in names]


def _say(outcomes: Sequence[Outcome]) -> None:
    for _, failed in outcomes:
        for failure in failed:
            print(failure)
    wrong = sum(1 for _, failed in outcomes if failed)
    if not outcomes:
        print("There are no tests: [[test]] tables in the rule files are tests.")
    elif wrong:
        print(f"{wrong} of {_tests(len(outcomes))} failed.")
    else:
        print(f"{_tests(len(outcomes))}, and all is as expected.")


def _tests(many: int) -> str:
    return "1 test" if many == 1 else f"{many} tests"


def _as_json(outcome: Outcome) -> dict[str, Any]:
    test, failed = outcome
    return {
        "name": test.name,
        "where": test.where,
        "ok": not failed,
        "failures": [_failure(one) for one in failed],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "what": failure.name,
        "expected": plain(failure.wanted),
        "came": plain(failure.came),
        "because": failure.by,
        "hint": failure.hint,
    }
