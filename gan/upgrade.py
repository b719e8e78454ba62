"""Configs that older versions wrote, as today's would have written them: JSON to JSON, whatever it holds.

Format 1 had one flat table for a model, in which many fields meant nothing for its kind.
"""

from typing import Any

SHAPE = ("image_size", "channels", "fit", "cut_bars")
GIVEN = ("latent_dim", "latent")
GENERATOR = {"conv": ("feature_maps", "stem"), "mlp": ("feature_maps",)}
DISCRIMINATOR = {
    "conv": {"feature_maps": "feature_maps", "d_norm": "norm", "d_head": "head", "d_batch": "batch",
             "condition": "condition"},
    "mlp": {"feature_maps": "feature_maps", "d_norm": "norm", "d_head": "head", "d_batch": "batch",
            "condition": "condition"},
}  # fmt: skip
KNOWN = {*SHAPE, *GIVEN, "network", "encoder", "classes", "feature_maps", "stem",
         "d_norm", "d_head", "d_batch", "condition"}  # fmt: skip


def run(values: dict) -> dict:
    """The table of a TrainConfig of any format, in today's. What it does not understand it leaves."""
    model = values.get("model")
    if not isinstance(model, dict) or {"given", "generator", "discriminator"} & model.keys():
        return values
    return values | {"model": _model(model, values.get("label"))}


def _model(flat: dict, label) -> dict:
    network = str(flat.get("network", "conv"))
    generator, discriminator = GENERATOR.get(network, ()), DISCRIMINATOR.get(network, {})
    given: dict[str, Any] = {"kind": "noise-and-back" if flat.get("encoder") is True else "noise"}
    given |= {name: flat[name] for name in GIVEN if name in flat}
    if flat.get("classes"):
        given["labels"] = [{"column": label, "values": flat["classes"]}]
    return {name: flat[name] for name in SHAPE if name in flat} | {
        "given": given,
        "generator": {"kind": network} | {name: flat[name] for name in generator if name in flat},
        "discriminator": {"kind": network} | {new: flat[old] for old, new in discriminator.items()
                                              if old in flat},
    } | {name: value for name, value in flat.items()
         if name not in KNOWN or (name == "encoder" and not isinstance(value, bool))}  # fmt: skip
