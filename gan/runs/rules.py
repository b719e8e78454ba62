"""What a run may be started with, by whom and how often: the limits before it gets its place in the line."""

from collections import Counter
from pathlib import Path

from gan import belonging
from gan.config import TrainConfig
from gan.limits import Limits
from gan.ranges import ConfigError
from gan.runs import budget
from gan.system.files import check_room
from gan.system.quotas import Hourly, Most

TOO_MANY_OWN = "{0} of your runs are training or waiting already: stop one first, or wait until one is over."
TOO_MANY_UNKNOWN = (
    "{0} runs that were started without a browser are training or waiting already; try again when one is "
    "over."
)
TOO_MANY_MODELS = "You have {0} models here, as many as one browser may keep: delete one first."
TOO_MANY_KEPT = (
    "This server keeps {0} models by its visitors and takes no more: ask whoever runs it to make room."
)


class Rules:
    """Holds starts against the limits. An `owner` is as in Belongs: the digest of a browser's id; None is the
    host, whom no share binds; "" is all who have no id, together.
    """

    def __init__(self, limits: Limits, models: Path, states: Path):
        self._limits, self._models, self._states = limits, models, states
        most = Most(limits.visitor_runs, limits.address_runs, limits.server_runs)
        self._started = Hourly(most, "There is a limit to how many runs are started")

    def check(self, config: TrainConfig, owner: str | None, going: int):
        """Raises ValueError, a sentence; `going` runs of that owner train or wait."""
        self._limits.check_run(config)
        budget.check(config, self._limits)
        check_room(self._models, self._limits.free_bytes)
        check_room(self._states, self._limits.free_bytes)
        if owner is None:
            return
        if going >= self._limits.visitor_runs_going:
            raise ConfigError((TOO_MANY_OWN if owner else TOO_MANY_UNKNOWN).format(going))
        self._check_kept(owner)

    def count(self, owner: str | None, address: str):
        """A run is about to start. Raises QuotaError, a sentence, where that is one too many in an hour."""
        if owner is not None:
            self._started.take(owner, address)

    def _check_kept(self, owner: str):
        kept = owners(self._models)
        if owner and kept[owner] >= self._limits.visitor_models:
            raise ConfigError(TOO_MANY_MODELS.format(kept[owner]))
        if kept.total() >= self._limits.server_models:
            raise ConfigError(TOO_MANY_KEPT.format(kept.total()))


def owners(models: Path) -> Counter:
    """How many models each browser has below a folder; the host's are not counted."""
    files = models.glob(f"*/{belonging.FILE}") if models.is_dir() else ()
    whose = (belonging.read(file.parent).owner for file in files)
    return Counter(owner for owner in whose if owner is not None)
