"""The private PostgreSQL gives every test an empty database of its own."""

import psycopg
import pytest
from real.parts import find_part, real_part
from real.postgres import Cluster, fresh_database


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database(postgres_url: str, turn: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE once (turn integer)")
        connection.execute("INSERT INTO once VALUES (%s)", (turn,))
        assert connection.execute("SELECT turn FROM once").fetchall() == [(turn,)]


def test_a_database_is_gone_afterwards(postgres_url: str) -> None:
    server = postgres_url.rpartition("/")[0]
    with fresh_database(server) as url, psycopg.connect(url) as left_open:
        left_open.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_stopped_cluster_leaves_nothing_behind() -> None:
    real_part("initdb")
    cluster = Cluster.reserve()
    server = cluster.server()
    assert cluster.server() == server
    cluster.stop()
    assert not cluster.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{server}/postgres")


def test_a_missing_part_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_part("no-such-program") is None
    monkeypatch.setenv("POSTDESK_REQUIRE_REAL", "")
    with pytest.raises(pytest.skip.Exception, match="apt-get install no-such-program"):
        real_part("no-such-program")
    monkeypatch.setenv("POSTDESK_REQUIRE_REAL", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-program"):
        real_part("no-such-program")
