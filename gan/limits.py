"""How much one visitor may ask for. A host sets each by a flag or a variable, see options.py; no torch."""

import math
from dataclasses import dataclass, fields

from gan.config import TrainConfig
from gan.ranges import refuse

READ_ONLY = "This page is for looking only: nothing can be trained, uploaded or deleted here."


@dataclass(frozen=True)
class Limits:
    """What one visitor of the page may ask for; the server holds to these whatever a request says."""

    read_only: bool = False  # nothing can be trained, uploaded, kept or deleted
    run_seconds: float = 600.0  # seconds that a run may train
    run_batch: int = 256  # images per step
    run_grid_images: int = 64  # samples that a run shows at a time
    run_grid_seconds: float = 0.25  # least seconds from one showing to the next
    run_measure_images: int = 1024  # samples that a live measure looks at
    name_length: int = 60  # letters in a model's name
    runs_at_once: int = 1  # runs that train at the same time; the others wait
    runs_waiting: int = 40  # runs in the queue; then no more are taken
    unwatched_seconds: float = 90.0  # a run that no page asks about is stopped after this long
    parted_seconds: float = 30.0  # the same once its last page has closed; a reload comes back in time
    states_kept: int = 6  # training states kept per run, to fork from
    pause_seconds: float = 600.0  # a paused run is stopped after this long: it takes the place of another
    generate_images: int = 64  # images in one request
    walk_frames: int = 240  # images in one walk
    walk_seeds: int = 32  # seeds that one walk passes through
    judge_images: int = 16  # images judged at a time
    upload_bytes: int = 200 * 2**20  # all files of one upload together, unpacked
    upload_files: int = 20_000  # files in one upload
    own_unused_seconds: float = 6 * 3600.0  # after so long, prepared images that nothing uses are deleted
    own_bytes: int = 8 * 2**30  # prepared images in all; beyond that the longest unused are deleted first
    image_pixels: int = 40_000_000  # pixels of one file, read from its header before anything is decoded
    image_side: int = 30_000  # pixels of the longer side, likewise
    decode_seconds: float = 2.0  # processor time to open one image; then it is given up
    decode_bytes: int = 300 * 2**20  # memory to open one image
    decode_waiting: int = 32  # images waiting to be opened; then no more are taken
    train_images_least: int = 50  # fewest images of one's own that training takes
    run_memory_bytes: int = 4 * 2**30  # memory that a run may be expected to need
    wall_seconds: float = 1800.0  # seconds from a run's start to its end, pauses included; or 1.5 run_seconds
    visitor_runs: int = 40  # runs started within an hour by one browser, forks included
    address_runs: int = 400  # runs started within an hour from one address, which a class may share
    server_runs: int = 600  # runs started within an hour by everybody together
    visitor_runs_going: int = 3  # runs of one browser that train or wait at the same time
    visitor_models: int = 40  # models kept by one browser
    server_models: int = 1000  # models kept by all browsers together
    request_bytes: int = 512 * 2**10  # one request that is not an upload
    request_values: int = 20_000  # numbers, texts and lists in the JSON of one request
    request_depth: int = 32  # lists within lists in the JSON of one request
    visitor_upload_bytes: int = 500 * 2**20  # uploaded within an hour by one browser
    address_upload_bytes: int = 4 * 2**30  # uploaded within an hour from one address
    server_upload_bytes: int = 8 * 2**30  # uploaded within an hour by everybody together
    visitor_upload_files: int = 20_000  # files uploaded within an hour by one browser; a zip is one
    address_upload_files: int = 100_000  # files uploaded within an hour from one address
    server_upload_files: int = 200_000  # files uploaded within an hour by everybody together
    free_bytes: int = 2**30  # disk space kept free: with less, nothing is uploaded, prepared or kept
    fetch_bytes: int = 32 * 2**20  # a file fetched from an address that a visitor gives
    slow_seconds: float = 30.0  # for a request to arrive and its answer to move; a long body gets more
    address_connections: int = 800  # open at the same time from one address
    server_connections: int = 4000  # open at the same time by everybody together

    def __post_init__(self):
        for one in fields(self):
            value, whole = getattr(self, one.name), one.type in (int, "int")
            refuse(
                not math.isfinite(value) or value < 0 or (whole and value != int(value)),
                f"{one.name} must be a {'whole ' if whole else ''}number from 0, not {value}.",
            )

    def check_open(self):
        """Raises ConfigError, a sentence, where the page is for looking only."""
        refuse(self.read_only, READ_ONLY)

    @property
    def wall(self) -> float:
        """A run's seconds from begin to end; a host who allows long runs need not raise it too."""
        return max(self.wall_seconds, 1.5 * self.run_seconds)

    def usual(self, grid_images: int) -> dict:
        """Fields of a TrainConfig that nobody has chosen, brought within these limits."""
        default = TrainConfig()
        return {
            "grid_images": min(grid_images, self.run_grid_images),
            "grid_seconds": max(default.grid_seconds, self.run_grid_seconds),
            "measure_images": min(default.measure_images, self.run_measure_images),
        }

    def check_run(self, config: TrainConfig):
        """Raises ConfigError, a sentence, for a run that asks for more than this."""
        self.check_open()
        refuse(
            not 0 < config.seconds <= self.run_seconds,
            f"A run may take from 1 to {self.run_seconds:g} seconds here, not {config.seconds:g}.",
        )
        refuse(
            config.batch > self.run_batch,
            f"A batch may hold up to {self.run_batch} images here, not {config.batch}.",
        )
        refuse(
            config.grid_images > self.run_grid_images,
            f"A run may show up to {self.run_grid_images} samples here, not {config.grid_images}.",
        )
        refuse(
            config.grid_seconds < self.run_grid_seconds,
            f"A run may show its samples every {self.run_grid_seconds:g} seconds here, not more often.",
        )
        refuse(
            config.measure_images > self.run_measure_images,
            f"A live measure may look at up to {self.run_measure_images} samples here.",
        )
        refuse(len(config.name) > self.name_length, f"A model's name has at most {self.name_length} letters.")
