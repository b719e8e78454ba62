"""What of a model is for others: its weights, config, card and preview, and nothing of this machine."""

from dataclasses import replace
from pathlib import Path

from gan.checkpoint import CARD, CONFIG, SHARED, config_text, read_facts
from gan.checkpoint import card as model_card
from gan.checkpoint.card import Facts
from gan.data import kept
from gan.system import files


def shared(folder: Path) -> dict[str, bytes]:
    """The files of a model that are for others, by name, without the paths that older ones hold.

    All but its training state, its history, and whom it belongs to. Raises CheckpointError or OSError.
    """
    found = {name: (folder / name).read_bytes() for name in SHARED if (folder / name).is_file()}
    if CONFIG not in found:
        return found
    facts = read_facts(folder)
    if (bare := without_paths(facts)) != facts:
        found[CONFIG] = config_text(bare)
        if CARD in found:
            found[CARD] = found[CARD].replace(facts.command.encode(), bare.command.encode())
    return found


def strip(folder: Path):
    """Lets a model that came from elsewhere name no file here. Raises CheckpointError or OSError."""
    for name, content in shared(folder).items():
        if name in (CONFIG, CARD):
            files.write(folder / name, content)


def without_paths(facts: Facts) -> Facts:
    """What may be known elsewhere."""
    train = replace(facts.train, data=kept.without_path(facts.train.data), start_from="")
    return replace(facts, train=train, command=model_card.without_paths(facts.command))
