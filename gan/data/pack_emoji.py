"""Packs what make_emoji.mjs has drawn into emoji.npz.xz: python gan/data/pack_emoji.py RAW

Both drawings of an emoji stand one behind the other, the emoji in shuffled order. Blank ones and those of
mixed skin tones are left out.
"""

import io
import json
import lzma
import re
import sys
from pathlib import Path

import numpy as np

TONES = ("none", "light", "medium-light", "medium", "medium-dark", "dark")
MIXED = len(TONES)
SIDE = 64
PLAIN = 4  # standard deviation in levels below which a picture is blank


def tone(name: str) -> int:
    """The skin tone that an emoji's name says, as its place in TONES."""
    found = re.findall(r"(medium-light|medium-dark|light|medium|dark)-skin-tone", name)
    if len(set(found)) > 1:
        return MIXED
    return TONES.index(found[0]) if found else 0


def main(raw: str):
    said = json.loads(Path(f"{raw}.json").read_text())
    names, count = said["names"], len(said["names"])
    drawn = np.frombuffer(Path(raw).read_bytes(), np.uint8).reshape(2, count, SIDE, SIDE, 3)
    groups = sorted(set(said["groups"]))
    group, skin = np.array([groups.index(one) for one in said["groups"]]), np.array([*map(tone, names)])
    shows = (drawn.reshape(2, count, -1).std(2) >= PLAIN).all(0)
    kept = np.flatnonzero(shows & (skin < MIXED))
    kept = kept[np.random.RandomState(0).permutation(len(kept))]
    style = np.tile([0, 1], len(kept))
    out = io.BytesIO()
    np.savez(
        out,
        images=drawn[:, kept].swapaxes(0, 1).reshape(-1, SIDE, SIDE, 3),
        labels=np.stack([style, group[kept].repeat(2), skin[kept].repeat(2)], 1).astype(np.uint8),
        label_names=np.array(["style", "group", "skin"]),
        label_values=np.array(json.dumps({"style": ["noto", "twemoji"], "skin": TONES,
                                          "group": [one.lower() for one in groups]})),
        pair=np.arange(len(kept)).repeat(2).astype(np.uint16),
        names=np.array([names[one] for one in kept]),
    )  # fmt: skip
    packed = lzma.compress(out.getvalue(), preset=9 | lzma.PRESET_EXTREME)
    Path("emoji.npz.xz").write_bytes(packed)


if __name__ == "__main__":
    main(sys.argv[1])
