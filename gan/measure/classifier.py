"""The small classifiers that the measures see with, and how one is trained on a data set's labels.

Train one with `python -m gan.measure.features pixel_faces --seconds 150`; they ship in
checkpoints/classifiers.
"""

import argparse
import json
import shlex
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy import ndarray
from safetensors.torch import save_file
from torch import Tensor, nn

from gan.data import DataSet, load
from gan.devices import emulates_bfloat16
from gan.images import to_tensor
from gan.ranges import within
from gan.specs import IMAGE_SIZES
from gan.system import tensors
from gan.system.reading import Spoilt, built, json_file, why
from gan.words import percent

FOLDER = Path(__file__).parents[2] / "checkpoints" / "classifiers"
BATCH = 128  # in training
AT_ONCE = 64  # images in use: the fastest on a CPU
THUMBNAIL = 8  # side in pixels of the small copy of the image that the features must be able to redraw
MOST_RECORD = 2**20  # bytes of what is said of one
SHIFT = 2  # pixels that a training batch is moved by at most


class ClassifierError(ValueError):
    """A classifier that cannot be read; its text is a sentence."""


@dataclass(frozen=True)
class ClassifierConfig:
    """All that is needed to build a Classifier again."""

    image_size: int
    channels: int
    labels: dict[str, list[str]]  # column -> its values; a column is a head
    width: int = 32  # channels of the first layer
    features: int = 96

    def __post_init__(self):
        if self.image_size not in IMAGE_SIZES or self.channels not in (1, 3):
            raise Spoilt("it is for images that there are not")
        for number, most in ((self.width, 512), (self.features, 4096), (len(self.labels), 256)):
            within("size of a classifier", number, 1, most)
        for values in self.labels.values():
            within("number of a label's values", len(values), 1, 256)


class Classifier(nn.Module):
    """Convolutions to 4x4, one linear layer to the features, one linear head a label column.

    A label says little of an image: features that serve labels alone are blind to the rest. So one more head
    redraws the image as a thumbnail. The features are normalised, mean 0 and variance 1 over the real images,
    so that their unit means the same in every classifier.
    """

    def __init__(self, config: ClassifierConfig):
        super().__init__()
        self.config = config
        w, d = config.width, config.features
        widths = [config.channels, w, 2 * w, 3 * w] + [3 * w] * (config.image_size > 32)
        self.body = nn.Sequential(*map(_halving, widths, widths[1:]), nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.features = nn.Sequential(nn.Linear(3 * w * 16, d), nn.BatchNorm1d(d, affine=False))
        self.heads = nn.ModuleList(nn.Linear(d, len(v)) for v in config.labels.values())
        self.thumbnail = nn.Linear(d, config.channels * THUMBNAIL**2)

    def forward(self, images: Tensor) -> Tensor:
        """(n, c, h, w) in [-1, 1] -> features (n, d)."""
        return self.features(self.body(images))

    def values(self, seen: Tensor) -> Tensor:
        """Features (n, d) -> the index of the likeliest value in each label column, (n, columns)."""
        return torch.stack([head(seen).argmax(1) for head in self.heads], 1)


def _halving(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
    )  # fmt: skip


@torch.inference_mode()
def in_batches(model: Classifier, images: ndarray, what: Callable[[Classifier, Tensor], Tensor]) -> ndarray:
    """`what(model, images)` of images (n, h, w, c) uint8, some at a time; ValueError for another size."""
    side, channels = model.config.image_size, model.config.channels
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (side, side, channels):
        raise ValueError(
            f"This classifier takes uint8 images (n, {side}, {side}, {channels}), "
            f"not {images.dtype} of shape {images.shape}."
        )
    starts = range(0, max(len(images), 1), AT_ONCE)  # no images give no rows, of the right width
    return torch.cat([what(model, to_tensor(images[i : i + AT_ONCE])) for i in starts]).numpy()


# Training


def train(data: DataSet, seconds: float, seed: int = 0) -> Classifier:
    """A classifier of the training split's labels, in eval mode; the learning rate falls to 0 by the end."""
    torch.manual_seed(seed)
    split = data.train
    values = {name: list(data.label_values[name]) for name in data.label_names}
    model = Classifier(ClassifierConfig(data.image_size, data.channels, values)).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=0.05)
    start, used = time.monotonic(), 0.0
    while used < 1:
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1.0, used * 20 + 0.02) * (1 - used)
        chosen = torch.randint(len(split.images), (BATCH,)).numpy()
        images, labels = to_tensor(split.images[chosen]), torch.from_numpy(split.labels[chosen]).long()
        with torch.autocast("cpu", torch.bfloat16, enabled=not emulates_bfloat16()):
            loss = _loss(model, images, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        used = (time.monotonic() - start) / seconds
    return model.eval()


def _loss(model: Classifier, images: Tensor, labels: Tensor) -> Tensor:
    images = _shifted(images)
    seen = model(images)
    wrong = sum(F.cross_entropy(head(seen), labels[:, i]) for i, head in enumerate(model.heads))
    thumbnail = F.adaptive_avg_pool2d(images, THUMBNAIL).flatten(1)
    return wrong + F.mse_loss(model.thumbnail(seen), thumbnail)


def _shifted(images: Tensor) -> Tensor:
    """The batch moved by up to SHIFT pixels each way, the edge drawn out: the exact place is no clue."""
    down, right = torch.randint(2 * SHIFT + 1, (2,)).tolist()
    h, w = images.shape[2:]
    return F.pad(images, (SHIFT,) * 4, mode="replicate")[:, :, down : down + h, right : right + w]


def accuracies(model: Classifier, data: DataSet) -> dict[str, float]:
    """Share of right answers in each label column, 0..1."""
    right = (in_batches(model, data.images, answers) == data.labels).mean(0)
    return dict(zip(data.label_names, right.tolist(), strict=True))


def answers(model: Classifier, images: Tensor) -> Tensor:
    """(n, c, h, w) in [-1, 1] -> the value of each label column, (n, columns)."""
    return model.values(model(images))


def load_from(folder: Path, name: str) -> Classifier:
    """What `save` kept, in eval mode on the CPU. Raises ClassifierError."""
    try:
        config = built(ClassifierConfig, json_file(folder / f"{name}.json", MOST_RECORD).get("config"))
        weights = folder / f"{name}.safetensors"
        header = tensors.header(weights)
        with tensors.without_memory():
            needed = tensors.kinds({"": Classifier(config)})[""]
        tensors.check(header.tensors, needed)
        model = Classifier(config)
        model.load_state_dict(tensors.load_all(weights, header.bytes))
    except Exception as error:  # whatever the files may be
        reason = why(error).rstrip(".")
        raise ClassifierError(f"The classifier of {name} cannot be read: {reason}.") from error
    return model.eval()


def save(model: Classifier, name: str, accuracy: dict[str, float], command: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), folder / f"{name}.safetensors")
    record = {"config": asdict(model.config), "held_out_accuracy": accuracy, "command": command}
    (folder / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m gan.measure.features", description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    data = load(options.data)
    model = train(data, options.seconds, options.seed)
    accuracy = accuracies(model, data.held_out)
    command = shlex.join(["python", "-m", "gan.measure.features", *arguments])
    save(model, data.name, accuracy, command, options.out)
    for column, share in accuracy.items():
        print(f"{column:16} {percent(share, 1)}")
