"""What a run takes from its data: whether the model fits it, the labels that it is told, its two sides."""

from dataclasses import replace

import numpy as np
from numpy import ndarray

from gan.config import ALL_LABELS, LABELS_IF_ANY, TrainConfig
from gan.data import DataSet, sides, views
from gan.ranges import ConfigError
from gan.specs import MOST_CLASSES, MOST_COLUMNS, Label, Latent, Noise, Sides, Source


def fitted(config: TrainConfig, data: DataSet) -> TrainConfig:
    """`config` with what the data decide filled in: the labels it is told, how pictures became squares.

    Raises ConfigError where it does not fit the data.
    """
    has, wants = (data.image_size, data.channels), (config.model.image_size, config.model.channels)
    if has != wants:
        raise ConfigError(
            f"The model is for images of {wants[0]} pixels and {wants[1]} channels; "
            f"those of {data.title} have {has[0]} pixels and {has[1]}."
        )
    model = replace(config.model, fit=data.fit, cut_bars=data.cut_bars,
                    enlarged=views.grid_of(data.images) if config.native else 1)  # fmt: skip
    if isinstance(model.given, Source):
        views.check(model.given.view, data)
    if isinstance(model.given, Sides):
        model = replace(model, given=sides.chosen(model.given, data))
    if config.label == LABELS_IF_ANY:
        told = _fitting(data) and not config.has_encoder
        config = replace(config, label=ALL_LABELS if told else "")
    if not config.label or not isinstance(model.given, Noise):
        return replace(config, model=model)
    if not data.label_names:
        raise ConfigError(
            f"{data.title} has no labels for a conditional model: put the images into one folder per class, "
            "or choose another recipe."
        )
    columns = _columns(config.label, data)
    labels = tuple(Label(column, data.label_values[column]) for column in columns)
    model = replace(model, given=replace(model.given, labels=labels))
    return replace(config, label=",".join(columns), model=model)


def _columns(asked: str, data: DataSet) -> list[str]:
    """The label columns that someone names: by names or numbers from 1, with commas between, or all."""
    if asked == ALL_LABELS:
        if not (fit := _fitting(data)):
            raise ConfigError(f"No label of {data.title} has from 2 to {MOST_CLASSES} values.")
        return fit[:MOST_COLUMNS]
    named = [asked] if asked in data.label_names else [one.strip() for one in asked.split(",")]
    columns = [_column(one, data) for one in named]
    if len(set(columns)) < len(columns):
        raise ConfigError("Name each label only once.")
    return columns


def _column(asked: str, data: DataSet) -> str:
    numbered = dict(zip(map(str, range(1, len(data.label_names) + 1)), data.label_names, strict=True))
    column = asked if asked in data.label_names else numbered.get(asked, asked)
    if column not in data.label_names:
        there = ", ".join(data.label_names)
        raise ConfigError(f"{data.title} has no label “{column[:60]}”; there are {there}.")
    if not _fits(values := data.label_values[column]):
        most = MOST_CLASSES
        raise ConfigError(f"The label {column} has {len(values)} values; a model can take 2 to {most}.")
    return column


def _fitting(data: DataSet) -> list[str]:
    return [column for column in data.label_names if _fits(data.label_values[column])]


def _fits(values: tuple[str, ...]) -> bool:
    return 2 <= len(values) <= MOST_CLASSES


def rows(data: DataSet | None, given: Latent) -> ndarray | None:
    """The values of the labels that a model is told, for each image: (n, k) whole numbers.

    None where there are none, or the data is not there or does not have them any more.
    """
    columns = [data.column(label.column) if data else None for label in given.labels]
    there = [column for column in columns if column is not None]
    if not there or len(there) < len(columns):
        return None
    return np.stack(there, 1).astype(np.int64)


def dealt(data: DataSet, given: Latent) -> ndarray | None:
    """The labels that a sheet of samples shows, (n, k): of several those of the images of `data`, in order.

    None for one label or none: its values come in turn, which of several would show few of the later ones.
    """
    return rows(data, given) if len(given.labels) > 1 else None
