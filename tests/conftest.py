"""What every test may ask for: a fresh database of either kind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from real.postgres import Cluster, fresh_database

# The workers of one run share the cluster of the process that started them.
SHARED = "POSTDESK_TEST_CLUSTER"
OURS = pytest.StashKey[Cluster]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes many seconds, or asks the package index")
    if not hasattr(config, "workerinput"):
        cluster = config.stash[OURS] = Cluster.reserve()
        os.environ[SHARED] = str(cluster.folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(OURS, None):
        cluster.stop()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """``postgresql://...`` of an empty database, dropped after the test."""
    with fresh_database(Cluster(Path(os.environ[SHARED])).server()) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test runs twice: on ``sqlite:///...`` and on ``postgresql://...``."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/postdesk.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
