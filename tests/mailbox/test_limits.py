"""Nobody takes more of the receiver than is theirs."""

import asyncio

import pytest

from postdesk.mailbox.limits import STEP, Door, Limits, Room, Share

TIGHT = Limits(connections=4, per_address=2, memory=STEP + 100, size=1, patience=0.01)


@pytest.mark.parametrize(
    ("callers", "let_in"),
    [
        (["192.0.2.1"] * 3, 2),
        (["192.0.2.1", "192.0.2.2", "192.0.2.3"], 3),
        (["127.0.0.1"] * 3, 3),
        (["::1"] * 3, 3),
        ([""] * 3, 3),
        (["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"], 2),
        (["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"], 3),
        (["fe80::1%eth0"] * 3, 2),
        (["127.0.0.1"] * 9, 4),
    ],
)
def test_the_door_counts_callers(callers: list[str], let_in: int) -> None:
    door = Door(TIGHT)
    answers = [door.enter(caller) for caller in callers]
    assert answers.count("") == let_in
    assert all(answer.startswith("421 4.") for answer in answers if answer)


def test_who_leaves_makes_way() -> None:
    door = Door(TIGHT)
    for _ in range(50):
        assert [door.enter("192.0.2.1") for _ in range(2)] == ["", ""]
        assert door.enter("192.0.2.1")
        door.leave("192.0.2.1")
        door.leave("192.0.2.1")


def test_room_is_given_back_in_order() -> None:
    async def play() -> list[str]:
        room, order = Room(Limits(memory=STEP + 100, size=1, patience=60)), list[str]()

        async def want(name: str, size: int) -> None:
            with Share(room) as share:
                assert await share.cover(size)
                order.append(name)

        with Share(room) as first:
            assert await first.cover(STEP + 80)
            wanting = asyncio.gather(want("large", STEP + 90), want("small", 10))
            await asyncio.sleep(0)
            assert order == []  # the small one does not overtake for ever
        await wanting
        assert room.free == STEP + 100
        return order

    assert asyncio.run(play()) == ["large", "small"]


def test_patience_ends() -> None:
    async def play() -> None:
        room = Room(TIGHT)
        with Share(room) as first, Share(room) as second:
            assert await first.cover(STEP + 90)
            assert not await second.cover(20)
            assert await second.cover(10)
        assert room.free == STEP + 100

    asyncio.run(play())


def test_who_goes_while_waiting_takes_nothing() -> None:
    async def play() -> None:
        room = Room(Limits(memory=STEP + 100, size=1, patience=60))
        first, second = Share(room), Share(room)
        with first:
            await first.cover(STEP + 100)
            waiting = asyncio.create_task(second.cover(50))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        assert room.free == STEP + 100

    asyncio.run(play())


def test_more_than_there_is_never_fits() -> None:
    async def play() -> None:
        room = Room(TIGHT)
        with Share(room) as share:
            assert not await share.cover(STEP + 101)
        assert room.free == STEP + 100

    asyncio.run(play())


def test_the_largest_mail_fits_whatever_the_memory() -> None:
    async def play() -> None:
        with Share(Room(Limits(size=5_000_000, memory=1000))) as share:
            assert await share.cover(5_000_000)

    asyncio.run(play())
