"""The benches: which of them run by themselves, and which only when asked for."""

from pathlib import Path

from bench.run import LONG, benches

MAKEFILE = (Path(__file__).parent.parent / "Makefile").read_text()


def test_the_speed_table_is_made_of_what_measures_speed() -> None:
    assert {"kill", "soak"} == LONG
    assert set(benches()) > LONG


def test_make_soak_kills_the_daemon_and_lets_it_work_for_hours() -> None:
    recipe = MAKEFILE.partition("\nsoak:")[2].partition("\n\n")[0]
    assert [name for name in sorted(LONG) if f"run.py {name}" in recipe] == ["kill", "soak"]
