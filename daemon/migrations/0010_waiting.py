"""What waits for an agent is counted every second: by an index that holds nothing else."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    db.execute_sql("DROP INDEX ticket_wanted")
    db.execute_sql(
        "CREATE INDEX ticket_waits ON ticket (team, wanted, number) WHERE wanted IS NOT NULL"
        " AND coalesce(assignee, '') = '' AND status_kind <> 'done' AND spam = 0"
    )
