"""Data sets as uint8 arrays and labels: the bundled ones, torchvision's, and people's own images."""

from gan.data.own import Intake, prepare
from gan.data.registry import available, load
from gan.data.sets import DataError, DataInfo, DataSet

__all__ = ["DataError", "DataInfo", "DataSet", "Intake", "available", "load", "prepare"]
