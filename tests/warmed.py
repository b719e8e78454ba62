"""What forked runs find in memory: to unpack the default data and to have them classified takes a second."""

from gan.config import TrainConfig
from gan.data import load
from gan.measure import features

data = TrainConfig().data
features.measure(load(data).held_out.images[:64], data)
