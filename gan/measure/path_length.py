"""How smoothly a generator's images follow its latent: the perceptual path length of Karras et al. (2019).

LPIPS, a distance made to agree with people's eyes, between the images at the two ends of a very short step,
over the square of the step, averaged: the smaller, the smoother. Its two networks are fetched the first time,
see `weights`; nothing here happens on import.
"""

import numpy as np
import torch
from torch import Tensor, nn

from gan.measure import weights
from gan.measure.weights import LPIPS, VGG

STEP = 1e-4  # of the way from one latent to another


def path_length(G: nn.Module, latent_dim: int, told: np.ndarray | None = None, samples: int = 1000,
                cuda=False) -> float:  # fmt: skip
    """The mean over `samples` steps, along the sphere, from one random latent towards another.

    G takes z (n, latent_dim + width), with a row of `told` (m, width) that stays the same along a step, to
    images in [-1, 1], which are seen at 64 pixels. The lowest and the highest hundredth are left out, as in
    StyleGAN's own code.
    Raises WeightsError, a sentence, where the weights of LPIPS cannot be had.
    """
    import torch_fidelity

    weights.fetch(VGG, LPIPS)
    model = torch_fidelity.GenerativeModelModuleWrapper(_Ends(G, told), latent_dim, "normal", 0)
    found = torch_fidelity.calculate_metrics(
        ppl=True, input1=model, input1_model_num_samples=samples, cuda=cuda, verbose=False,
        batch_size=32, ppl_epsilon=STEP, ppl_z_interp_mode="slerp_any", ppl_sample_similarity_resize=64,
        ppl_sample_similarity_dtype="float32",  # whole numbers would not change over so short a step
        # its own way of leaving out the outermost calls numpy by an argument that numpy no longer has
        ppl_reduction="none", ppl_discard_percentile_lower=None, ppl_discard_percentile_higher=None,
    )  # fmt: skip
    lengths = found[torch_fidelity.KEY_METRIC_PPL_RAW]
    low, high = np.percentile(lengths, 1, method="lower"), np.percentile(lengths, 99, method="higher")
    return float(lengths[(low <= lengths) & (lengths <= high)].mean())


class _Ends(nn.Module):
    """G as LPIPS wants it: colour images with values from 0 to 255, of both ends of some steps."""

    def __init__(self, G: nn.Module, told: np.ndarray | None):
        super().__init__()
        self.G, self.told = G, told

    def forward(self, z: Tensor) -> Tensor:
        """z (2n, latent_dim), first all beginnings and then all ends -> (2n, 3, h, w)."""
        if self.told is not None and self.told.size:
            told = torch.from_numpy(self.told).to(z)[torch.arange(len(z) // 2) % len(self.told)]
            z = torch.cat([z, told.repeat(2, 1)], 1)
        return ((self.G(z).float() + 1) * 127.5).expand(-1, 3, -1, -1)
