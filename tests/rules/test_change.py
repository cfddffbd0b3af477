"""Changed values are those that the standard library would have made."""

import dataclasses
from typing import Any

import pytest
from made_up import NOON

from postdesk.rules.change import replace
from postdesk.rules.ticket import Participant, Ticket

PETRA = Participant("petra@kunde.example", "Petra", "requester")
TICKET = Ticket(7, title="Printer", requester=PETRA, opened_at=NOON, tags=("a", "b"))


def test_a_change_is_that_of_the_standard_library() -> None:
    assert replace(TICKET) == TICKET
    for field in dataclasses.fields(Ticket):
        changed: dict[str, Any] = {field.name: getattr(TICKET, field.name) or "new"}
        assert replace(TICKET, **changed) == dataclasses.replace(TICKET, **changed)
    assert replace(PETRA, role="cc").role == "cc"


def test_a_field_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="colour"):
        replace(PETRA, colour="red")  # type: ignore[call-arg]
