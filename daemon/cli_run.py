"""`postdesk run` and `postdesk once`: the daemon, and one full turn of it."""

import logging
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

from postdesk.daemon import log as logs
from postdesk.daemon.cli_desk import config_of, house_of, moment
from postdesk.daemon.cli_words import OK
from postdesk.daemon.config import Config
from postdesk.daemon.house import House
from postdesk.daemon.run import Daemon, run_until_told
from postdesk.daemon.state import StateLock
from postdesk.daemon.times import now_utc

log = logging.getLogger(__name__)


def run(args: Namespace) -> int:
    """The daemon, in the foreground, until SIGTERM or SIGINT."""
    config = config_of(args)
    logs.set_up(config.log.format, config.log.level.upper())
    with StateLock(config.desk.state):
        _up_and_down(Daemon(House(config)))
    return OK


def _up_and_down(daemon: Daemon) -> None:
    try:
        run_until_told(daemon)
    except BaseException:
        daemon.stop()  # what was up already goes down: workers are processes
        raise


def once(args: Namespace) -> int:
    """Repeat the turn until no mail is new and no letter due."""
    config = config_of(args)
    clock = _clock(args.now, config)
    logs.set_up(config.log.format, _quiet(config))
    with StateLock(config.desk.state), house_of(config, clock()) as house:
        house.workers.start()
        while house.turn(clock()):
            pass
    return OK


def _clock(now: str | None, config: Config) -> Callable[[], datetime]:
    if now is None:
        return now_utc
    fixed = moment(now, config)
    return lambda: fixed


def _quiet(config: Config) -> str:
    """cron mails every line it hears: only trouble is one."""
    return "WARNING" if config.log.level == "info" else config.log.level.upper()
