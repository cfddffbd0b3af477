"""Arguments of the verbs that say who takes part in a ticket."""

import re
from dataclasses import replace

from postdesk.mailbox.mail import Address
from postdesk.rules.context import Context
from postdesk.rules.dates import EVENING, When
from postdesk.rules.naming import (
    LONGEST_NAME,
    agent_named,
    agents_named,
    outsider_named,
    owner_named,
)
from postdesk.rules.order_people import (
    AddTask,
    AskApproval,
    ChangeCc,
    Mention,
    Mute,
    OnBehalf,
    Watch,
)
from postdesk.rules.order_work import AssignTo
from postdesk.rules.people import Agent, Team
from postdesk.rules.pieces import Piece, pieces_of, unquoted
from postdesk.rules.problem import Problem
from postdesk.rules.textmatch import plain

_BETWEEN = re.compile(r"[,;\"]")
OFF = frozenset({"off", "no"})


def assign(args: str, context: Context) -> AssignTo | Problem:
    """``bob``, ``@Bob Stone``, ``bob@example.com``, ``team:billing``."""
    if not args.strip():
        return Problem("to whom?")
    found = owner_named(args, context.people, context.agent)
    match found:
        case Agent(handle=handle):
            return AssignTo(agent=handle)
        case Team(name=name):
            return AssignTo(team=name)
        case Problem():
            return _first_of(args, found, context)


def _first_of(args: str, problem: Problem, context: Context) -> Problem:
    """``bob please``: the first word is somebody, and the rest is too much."""
    first, _, rest = args.strip().partition(" ")
    if not rest or context.people.called(args):
        return problem
    found = owner_named(first, context.people, context.agent)
    if isinstance(found, Problem):
        return problem
    name = found.handle if isinstance(found, Agent) else f"team:{found.name}"
    return Problem(f"nobody is called {args.strip()}", name)


def on_behalf(args: str, context: Context) -> OnBehalf | Problem:
    """One customer."""
    if not args.strip():
        return Problem("for whom? write an address")
    found = outsider_named(unquoted(args), context.people)
    return found if isinstance(found, Problem) else OnBehalf(found)


def cc(args: str, context: Context) -> ChangeCc | Problem:
    """``+max@kunde.example -eva@kunde.example``; customers by their name, too."""
    add: dict[str, Address] = {}
    remove: dict[str, Address] = {}
    for sign, name in _signed(args):
        agent = agent_named(name, context.people)
        if isinstance(agent, Agent) and sign != "-":
            why = f"{agent.handle} is one of us: #mention tells a colleague"
            return Problem(why, f"#mention {agent.handle}")
        found = outsider_named(name, context.people)
        if isinstance(found, Problem):
            return _instead(found, args, name)
        (remove if sign == "-" else add)[found.addr] = found
    if not add and not remove:
        return Problem("who? write +max@x.example -eva@x.example")
    if both := next((address for address in add if address in remove), ""):
        return Problem(f"{both} comes and goes at once")
    return ChangeCc(tuple(add.values()), tuple(remove.values()))


def _instead(problem: Problem, args: str, name: str) -> Problem:
    """The guess is about one name, and the command may have more of them."""
    return replace(problem, guess=args.replace(name, problem.guess, 1) if problem.guess else "")


def _signed(args: str) -> list[tuple[str, str]]:
    """The names with the sign in front of each; a word without a sign that has no ``@`` in it
    goes on with the name before."""
    found: list[tuple[str, str]] = []
    for word in _BETWEEN.sub(" ", args).split():
        sign = word[0] if word[0] in "+-" else ""
        bare = word.removeprefix(sign)
        if not sign and found and "@" not in found[-1][1]:
            found[-1] = (found[-1][0], f"{found[-1][1]} {bare}")
        elif bare:
            found.append((sign, bare))
    return found


def mention(args: str, context: Context) -> Mention | Problem:
    """Colleagues, one or several."""
    pieces = pieces_of(args.replace(",", " "))
    found = pieces if isinstance(pieces, Problem) else agents_named(pieces, context.people)
    if isinstance(found, Problem):
        return found
    return Mention(tuple(a.handle for a in found)) if found else Problem("whom?")


def approve(args: str, context: Context) -> AskApproval | Problem:
    """``boss cfo "reason"``: agents by any of their names, others by address."""
    pieces = pieces_of(args)
    if isinstance(pieces, Problem):
        return pieces
    reason = " ".join(piece.text for piece in pieces if piece.quoted)
    names = [p for p in pieces if not p.quoted and p.text.casefold().strip(",") != "and"]
    outside = [p for p in names if _is_outside(p, context)]
    agents = agents_named([p for p in names if p not in outside], context.people, context.agent)
    if isinstance(agents, Problem):
        quoted = f' "{reason}"' if reason else ""
        guess = f"{agents.guess}{quoted}" if agents.guess else _quoting(pieces, context)
        return replace(agents, guess=guess)
    others = [outsider_named(p.text, context.people) for p in outside]
    found = tuple(dict.fromkeys(one for one in others if isinstance(one, Address)))
    if not agents and not found:
        return Problem("whose yes is needed?")
    return AskApproval(tuple(agent.handle for agent in agents), found, reason)


def _is_outside(piece: Piece, context: Context) -> bool:
    if "@" not in piece.text.strip("@"):
        return False
    return isinstance(agent_named(piece.text, context.people), Problem) and isinstance(
        outsider_named(piece.text, context.people), Address
    )


def _quoting(pieces: tuple[Piece, ...], context: Context) -> str:
    """The reason was written without quotation marks: they begin where the names end."""
    for end in range(len(pieces) - 1, 0, -1):
        head = pieces[:end]
        agents = agents_named(head, context.people, context.agent)
        if not any(p.quoted for p in pieces) and not isinstance(agents, Problem):
            names = " ".join(agent.handle for agent in agents)
            return f'{names} "{" ".join(p.text for p in pieces[end:])}"'
    return ""


def task(args: str, context: Context) -> AddTask | Problem:
    """``bob "check logs" due=tue``; without a name it is nobody's yet."""
    pieces = pieces_of(args)
    if isinstance(pieces, Problem):
        return pieces
    what = " ".join(p.text for p in pieces if p.quoted and not p.key)
    names = [p for p in pieces if not p.quoted and not p.key]
    if not what:
        return _task_unquoted(names, args)
    order = AddTask(what)
    if names:
        who = " ".join(p.text for p in names)
        owner = owner_named(who, context.people, context.agent)
        match owner:
            case Problem():
                return _instead(owner, args, who)
            case Agent(handle=handle):
                order = replace(order, agent=handle)
            case Team(name=name):
                order = replace(order, team=name)
    due = _due([p for p in pieces if p.key], context)
    return due if isinstance(due, Problem) else replace(order, due=due)


def _task_unquoted(names: list[Piece], args: str) -> Problem:
    """The guess puts the words behind the first one into quotation marks."""
    if not 1 < len(names) <= LONGEST_NAME * 4:
        return Problem('what is to be done? write #task bob "check logs"')
    words = " ".join(p.text for p in names[1:])
    rest = args.partition(names[-1].text)[2].strip()
    guess = f'{names[0].text} "{words}" {rest}'.strip()
    return Problem("what is to be done stands in quotation marks", guess)


def _due(pairs: list[Piece], context: Context) -> When | Problem | None:
    if not pairs:
        return None
    if len(pairs) > 1 or pairs[0].key != "due":
        return Problem(f"a task has due=WHEN and nothing else, not {pairs[-1].key}")
    return context.when(pairs[0].text, EVENING)


def watch(args: str, context: Context) -> Watch | Problem:
    """``#watch``, ``#watch off``."""
    on = _switch(args)
    return on if isinstance(on, Problem) else Watch(on)


def mute(args: str, context: Context) -> Mute | Problem:
    """``#mute``, ``#mute off``."""
    on = _switch(args)
    return on if isinstance(on, Problem) else Mute(on)


def _switch(args: str) -> bool | Problem:
    if plain(args) in OFF:
        return False
    return Problem("nothing but off may follow") if args.strip() else True


PEOPLE = {
    "assign": assign,
    "for": on_behalf,
    "cc": cc,
    "mention": mention,
    "approve": approve,
    "task": task,
    "watch": watch,
    "mute": mute,
}
