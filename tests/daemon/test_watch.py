"""When an edit is read: once, and not while somebody is at it."""

from datetime import timedelta

from made_up import DAY, NOON

from postdesk.daemon.watch import QUIET, Watch

SECOND = timedelta(seconds=1)


class Files:
    """Files that look like a number."""

    def __init__(self) -> None:
        self.look: object = 0

    def stamp(self) -> object:
        return self.look


def watched() -> tuple[Watch, Files]:
    files = Files()
    watch = Watch(files.stamp)
    watch.begin()
    assert watch.steady() and not watch.due(NOON - DAY)
    return watch, files


def test_what_changed_is_due_when_it_was_left_alone() -> None:
    watch, files = watched()
    files.look = 1
    assert not watch.due(NOON) and not watch.due(NOON + SECOND)
    files.look = 2
    assert not watch.due(NOON + QUIET), "it changed again"
    assert watch.due(NOON + QUIET + QUIET)
    watch.begin()
    assert watch.steady() and not watch.due(NOON + DAY)


def test_what_changes_while_it_is_read_is_due_again() -> None:
    watch, files = watched()
    files.look = 1
    assert not watch.due(NOON) and watch.due(NOON + QUIET)
    watch.begin()
    files.look = 2
    assert not watch.steady()
    assert not watch.due(NOON + QUIET) and watch.due(NOON + QUIET + QUIET)


def test_a_change_that_is_taken_back_before_it_is_read_is_none() -> None:
    watch, files = watched()
    files.look = 1
    assert not watch.due(NOON)
    files.look = 0
    assert not watch.due(NOON + SECOND) and not watch.due(NOON + DAY)


def test_a_clock_that_is_set_back_keeps_nothing_waiting() -> None:
    watch, files = watched()
    files.look = 1
    assert not watch.due(NOON)
    assert not watch.due(NOON - DAY)
    assert watch.due(NOON - DAY + QUIET)


def test_what_could_not_be_kept_is_due_at_once() -> None:
    watch, files = watched()
    files.look = 1
    assert not watch.due(NOON) and watch.due(NOON + QUIET)
    watch.begin()
    watch.again()
    assert watch.due(NOON + QUIET)


def test_files_that_nobody_touched_are_due_at_once_when_somebody_asks() -> None:
    watch, _ = watched()
    watch.ask()
    assert watch.due(NOON)
    watch.begin()
    assert not watch.due(NOON), "once"
