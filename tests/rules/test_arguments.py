# ruff: noqa: RUF001 - signs that look alike are the subject
"""The arguments of every verb become a typed order, or are refused with what was meant."""

from dataclasses import replace
from datetime import datetime

import pytest
from command_desk import BERLIN, KNOWN, NOW, context
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.mail import Address
from postdesk.rules.arguments import BARE, READERS, read_order
from postdesk.rules.command import classify
from postdesk.rules.dates import When
from postdesk.rules.order import Order
from postdesk.rules.order_look import (
    ComeBack,
    DuplicateOf,
    Find,
    FindReply,
    GoAway,
    HelpWith,
    LinkTo,
    ListTickets,
    MergeInto,
    ReportOn,
    Show,
    ShowHistory,
    Split,
    Unmerge,
)
from postdesk.rules.order_people import (
    AddTask,
    AskApproval,
    ChangeCc,
    KeepInside,
    Mention,
    Mute,
    OfferSolution,
    OnBehalf,
    Preview,
    SendLater,
    SendVia,
    Undo,
    UseReply,
    Watch,
)
from postdesk.rules.order_work import (
    AssignTo,
    Categorise,
    ChangeTags,
    ChooseSla,
    Close,
    EscalateIt,
    FillFields,
    GiveStars,
    MarkSpam,
    OwnMove,
    Reopen,
    Resolve,
    Respond,
    Schedule,
    SetDue,
    SetStatus,
    SpendTime,
    Start,
    Take,
    Unassign,
    Wait,
)
from postdesk.rules.pieces import joined
from postdesk.rules.problem import Problem
from postdesk.rules.verbs import STOP, VERBS, Verb

PETRA = Address("Petra Kunde", "petra@kunde.example")


def when(text: str, assumed: str = "") -> When:
    at = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    return When(at.astimezone(NOW.tzinfo), assumed)


def read(line: str) -> Order | Problem:
    """The order of a command line, by the same way as in a mail."""
    ((_, verb, args),) = classify([line], known=KNOWN).commands
    return read_order(verb, args, context())


FRIDAY = when("2026-11-27T17:00")
FRIDAY_EVENING = when("2026-11-27T17:00", assumed="17:00")
ORDERS: list[tuple[str, Order]] = [
    ("#take", Take()),
    ("#mine", Take()),
    ("#assign bob", AssignTo(agent="bob")),
    ("#assign BOB", AssignTo(agent="bob")),
    ("#assign @bob", AssignTo(agent="bob")),
    ("#assign Bob Stone", AssignTo(agent="bob")),
    ("#assign @Bob Stone", AssignTo(agent="bob")),
    ("#assign bob stone", AssignTo(agent="bob")),
    ('#assign "Bob Stone"', AssignTo(agent="bob")),
    ("#assign bob@home.example", AssignTo(agent="bob")),
    ("#assign Bob@Example.com", AssignTo(agent="bob")),
    ("#assign Bob Stone <bob@example.com>", AssignTo(agent="bob")),
    ("#assign @Bob Stone<mailto:bob@example.com>", AssignTo(agent="bob")),
    ("#assign bob@example.com <mailto:bob@example.com>", AssignTo(agent="bob")),
    ("#assign [bob@example.com](mailto:bob@example.com)", AssignTo(agent="bob")),
    ("#assign Mia O’Neil", AssignTo(agent="mia")),
    ("#assign eve.ops", AssignTo(agent="eve.ops")),
    ("#assign me", AssignTo(agent="anna")),
    ("#assign Anna", AssignTo(agent="anna")),
    ("#assign team:billing", AssignTo(team="billing")),
    ("#assign team: Billing", AssignTo(team="billing")),
    ("#assign billing", AssignTo(team="billing")),
    ("#assign team second level", AssignTo(team="second level")),
    ('#assign team:"second level"', AssignTo(team="second level")),
    ("#unassign", Unassign()),
    ("#start", Start()),
    ("#wait", Wait()),
    ("#pending", Wait()),
    ("#wait 3d", Wait(when("2026-11-26T10:00"))),
    ("#wait until fri 9:00", Wait(when("2026-11-27T09:00"))),
    ("#snooze until fri", Wait(when("2026-11-27T09:00", "9:00"))),
    ("#schedule mon 10:30", Schedule(when("2026-11-23T10:30"))),
    ("#respond", Respond()),
    ("#resolve", Resolve()),
    ("#resolve new fuse", Resolve("new fuse")),
    ("#close", Close()),
    ("#close: answered by phone", Close("answered by phone")),
    ('#close "it’s fine"', Close("it's fine")),
    ('#close he said "thanks" twice', Close('he said "thanks" twice')),
    ("#schließen", Close()),
    ("#reopen", Reopen()),
    ("#reopen it burns again", Reopen("it burns again")),
    ("#status responded", SetStatus("responded")),
    ("#status In progress", SetStatus("in-progress")),
    ("#status in_progress", SetStatus("in-progress")),
    ("#escalate", EscalateIt()),
    ("#escalate no spare parts", EscalateIt("no spare parts")),
    ("#spam", MarkSpam()),
    ("#ship by train", OwnMove("ship", "by train")),
    ("#urgency 4", GiveStars(4)),
    ("#prio high", GiveStars(4)),
    ("#urgency very low", GiveStars(1)),
    ("#urgency urgent", GiveStars(5)),
    ("#urgency ★★", GiveStars(2)),
    ("#p1", GiveStars(1)),
    ("#★★★★", GiveStars(4)),
    ("#★★★☆☆", GiveStars(3)),
    ("#⭐⭐⭐⭐⭐", GiveStars(5)),
    ("#dringend", GiveStars(5)),
    ("#due fri 17:00", SetDue(FRIDAY)),
    ("#due fri", SetDue(FRIDAY_EVENING)),
    ("#due none", SetDue(None)),
    ("#category billing", Categorise("billing")),
    ("#category none", Categorise("")),
    ("#tag refund", ChangeTags(("refund",))),
    ("#tag +a -b", ChangeTags(("a",), ("b",))),
    ("#tag +a, +b –c", ChangeTags(("a", "b"), ("c",))),
    ("#tag #paid", ChangeTags(("paid",))),
    ('#tag "two words"', ChangeTags(("two words",))),
    ("#tag =a =b", ChangeTags(("a", "b"), exactly=True)),
    ("#set order=4711", FillFields((("order", "4711"),))),
    ("#set Order = 4711 floor=3", FillFields((("order", "4711"), ("floor", "3")))),
    ("#set order=“A 4711”", FillFields((("order", "A 4711"),))),
    ("#set order=", FillFields((("order", ""),))),
    ("#sla Gold", ChooseSla("gold")),
    ("#time 25m", SpendTime(25)),
    ("#time 1h 30m", SpendTime(90)),
    ("#time 1h30m on the phone", SpendTime(90, "on the phone")),
    ("#time 1:30", SpendTime(90)),
    ("#time 1.5h", SpendTime(90)),
    ("#time 0,25 h", SpendTime(15)),
    ("#time -10 min", SpendTime(-10)),
    ("#for petra@kunde.example", OnBehalf(PETRA)),
    ("#for Petra Kunde", OnBehalf(PETRA)),
    ("#for Ana <ana@x.example>", OnBehalf(Address("Ana", "ana@x.example"))),
    ("#requester ana@x.example", OnBehalf(Address("", "ana@x.example"))),
    ("#cc +ana@x.example", ChangeCc((Address("", "ana@x.example"),))),
    ("#cc ana@x.example", ChangeCc((Address("", "ana@x.example"),))),
    (
        "#cc +ana@x.example, -Petra Kunde",
        ChangeCc((Address("", "ana@x.example"),), (PETRA,)),
    ),
    ("#mention bob", Mention(("bob",))),
    ("#mention @Bob Stone, @mia", Mention(("bob", "mia"))),
    ("#approve max", AskApproval(("max",))),
    ('#approve max mia "over the limit"', AskApproval(("max", "mia"), reason="over the limit")),
    ("#approve @Bob Stone and mia", AskApproval(("bob", "mia"))),
    ("#approve cfo@x.example", AskApproval((), (Address("", "cfo@x.example"),))),
    (
        '#task bob "check logs" due=tue',
        AddTask("check logs", "bob", due=when("2026-11-24T17:00", "17:00")),
    ),
    ('#task bob “check logs” due="fri 17:00"', AddTask("check logs", "bob", due=FRIDAY)),
    ('#task team:billing "check"', AddTask("check", team="billing")),
    ('#task "check"', AddTask("check")),
    ('#task me "check"', AddTask("check", "anna")),
    ("#watch", Watch()),
    ("#watch off", Watch(on=False)),
    ("#mute", Mute()),
    ("#mute off", Mute(on=False)),
    ("#note", KeepInside()),
    ("#comment she will call", KeepInside("she will call")),
    ("#use refund", UseReply("refund")),
    ("#refund", UseReply("refund")),
    ("/refund lang=fr", UseReply("refund", "fr")),
    ("#use Second-Mail", UseReply("second-mail")),
    ("#canned", FindReply()),
    ("#canned money back", FindReply("money back")),
    ("#solution", OfferSolution()),
    ("#via WhatsApp", SendVia("whatsapp")),
    ("#via e-mail", SendVia("mail")),
    ("#later fri 17:00", SendLater(FRIDAY)),
    ("#preview", Preview()),
    ("#undo", Undo()),
    ("#merge 1240", MergeInto(1240)),
    ("#merge #1240", MergeInto(1240)),
    ("#merge into [#1240]", MergeInto(1240)),
    ("#unmerge", Unmerge()),
    ("#unmerge 1240", Unmerge(1240)),
    ("#split 3", Split(3)),
    ("#link 1240, 1241", LinkTo((1240, 1241))),
    ("#dup 1240", DuplicateOf(1240)),
    ("#duplicate of #1240", DuplicateOf(1240)),
    ("#show", Show()),
    ("#show 7 8", Show((7, 8))),
    ("#history", ShowHistory()),
    ("#find paper  jam", Find("paper jam")),
    ("#list", ListTickets("mine")),
    ("#list unassigned", ListTickets("unassigned")),
    ("#list due soon", ListTickets("due")),
    ("#list vips", ListTickets("vips")),
    ("#list very important", ListTickets("vips")),
    ("#report june", ReportOn(("june",))),
    ("#report", ReportOn()),
    ("#help", HelpWith()),
    ("#help #schließen", HelpWith("close")),
    ("#away", GoAway()),
    ("#away until fri 17:00", GoAway(FRIDAY)),
    ("#back", ComeBack()),
]


@pytest.mark.parametrize(("line", "order"), ORDERS)
def test_a_command_is_understood(line: str, order: Order) -> None:
    assert read(line) == order


PROBLEMS = [
    ("#take it", "nothing may follow", "#take"),
    ("#assign", "to whom?", ""),
    ("#assign bbo", "nobody is called bbo", "#assign bob"),
    ("#assign bob please", "nobody is called b", "#assign bob"),
    ("#assign billing now", "nobody is called billing now", "#assign team:billing"),
    ("#assign bob, anna", "nobody is called bob, anna", ""),
    ("#assign Eve", "nobody is called Eve", "#assign eve.ops"),
    ("#assign Bob Ston", "nobody is called Bob Ston", "#assign bob"),
    ("#assign Max Lang", "max, eve.ops: which one?", ""),
    ("#assign Support", "bob, mia: which one?", ""),
    ("#assign petra@kunde.example", "nobody is called petra@kunde.example", ""),
    ("#assign team:biling", "no team biling", "#assign team:billing"),
    ("#wait until she calls", '"she" is no date or time', ""),
    ("#wait until fridy 9:00", '"fridy" is no date', "#wait until friday 9:00"),
    ("#schedule", "names no day", ""),
    ("#schedule yesterday", '"yesterday" is no date', ""),
    ("#later", "names no day", ""),
    ("#due 2026-11-22", "is past", ""),
    ("#status respnded", 'no status "respnded"', "#status responded"),
    ("#status", "there are new, in-progress", ""),
    ("#urgency 7", "urgency is 1 to 5", ""),
    ("#urgency 0", "urgency is 1 to 5", ""),
    ("#urgency", "urgency is 1 to 5", ""),
    ("#urgency hihg", "very-low, low, medium, high, critical", "#urgency high"),
    ("#p4 5", "urgency is 1 to 5", ""),
    ("#category", "which category?", ""),
    ("#tag", "which tags?", ""),
    ("#tag +", "is no tag", ""),
    ("#tag +a -a", "a comes and goes", ""),
    ("#tag =a +b", "these tags and no others", ""),
    ("#tag order=4", '"order" is no tag', ""),
    ("#tag " + "x" * 41, "is no tag", ""),
    ("#set", "field=value", ""),
    ("#set order", '"order" is no field=value', ""),
    ("#set ordr=7", "no field ordr, there are order, floor", "#set order=7"),
    ("#set status=closed", "a command of its own", "#status closed"),
    ("#set order=1 order=2", "two values", ""),
    ('#set order="4711', "not closed", '#set order="4711"'),
    ("#sla glod", "there are gold, default", "#sla gold"),
    ("#sla", "there are gold, default", ""),
    ("#time", "how long?", ""),
    ("#time 25", "how long?", "#time 25m"),
    ("#time long", "how long?", ""),
    ("#time 2h 30", "how long?", ""),
    ("#time 0m", "no time", ""),
    ("#time 9999h", "more than a month", ""),
    ("#for", "for whom?", ""),
    ("#for Petra Kunda", "no customer of that name", "#for petra@kunde.example"),
    ("#for Kai", "kai@one.example and kai@two.example: which one?", ""),
    ("#for nobody", "no customer of that name", ""),
    ("#cc", "who?", ""),
    ("#cc +bob", "one of us", "#mention bob"),
    ("#cc +x@y.example -x@y.example", "comes and goes", ""),
    ("#cc somebody", "is no address", ""),
    ("#mention", "whom?", ""),
    ("#mention bbo", "nobody is called b", "#mention bob"),
    ("#mention anna bbo mia", "nobody is called b", "#mention anna bob mia"),
    ("#cc +ana@x.example -Petra Kunda", "known", "#cc +ana@x.example -petra@kunde.example"),
    ('#approve mia bbo "too dear"', "nobody is called bbo", '#approve mia bob "too dear"'),
    ("#approve", "whose yes", ""),
    ('#approve "too dear"', "whose yes", ""),
    ("#approve max too dear", "nobody is called too", '#approve max "too dear"'),
    ("#task", "what is to be done?", ""),
    ("#task bob check logs", "in quotation marks", '#task bob "check logs"'),
    ("#task bob check logs due=tue", "in quotation marks", '#task bob "check logs" due=tue'),
    ('#task bbo "check logs"', "nobody is called b", '#task bob "check logs"'),
    ('#task bob "check" until=tue', "due=WHEN and nothing else", ""),
    ('#task bob "check" due=never', '"never" is no date', ""),
    ("#watch it", "nothing but off", ""),
    ("#use", "which canned reply?", ""),
    ("#use refnd", "no canned reply refnd", "#use refund"),
    ("#use second", "no canned reply second", "#use second-mail"),
    ("#use refund lang=french!?", "is no language", ""),
    ("#use refund to=max", "nothing else, not to", ""),
    ("#via pigeon", "mail, whatsapp or sms", ""),
    ("#via smd", "mail, whatsapp or sms", "#via sms"),
    ("#merge", "one number", ""),
    ("#merge 1 2", "one number", ""),
    ("#merge 1042", "this very ticket", ""),
    ("#merge that", '"that" is no number', ""),
    ("#merge 0", '"0" is no number', ""),
    ("#unmerge 1 2", "one number", ""),
    ("#split", "which message?", ""),
    ("#link", "to which ticket?", ""),
    ("#link 1042", "this very ticket", ""),
    ("#find", "which words?", ""),
    ("#list overdu", 'no view "overdu"', "#list overdue"),
    ("#help clsoe", "no command clsoe", "#help close"),
    ("#away until never", '"never" is no date', ""),
]


@pytest.mark.parametrize(("line", "why", "guess"), PROBLEMS)
def test_a_command_is_refused_with_a_reason_and_a_guess(line: str, why: str, guess: str) -> None:
    found = read(line)
    assert isinstance(found, Problem)
    assert why in found.why
    if guess:
        assert found.guess == guess


@pytest.mark.parametrize(("line", "why", "guess"), PROBLEMS)
def test_every_guess_is_a_command_that_is_understood(line: str, why: str, guess: str) -> None:
    found = read(line)
    assert isinstance(found, Problem)
    if found.guess:
        assert not isinstance(read(found.guess), Problem)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("wait", ["until fri 9:00"]),
        ("wait", ["until", "fri", "9:00"]),
        ("schedule", ["mon 11:00"]),
        ("later", ["fri 17:00"]),
        ("due", ["fri 17:00"]),
        ("away", ["until fri"]),
        ("urgency", ["very low"]),
        ("status", ["in progress"]),
        ("time", ["1h 30m"]),
        ("link", ["1240 1241"]),
        ("cc", ["+Petra Kunde"]),
        ("for", ["Petra Kunde"]),
        ("assign", ["Bob Stone"]),
        ("close", ["by phone"]),
        ("task", ["bob", "check logs", "due=fri 17:00"]),
        ("task", ["check logs"]),
        ("approve", ["mia", "over the limit"]),
        ("set", ["order=A 4711"]),
        ("tag", ["+a", "-b"]),
        ("close", ['he said "no" twice']),
    ],
)
def test_words_of_a_shell_are_read_as_those_of_a_mail(verb: str, words: list[str]) -> None:
    found = read_order(verb, joined(words), context())
    assert not isinstance(found, Problem)
    if verb not in ("task", "approve", "set"):
        assert found == read_order(verb, " ".join(words), context())


def test_categories_are_checked_where_they_are_told() -> None:
    strict = replace(context(), categories=("Billing", "Shipping"))
    assert read_order("category", "billing", strict) == Categorise("Billing")
    assert read_order("category", "biling", strict) == Problem(
        "there is no category biling, there are Billing, Shipping", "#category Billing"
    )


def test_views_are_those_that_the_desk_has() -> None:
    few = replace(context(), views=("open", "mine"))
    assert read_order("list", "mine", few) == ListTickets("mine")
    assert isinstance(read_order("list", "overdue", few), Problem)


def test_nobody_cannot_take_a_ticket() -> None:
    shell = replace(context(), agent=None)
    for verb in ("take", "back", "away"):
        assert isinstance(read_order(verb, "", shell), Problem)


def test_dates_are_read_in_the_language_of_the_agent() -> None:
    assert read_order("wait", "bis Freitag 17 Uhr", context(language="de")) == Wait(FRIDAY)
    assert read_order("time", "2 Stunden", context(language="de")) == SpendTime(120)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_a_reader_an_order_and_an_example_that_works(verb: Verb) -> None:
    if verb.name == STOP:
        return
    assert (verb.name in READERS) != (verb.name in BARE)
    assert verb.name in {order.verb for _, order in ORDERS}
    assert verb.does and verb.example.startswith(f"#{verb.name}")
    found = read(verb.example.replace("boss cfo", "max mia"))
    assert getattr(found, "verb", "") == verb.name


some_args = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [*"+-='\"@<> ,h", "bob", "Bob Stone", "due=", "fri", "3d", "team:", "1042", "1:30"]
        ),
        max_size=8,
    ).map("".join),
)


@given(st.sampled_from([*READERS, *BARE, "ship", "nonsense", ""]), some_args)
def test_whatever_follows_a_verb_is_an_order_or_refused(verb: str, args: str) -> None:
    found = read_order(verb, args, context())
    if isinstance(found, Problem):
        assert found.why
    else:
        assert found.verb == verb
