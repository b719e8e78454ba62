"""Configs that older versions wrote, as today's would have written them: JSON to JSON, whatever it holds.

Format 1 had one flat table for a model, in which many fields meant nothing for its kind. Later
convolutions could be `wider`: by as many times as the pixels of their images stand enlarged.
"""

from typing import Any

MOST_MAPS = 256  # there were then
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
    if not isinstance(model, dict):
        return values
    if not {"given", "generator", "discriminator"} & model.keys():
        return values | {"model": _model(model, values.get("label"))}
    networks = {side: _widened(model[side], model.get("enlarged", 1))
                for side in ("generator", "discriminator") if side in model}  # fmt: skip
    return values | {"model": model | networks}


def _widened(spec, times):
    """A network's table with its width as a number, where it was said by `wider`."""
    if not isinstance(spec, dict) or not isinstance(wider := spec.get("wider"), bool):
        return spec
    others = {name: value for name, value in spec.items() if name != "wider"}
    maps = spec.get("feature_maps")
    if wider and isinstance(maps, int) and isinstance(times, int):
        others["feature_maps"] = min(times * maps, MOST_MAPS)
    return others


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
