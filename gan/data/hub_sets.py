"""A data set of the Hugging Face Hub by its name: its pictures come in as people's own images do.

Parquet files are read in place, by parts, so that of a large set only what is taken travels. Where a
repository holds none, the Hub's own conversion to parquet serves, and else its zips and picture files.
Nothing of a repository is run or unpickled.
"""

import logging
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

import numpy as np

from gan.data import apart, names, own, pairing, parquet, sheets
from gan.data.download import BUNDLED
from gan.data.finishing import finish
from gan.data.pile import SIDES, TWO_FOLDERS, USUAL, Choices, Intake, Pile, Progress
from gan.data.sets import DataError
from gan.limits import Limits

log = logging.getLogger(__name__)
PREFIX = "hf:"
# A data set's page, any page below it, and what the Hub's own tools print
ADDRESS = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:www\.)?(?:huggingface\.co|hf\.co)/)?datasets/"
    r"(\w[\w.-]*/\w[\w.-]*?)(?:\.git)?(?:[/?#@].*)?",
    re.IGNORECASE,
)
CONVERTED = "refs/convert/parquet"  # the branch in which the Hub keeps what it has converted itself
MOST_LISTED = 100_000  # files of a repository that are looked at
MOST_PICTURES = 5000  # single files: each is two requests
AT_ONCE = 8  # downloads
TIMEOUT = 10.0  # seconds without an answer
PICTURES = (
    ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".avif",
    ".jp2",
)  # fmt: skip
BLOCK = 4 * 2**20  # bytes that one request asks for at least


def is_name(text: str) -> bool:
    """Whether a text names a data set of the Hub: "hf:owner/name", "owner/name", or its page's address."""
    return re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", repository(text)) is not None


def repository(text: str) -> str:
    """What is asked for, "owner/name" where it is understood."""
    name = text.strip().removeprefix(PREFIX).strip()
    address = ADDRESS.fullmatch(name)
    return address[1] if address else name.strip("/")


def prepare(
    name: str, image_size: int, channels: int, out: Path, limits: Limits | None = None,
    progress: Progress | None = None, api=None, choices: Choices = USUAL,
) -> Intake:  # fmt: skip
    """Takes in the images of data set "owner/name", as many as the limits allow, and writes them to `out`.

    Of a set that is too large a sample is taken, spread over it. Its labels of up to 256 values become label
    columns. `api` is a HfApi; without one, only what is open to everyone can be had. Raises DataError.
    """
    from huggingface_hub import HfApi

    repo = repository(name)
    if not is_name(name):
        raise DataError(f"“{repo}” is not the name of a data set on the Hugging Face Hub: write owner/name.")
    pile = Pile(image_size, channels, limits or Limits(), choices)
    try:
        return _prepare(_Repo(api or HfApi(token=False), repo), pile, Path(out), progress)
    except DataError:
        raise
    except parquet.Broken as error:
        raise DataError(f"{names.shown(str(error))} of {repo} is damaged or not a parquet file.") from error
    except Exception as error:  # of the client, of the network beneath it, of pyarrow: dozens of kinds
        log.warning("%s could not be taken in: %r", repo, error)
        raise DataError(_sentence(repo, error)) from error


class _Repo:
    """A data set's repository as it is now, whatever is changed there meanwhile."""

    def __init__(self, api, name: str):
        self.api, self.name = api, name
        info = api.dataset_info(name, expand=["sha", "cardData"], timeout=TIMEOUT)
        self.sha = info.sha
        self.card = info.card_data.to_dict() if info.card_data else {}

    def files(self, revision: str) -> dict[str, int]:
        """The paths of its files and their bytes."""
        tree = self.api.list_repo_tree(self.name, recursive=True, revision=revision, repo_type="dataset")
        listed = {entry.path: entry.size for entry in islice(tree, MOST_LISTED) if hasattr(entry, "size")}
        return {path: size for path, size in sorted(listed.items()) if _is_plain(path)}

    def open(self, path: str, revision: str):
        """A file to read anywhere in it, over the network."""
        from huggingface_hub import HfFileSystem

        hub = HfFileSystem(endpoint=self.api.endpoint, token=self.api.token, skip_instance_cache=True)
        return hub.open(f"datasets/{self.name}/{path}", revision=revision, block_size=BLOCK)

    def download(self, path: str, folder: Path):
        self.api.hf_hub_download(
            self.name, path, repo_type="dataset", revision=self.sha, local_dir=folder
        )  # fmt: skip


def _prepare(repo: _Repo, pile: Pile, out: Path, progress: Progress | None) -> Intake:
    files = repo.files(repo.sha)
    for revision, groups in _parquet_groups(repo, files):
        for group in groups:
            some = _spread(group, parquet.MOST_FILES)
            opened = [(path, repo.open(path, revision)) for path in some]
            with apart.Table(opened, repo.card, pile.limits) as table:
                if table.image:
                    if pile.choices.pairs in (*SIDES, *TWO_FOLDERS):
                        raise DataError(pairing.NO_TABLES)
                    notes = parquet.fill(pile, table.total, table.rows(), progress)
                    if len(group) > len(opened):
                        looked_at = f"{len(opened)} of its {len(group):,} files"
                        notes += (f"{looked_at} were looked at, spread over all of them.",)
                    return finish(pile, out, table.labels, notes)
    if not any(path.lower().endswith((*PICTURES, ".zip")) for path in files):
        raise DataError(f"{repo.name} holds no images that can be read here: no parquet file with a column "
                        "of images, no zip and no image files.")  # fmt: skip
    return _from_files(repo, files, pile, out, progress)


def _parquet_groups(repo: _Repo, files: dict[str, int]) -> Iterator[tuple[str, list[list[str]]]]:
    """Revisions and, for each, lists of parquet files that belong together, the likeliest first."""
    from huggingface_hub.errors import HfHubHTTPError

    paths = [path for path in files if path.endswith(".parquet")]
    if paths:
        yield repo.sha, _groups(paths, repo.card)
    try:
        converted = [path for path in repo.files(CONVERTED) if path.endswith(".parquet")]
    except HfHubHTTPError:  # there is no such branch
        return
    if converted:
        yield CONVERTED, _groups(converted, {})


def _groups(paths: list[str], card: dict) -> list[list[str]]:
    """By the card's configurations, the default one first; else by folder, or what stands for one."""
    groups = {}
    configs = [config for config in _listed(card.get("configs")) if isinstance(config, dict)]
    for config in sorted(configs, key=lambda c: (not c.get("default"), c.get("config_name") != "default")):
        chosen = [path for path in paths if any(fnmatch(path, p) for p in _patterns(config))]
        if chosen:
            groups[str(config.get("config_name"))] = chosen
    if not groups:
        for path in paths:
            groups.setdefault(path.split("/")[0] if "/" in path else "", []).append(path)
        groups = dict(sorted(groups.items(), key=lambda item: item[0] != "default"))
    return [_train_only(group) for group in islice(groups.values(), 4)]


def _patterns(config: dict) -> list[str]:
    """The globs of a configuration's files: data_files is a text, texts, or {"split", "path"} each."""
    found = []
    for item in _listed(config.get("data_files")):
        paths = item.get("path") if isinstance(item, dict) else item
        found += [str(path).replace("**", "*") for path in _listed(paths)]
    return found


def _listed(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


def _train_only(paths: list[str]) -> list[str]:
    """The training split where there is one: test images are for other people's measurements."""
    return [path for path in paths if re.search(r"(^|[/_.-])(partial-)?train", path)] or paths


def _from_files(repo: _Repo, files: dict[str, int], pile: Pile, out: Path, progress) -> Intake:
    listed = _train_only([path for path in files if path.lower().endswith(".zip")])
    listed += _train_only([path for path in files if path.lower().endswith(PICTURES)])
    chosen = _chosen(listed, files, pile.limits)
    if not chosen:
        most = f"{pile.limits.upload_bytes / 2**20:g} MB"
        raise DataError(f"The zips of {repo.name} hold more than {most}, which is too much to fetch.")
    said = [path for path in files if sheets.is_sheet(path) and files[path] <= sheets.most_bytes(pile.limits)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        _download(repo, [*said[: sheets.MOST_SHEETS], *chosen], Path(folder), progress)
        taken = [Path(folder)], pile.image_size, pile.channels, out, pile.limits, progress, pile.choices
        intake = own.prepare(*taken)
    if len(chosen) == len(listed):
        return intake
    note = f"Of its {len(listed):,} files {len(chosen):,} were fetched: as many as the limits allow."
    return replace(intake, notes=(note, *intake.notes))


def _download(repo: _Repo, paths: list[str], folder: Path, progress: Progress | None):
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        downloads = [pool.submit(repo.download, path, folder) for path in paths]
        for done, download in enumerate(downloads, 1):
            download.result()
            if progress:
                progress(done, len(paths))
    finally:
        pool.shutdown(cancel_futures=True)


def _chosen(paths: list[str], sizes: dict[str, int], limits: Limits) -> list[str]:
    """Zips, and pictures spread over all of them, as far as the limits go."""
    archives = [path for path in paths if path.lower().endswith(".zip")]
    pictures = _spread(paths[len(archives) :], min(MOST_PICTURES, limits.upload_files))
    chosen, size = [], 0
    for path in archives + _mixed(pictures):
        if size + sizes[path] <= limits.upload_bytes:
            chosen.append(path)
            size += sizes[path]
    return chosen


def _mixed(items: list) -> list:
    return [items[i] for i in np.random.RandomState(0).permutation(len(items))]


def _spread(items: list, most: int) -> list:
    """At most so many, evenly over the whole: what is sorted by kind keeps all kinds."""
    if len(items) <= most:
        return items
    return [items[int(i)] for i in np.linspace(0, len(items) - 1, most)]


def _is_plain(path: str) -> bool:
    return not path.startswith("/") and "\\" not in path and not names.is_litter(path)


def _sentence(repo: str, error: Exception) -> str:
    from huggingface_hub import errors

    offline = f" These work offline: {BUNDLED}."
    if isinstance(error, errors.GatedRepoError):
        return f"{repo} asks you to accept its terms on its page first, and then to run `hf auth login`."
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"There is no data set {repo} on the Hugging Face Hub, or it is a private one."
    if isinstance(error, errors.HFValidationError):
        return f"“{repo}” is not the name of a data set on the Hugging Face Hub: write owner/name."
    if isinstance(error, errors.OfflineModeIsEnabled):
        return f"{repo} can't be fetched while the Hub is switched off (HF_HUB_OFFLINE).{offline}"
    if isinstance(error, errors.HfHubHTTPError):
        return f"The Hugging Face Hub did not deliver {repo}: try again later.{offline}"
    return f"{repo} could not be fetched; the Hub or the network did not answer as it should.{offline}"
