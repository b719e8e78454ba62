"""In the places of Inception and of LPIPS, by torch-fidelity's own interfaces."""

import torch
from torch import nn
from torch_fidelity import FeatureExtractorBase, SampleSimilarityBase


class FewMeans(FeatureExtractorBase):
    """In Inception's place: twelve means as features, three of them as logits."""

    def __init__(self, name, features_list, feature_extractor_weights_path=None, **_):
        super().__init__(name, features_list)
        assert feature_extractor_weights_path == "there"

    @staticmethod
    def get_provided_features_list():
        return "2048", "logits_unbiased"

    @staticmethod
    def get_default_feature_layer_for_metric(metric):
        return {"isc": "logits_unbiased"}.get(metric, "2048")

    def forward(self, images):
        assert images.dtype == torch.uint8 and images.shape[1] == 3
        means = nn.functional.adaptive_avg_pool2d(images.float() / 50, 2).flatten(1)
        return tuple(means if name == "2048" else means[:, ::4] for name in self.features_list)


class Squares(SampleSimilarityBase):
    """In the place of LPIPS: the mean square difference."""

    def __init__(self, name, sample_similarity_resize=None, sample_similarity_dtype=None, **_):
        super().__init__(name)
        assert sample_similarity_resize == 64 and sample_similarity_dtype == "float32"

    def forward(self, a, b):
        assert a.shape[1] == 3 and a.dtype == torch.float32
        return (a.double() - b.double()).square().mean((1, 2, 3))
