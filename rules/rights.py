"""Who may do what: the lowest role for each verb, and which orders always need proof."""

from typing import cast, get_args

from postdesk.rules.order import Order
from postdesk.rules.order_look import MergeInto, Unmerge
from postdesk.rules.order_people import AskApproval, ChangeCc, OnBehalf
from postdesk.rules.people import Role
from postdesk.rules.verbs import BY_NAME
from postdesk.rules.workflow import DEFAULT, Workflow

RANK = {role: rank for rank, role in enumerate(get_args(Role))}  # agent, lead, manager, admin


def may(role: Role, verb: str, workflow: Workflow = DEFAULT) -> str:
    """Why somebody of this role may not use the verb; ``""`` for who may."""
    known = BY_NAME.get(verb)
    if known and RANK[role] < RANK[cast(Role, known.least)]:
        return f"only a {known.least} may do that, or somebody above"
    move = workflow.move(verb)
    if move and not move.allows(role):
        return f"only {' and '.join(f'{one}s' for one in move.who)} may do that"
    return ""


def needs_proof(order: Order) -> bool:
    """Must its writer be proven or confirmed, whatever ``[identity] command`` says?

    What shows a ticket to somebody new, and what joins two tickets (DESIGN 6).
    """
    match order:
        case MergeInto() | Unmerge() | OnBehalf():
            return True
        case ChangeCc(add=add):
            return bool(add)
        case AskApproval(others=others):
            return bool(others)
    return False
