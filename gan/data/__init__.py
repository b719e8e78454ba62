"""Data sets as uint8 arrays and labels: the bundled ones, torchvision's, and people's own images."""

from gan.data.doctor import Doctor, examine
from gan.data.own import prepare
from gan.data.pairing import Pairing
from gan.data.pile import USUAL, Choices, Intake
from gan.data.registry import available, is_here, load
from gan.data.sets import DataError, DataInfo, DataSet
from gan.data.sources import for_command_line, take_in

__all__ = [
    "USUAL", "Choices", "DataError", "DataInfo", "DataSet", "Doctor", "Intake", "Pairing", "available",
    "examine", "for_command_line", "is_here", "load", "prepare", "take_in",
]  # fmt: skip
