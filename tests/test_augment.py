"""Differentiable augmentation against what the paper's text says of each change."""

import pytest
import torch

from gan.train import augment as module
from gan.train.augment import augment


def random(seed=0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_nothing_asked_changes_nothing():
    images = torch.randn(4, 3, 8, 8)
    assert augment(images, "", random()) is images


def test_brightness_moves_all_values_of_an_image_alike():
    change = module.brightness(torch.zeros(1000, 3, 2, 2), random())
    assert (change == change[:, :1, :1, :1]).all()
    assert -0.5 <= change.min() < -0.48 and 0.48 < change.max() <= 0.5


def test_saturation_keeps_the_grey_and_stretches_the_colour():
    images = torch.tensor([1.0, 0.0, -1.0]).reshape(1, 3, 1, 1).repeat(1000, 1, 2, 2)  # its grey is 0
    changed = module.saturation(images, random())
    share = changed[:, 0, 0, 0]
    torch.testing.assert_close(changed, images * share[:, None, None, None])
    assert 0 <= share.min() < 0.02 and 1.98 < share.max() <= 2
    grey = torch.randn(4, 1, 3, 3).repeat(1, 3, 1, 1)
    torch.testing.assert_close(module.saturation(grey, random()), grey)


def test_contrast_keeps_the_mean():
    images = torch.randn(1000, 3, 4, 4)
    changed = module.contrast(images, random())
    torch.testing.assert_close(changed.mean((1, 2, 3)), images.mean((1, 2, 3)), rtol=1e-4, atol=1e-5)
    share = changed.std((1, 2, 3)) / images.std((1, 2, 3))
    assert 0.5 <= share.min() < 0.51 and 1.49 < share.max() <= 1.501


def test_translation_moves_whole_images_by_up_to_an_eighth():
    images = torch.zeros(400, 1, 16, 16)
    images[:, 0, 8, 8] = 1
    moved = module.translation(images, random())
    assert (moved.sum((1, 2, 3)) == 1).all()
    places = moved.flatten(1).argmax(1)
    assert {int(p) // 16 for p in places} == {int(p) % 16 for p in places} == {6, 7, 8, 9, 10}


def test_what_comes_in_from_the_side_is_black_at_zero():
    moved = module.translation(torch.ones(200, 1, 16, 16), random())
    per_row = moved[:, 0].sum((1, 2))
    assert per_row.min() == 14 * 14 and per_row.max() == 256


def test_cutout_takes_a_square_of_half_the_side():
    cut = module.cutout(torch.ones(500, 2, 8, 8), random())
    holes = (cut == 0).sum((1, 2, 3)) // 2
    assert holes.max() == 16 and holes.min() < 16  # whole inside, and partly outside
    assert torch.equal(cut[:, 0], cut[:, 1])


@pytest.mark.parametrize("policy", ["color", "translation", "cutout", "color,translation,cutout"])
def test_gradients_reach_the_images_and_a_seed_holds(policy):
    images = torch.randn(4, 3, 16, 16, requires_grad=True)
    changed = augment(images, policy, random(3))
    assert changed.shape == images.shape
    changed.sum().backward()
    assert images.grad.abs().sum() > 0
    assert torch.equal(changed, augment(images, policy, random(3)))
    assert not torch.equal(changed, augment(images, policy, random(4)))
