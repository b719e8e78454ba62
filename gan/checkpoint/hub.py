"""Models to and from the Hugging Face Hub: a repository a model, holding what its folder holds.

Only the files that folder.py names travel, so nothing of a stranger's repository but weights, JSON, text
and one picture lands here; training states stay at home.
"""

import math
from pathlib import Path
from shutil import rmtree

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.checkpoint.sharing import shared, strip

MOST_BYTES = {  # of the files that are fetched
    checkpoint.CONFIG: checkpoint.MOST_CONFIG, checkpoint.CARD: 2**20, checkpoint.PREVIEW: 4 * 2**20,
    checkpoint.MODEL: 2**30, checkpoint.TRUNCATION: checkpoint.MOST_TRUNCATION,
    checkpoint.ATTRIBUTES: checkpoint.MOST_ATTRIBUTES,
}  # fmt: skip
# what the client's own errors derive from, whichever HTTP library it is built on
HTTPError = next(kind for kind in HfHubHTTPError.__mro__
                 if issubclass(kind, Exception) and kind.__name__ == "HTTPError")  # fmt: skip
REFUSALS = (HFValidationError, HfHubHTTPError, HTTPError, OfflineModeIsEnabled, OSError)


def pull(repo: str, checkpoints: Path, api: HfApi | None = None) -> str:
    """Fetches the model of repository "owner/name" into `checkpoints` and returns its name there.

    Raises CheckpointError, a sentence, where it cannot be had, is no model of this program's, or its name
    is taken; then nothing is left behind.
    """
    name = checkpoint.safe_name(repo.split("/")[-1])
    folder = checkpoints / name
    if folder.exists():
        raise CheckpointError(f"There is a model called {name} already; rename or remove it first.")
    aside = checkpoints / f".{name}"
    try:
        api = api or HfApi()
        _check_sizes(api, repo)
        api.snapshot_download(repo, local_dir=aside, allow_patterns=list(checkpoint.SHARED))
        checkpoint.load_networks(aside)  # of whatever kind
        strip(aside)
        rmtree(aside / ".cache", ignore_errors=True)
        aside.rename(folder)
    except CheckpointError as error:
        raise CheckpointError(f"{repo} holds no model that GAN Studio can read: {error}") from error
    except REFUSALS as error:
        raise CheckpointError(f"{repo} could not be fetched from the Hub: {_first_line(error)}") from error
    finally:
        rmtree(aside, ignore_errors=True)
    return name


def _check_sizes(api: HfApi, repo: str):
    """Nothing is fetched that could not be read here anyway. Raises CheckpointError."""
    for entry in api.list_repo_tree(repo):
        size = getattr(entry, "size", 0)  # a folder has none
        if size > MOST_BYTES.get(entry.path, math.inf):
            raise CheckpointError(f"{entry.path} is too large ({size / 1e6:,.1f} MB).")


def push(folder: Path, repo: str, api: HfApi | None = None, private: bool = False) -> str:
    """Uploads a model's folder to repository "owner/name", made if need be, and returns its address.

    Needs a token: `hf auth login`, or HF_TOKEN. Raises CheckpointError, a sentence.
    """
    checkpoint.read_facts(folder)
    api, files = api or HfApi(), shared(folder)
    try:
        address = api.create_repo(repo, private=private, exist_ok=True)
        operations = [CommitOperationAdd(name, content) for name, content in files.items()]
        api.create_commit(repo, operations, commit_message="A model trained with GAN Studio")
    except REFUSALS as error:
        raise CheckpointError(f"{folder.name} could not be put on the Hub: {_first_line(error)}") from error
    return str(address)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
