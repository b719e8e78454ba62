"""The measures that papers report, in the features of the Inception network of 2015, through torch-fidelity.

Its weights are fetched from the network the first time, see `weights`; nothing here happens on import.
"""

import sys

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor

from gan.measure import weights
from gan.measure.weights import INCEPTION

FEATURES, LOGITS = "2048", "logits_unbiased"  # layers, by torch-fidelity's names
SUBSET = 1000  # images of a subset that the kernel distance is averaged over, as usual


def measure(real: ndarray, sets: dict[str, ndarray], cuda=False) -> dict[str, dict[str, float]]:
    """For each of the sets of images, against the real ones: "fid", "kid" and "inception_score".

    Images (n, h, w, c) uint8 of any size, at least 10; grey ones are seen as colour. Papers take 50,000
    images; of 2,000 the Fréchet distance comes out larger, while the kernel distance does not depend on their
    number. Raises WeightsError, a sentence, where the network's weights cannot be had.
    """
    from torch_fidelity.utils import create_feature_extractor

    (path,) = weights.fetch(INCEPTION)
    inception = create_feature_extractor(
        "inception-v3-compat", [FEATURES, LOGITS], cuda=cuda, feature_extractor_weights_path=str(path),
        verbose=False,
    )  # fmt: skip
    seen_real = _seen(inception, real, cuda)
    return {name: _compared(seen_real, _seen(inception, images, cuda)) for name, images in sets.items()}


def _seen(inception: torch.nn.Module, images: ndarray, cuda: bool) -> dict[str, Tensor]:
    from torch_fidelity.utils import get_featuresdict_from_dataset

    return get_featuresdict_from_dataset(
        _Pictures(images), inception, batch_size=32, cuda=cuda, save_cpu_ram=True, verbose=sys.stderr.isatty()
    )


def _compared(real: dict[str, Tensor], fake: dict[str, Tensor]) -> dict[str, float]:
    from torch_fidelity import metric_fid, metric_isc, metric_kid

    statistics = [metric_fid.fid_featuresdict_to_statistics(seen, FEATURES) for seen in (fake, real)]
    subset = min(SUBSET, len(real[FEATURES]), len(fake[FEATURES]))
    kid = metric_kid.kid_featuresdict_to_metric(fake, real, FEATURES, kid_subset_size=subset, verbose=False)
    score = metric_isc.isc_featuresdict_to_metric(fake, LOGITS, verbose=False)
    return {
        "fid": metric_fid.fid_statistics_to_metric(*statistics, verbose=False)[metric_fid.KEY_METRIC_FID],
        "kid": kid[metric_kid.KEY_METRIC_KID_MEAN],
        "inception_score": score[metric_isc.KEY_METRIC_ISC_MEAN],
    }


class _Pictures(torch.utils.data.Dataset):
    """Images as torch-fidelity takes them: (3, h, w) uint8 each."""

    def __init__(self, images: ndarray):
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> Tensor:
        image = self.images[i].transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(np.broadcast_to(image, (3, *image.shape[1:]))))
