"""ProGAN: what a level is, how it fades in, and a run that can be resumed in the middle of it."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from small import from_disk, same, stepped, trained

from gan import checkpoint
from gan.config import Control, TrainConfig
from gan.knobs import turned
from gan.labels import latents
from gan.models import build_discriminator, build_generator, count_parameters
from gan.models.equalised import enlarged
from gan.models.progressive import ProgressiveDiscriminator, ProgressiveGenerator, growing
from gan.recipes import recipe_config
from gan.specs import ModelConfig, grown
from gan.studio import Studio
from gan.trainer import Trainer

SETS = {"pixel_faces": (32, 3), "open_peeps": (64, 3), "fashion_mnist": (28, 1)}


def smallest(data="pixel_faces", model=None, **changes) -> TrainConfig:
    """Eight images a step; 16 pixels a side, and so three levels, grow for 100 images."""
    size, channels = SETS[data]
    flat = {"feature_maps": 4, "latent_dim": 6, "growth_images": 100, "image_size": size,
            "channels": channels} | (model or {})  # fmt: skip
    return recipe_config("progan", flat, data=data, **{
        "batch": 8, "steps": 6, "seconds": 0, "precision": "float32", "device": "cpu", "measure_images": 0,
        "grid_images": 4,
    } | changes)  # fmt: skip


def put(network, level: int, alpha: float = 1.0):
    """`network` at that level."""
    network.level.fill_(level)
    network.alpha.fill_(alpha)
    return network


def pair(size=32, **changes) -> tuple[ProgressiveGenerator, ProgressiveDiscriminator]:
    torch.manual_seed(0)
    width = {"feature_maps": 8} | changes
    return ProgressiveGenerator(size, 6, **width), ProgressiveDiscriminator(size, **width)


# The course


def test_levels_come_in_shares_of_the_growth():
    # 32 pixels: 10 + 10 + 15 + 15 + 20 + 20 of 90 parts
    course = {0: (0, 1), 9: (0, 1), 10: (1, 0), 15: (1, 0.5), 20: (1, 1), 34: (1, 1), 35: (2, 0),
              38: (2, 0.2), 50: (2, 1), 69: (2, 1), 70: (3, 0), 80: (3, 0.5), 90: (3, 1),
              10**6: (3, 1)}  # fmt: skip
    for seen, (level, alpha) in course.items():
        assert grown(seen, 90, 4) == (level, pytest.approx(alpha)), seen
    assert grown(0, 0, 4) == (3, 1)  # nothing to grow over: full size
    assert [grown(seen, 1000, 3)[0] for seen in (0, 199, 200, 699, 700, 1000)] == [0, 0, 1, 1, 2, 2]


def test_fading_never_goes_back():
    course = [grown(seen, 500, 5) for seen in range(600)]
    passed = [level + alpha for level, alpha in course]
    assert passed == sorted(passed) and max(np.diff(passed)) < 0.04


# Networks


@pytest.mark.parametrize("size, levels", [(16, 3), (28, 4), (32, 4), (64, 5)])
@pytest.mark.parametrize("channels", [1, 3])
def test_images_are_of_full_size_at_every_level(size, levels, channels):
    G, D = pair(size, channels=channels)
    assert G.levels == D.levels == levels and G.stage() == (levels - 1, 1)
    for level in range(levels):
        for alpha in (1.0, *([0.3] if level else [])):
            images = put(G, level, alpha)(torch.randn(4, 6))
            assert images.shape == (4, channels, size, size)
            assert put(D, level, alpha)(images).shape == (4,)
        box = G.working // (4 << level)
        shown = torch.nn.functional.pad(put(G, level)(torch.randn(2, 6)), [G.margin] * 4)
        inner = shown[..., box:-box, box:-box]  # 28 pixels are cropped at the edge
        assert torch.equal(inner, enlarged(inner[..., ::box, ::box], box))


@pytest.mark.parametrize("level", [1, 2, 3])
def test_at_0_a_level_is_the_one_before_to_the_bit(level):
    G, D = pair()
    z, images = torch.randn(4, 6), torch.randn(4, 3, 32, 32)
    assert torch.equal(put(G, level, 0.0)(z), put(G, level - 1)(z))
    assert torch.equal(put(D, level, 0.0)(images), put(D, level - 1)(images))
    fading, new = put(G, level, 0.25)(z), put(G, level)(z)
    torch.testing.assert_close(fading, 0.75 * put(G, level - 1)(z) + 0.25 * new)


def test_a_level_that_has_come_in_leaves_the_old_ways_without_a_gradient():
    G, D = pair()
    put(D, 2)(put(G, 2)(torch.randn(4, 6))).sum().backward()
    for part in (G.to_rgb, D.from_rgb):
        assert [part[level].weight.grad is not None for level in range(4)] == [False, False, True, False]
    assert G.blocks[3][0].conv.weight.grad is None and D.blocks[2].keep.weight.grad is None
    put(D, 2, 0.9)(put(G, 2, 0.9)(torch.randn(4, 6))).sum().backward()
    assert G.to_rgb[1].weight.grad.any() and D.from_rgb[1].weight.grad.any()


def test_real_images_fade_as_generated_ones_do():
    _, D = pair(16)
    image = torch.arange(256.0).reshape(1, 1, 16, 16)
    means = image.reshape(1, 1, 4, 4, 4, 4).mean((3, 5))  # of 4x4 boxes
    before = means.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(put(D, 1, 0.25).faded(image), 0.75 * before + 0.25 * image)
    assert torch.equal(put(D, 1).faded(image), image) and torch.equal(put(D, 0).faded(image), image)
    twice = enlarged(image)  # pixel art, which a network on its own grid sees half as large
    torch.testing.assert_close(put(D, 1, 0.25).faded(twice), enlarged(0.75 * before + 0.25 * image))


def test_28_pixels_are_the_middle_of_32():
    small, large = pair(28)[0], pair(32)[0]
    large.load_state_dict(small.state_dict())
    z = torch.randn(2, 6)
    for level in range(4):
        crop = put(large, level)(z)[:, :, 2:30, 2:30]
        torch.testing.assert_close(put(small, level)(z), crop)


def test_parameters_count_by_hand():
    def conv(a: int, b: int, kernel=3) -> int:
        return kernel**2 * a * b + b

    G, D = ProgressiveGenerator(64, 100, 64), ProgressiveDiscriminator(64, 64)
    widths = [64, 64, 64, 32, 16]
    steps = list(pairwise(widths))
    first = 100 * 64 * 16 + 64 * 16 + conv(64, 64)
    assert count_parameters(G) == first + sum(conv(a, b) + conv(b, b) for a, b in steps) + sum(
        conv(a, 3, 1) for a in widths)  # fmt: skip
    last = conv(65, 64) + conv(64, 64, 4) + 64 + 1
    assert count_parameters(D) == last + sum(conv(b, b) + conv(b, a) for a, b in steps) + sum(
        conv(3, a, 1) for a in widths)  # fmt: skip


def test_every_place_of_every_map_has_a_mean_square_of_one():
    G, _ = pair()
    x = G.blocks[1](enlarged(G.blocks[0](G._seed(10 * torch.randn(4, 6)))))
    torch.testing.assert_close(x.square().mean(1), torch.ones(4, 8, 8), rtol=1e-3, atol=1e-3)


def test_the_critic_sees_whether_a_batch_is_alike():
    _, D = pair()
    one, others = torch.rand(1, 3, 32, 32), torch.rand(3, 3, 32, 32)
    alike, different = D(one.repeat(4, 1, 1, 1))[0], D(torch.cat([one, others]))[0]
    assert alike != different
    D.eval()
    torch.testing.assert_close(D(torch.cat([one, others]))[0], D(one)[0])


def test_a_class_is_told_to_both():
    G, D = pair(classes=2)
    z, y = torch.randn(1, 6).repeat(2, 1), torch.eye(2)
    images = G(torch.cat([z, y], 1))
    assert not torch.equal(images[0], images[1])
    logits = D.eval()(images[:1].repeat(2, 1, 1, 1), y)
    assert logits[0] != logits[1]


# Runs


def stage(trainer: Trainer) -> tuple[int, float]:
    """Of all of its networks."""
    sides = (trainer.generators, trainer.discriminators, trainer.averages)
    stages = [one.stage() for side in sides for one in growing(side)]
    assert len(stages) == 3 and len(set(stages)) == 1
    return stages[0]


def test_a_run_grows_on_both_sides_and_in_the_average():
    trainer = Trainer(smallest())
    assert stage(trainer) == (0, 1) and trainer.config.model.enlarged == 2
    grid = trainer.grid().images
    assert (grid == grid[:, ::8, ::8].repeat(8, 1).repeat(8, 2)).all()  # 4x4 pixels
    # of 100 images 20 stand at 4x4 and 20 fade, then 30 and 30
    stepped(trainer, 4)  # the last of them after 24 images
    assert stage(trainer) == (1, pytest.approx(0.2))
    stepped(trainer, 10)  # after 104
    assert stage(trainer) == (2, 1)


def test_real_images_fade_in_a_run():
    trainer = stepped(Trainer(smallest()), 4)
    numbers = torch.Generator()
    numbers.set_state(trainer.random.get_state())
    images = trainer.task.images[torch.randint(len(trainer.task.images), (8,), generator=numbers)]
    plain = images.permute(0, 3, 1, 2).float() / 127.5 - 1
    means = plain.reshape(8, 3, 4, 8, 4, 8).mean((3, 5)).repeat_interleave(8, 2).repeat_interleave(8, 3)
    shown = trainer._batch(with_graph=False).plays["D"].real
    torch.testing.assert_close(shown, 0.8 * means + 0.2 * plain)


def test_adam_begins_anew_with_a_level_and_only_then():
    trainer, counts = Trainer(smallest()), []
    for _ in range(14):
        trainer.step()
        first = trainer.generators["G"].network.first.weight
        counts.append(int(trainer.g_optimizer.state[first]["step"]))
    # level 1 is there from the fourth step on (24 images), level 2 from the tenth (72)
    assert counts == [1, 2, 3, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5]
    last = trainer.discriminators["D"].network.last.weight
    assert trainer.d_optimizer.state[last]["step"] == 5


@pytest.mark.parametrize("steps", [2, 3, 5, 9, 10, 13])
def test_it_resumes_bit_for_bit_from_disk(steps, tmp_path):
    whole = trained(smallest(), steps)  # before, at and in a fade, and after all
    resumed = from_disk(whole, tmp_path)
    assert stage(resumed) == stage(whole)
    assert same(stepped(whole, 3), stepped(resumed, 3))


@pytest.mark.parametrize(
    "changes", [{"label": "hat"}, {"model": {"latent": "uniform"}, "loss": "relativistic"}]
)
def test_so_does_one_with_other_parts(changes, tmp_path):
    whole = trained(smallest(**changes), 4)
    resumed = Trainer(whole.config, whole.state())
    assert same(stepped(whole, 2), stepped(resumed, 2))


def test_g_alone_does_not_grow_and_keeps_what_adam_knows():
    trainer = stepped(Trainer(smallest()), 4)
    before = {key: value.clone() for key, value in trainer.discriminators.named_parameters()}
    trainer.control = Control(only="G")
    stepped(trainer, 3)
    assert all(torch.equal(value, before[key]) for key, value in trainer.discriminators.named_parameters())
    first = trainer.generators["G"].network.first.weight
    assert stage(trainer) == (1, pytest.approx(0.6))  # as after the last step of D
    assert trainer.g_optimizer.state[first]["step"] == 4  # since level 1 came in


def test_d_alone_leaves_g_as_it_was():
    trainer = Trainer(smallest())
    before = {key: value.clone() for key, value in trainer.generators.named_parameters()}
    trainer.control = Control(only="D")
    stepped(trainer, 4)
    assert all(torch.equal(value, before[key]) for key, value in trainer.generators.named_parameters())


@pytest.mark.parametrize("data, steps", [("pixel_faces", 4), ("open_peeps", 14), ("fashion_mnist", 6)])
def test_it_is_kept_at_its_level_and_explored(data, steps, tmp_path):
    trainer = trained(smallest(data, measure_images=8), steps)
    assert trainer.measured().images == 8
    checkpoint.save_model(tmp_path / "m", trainer.snapshot())
    loaded = checkpoint.load_model(tmp_path / "m")
    z = latents(trainer.config.model.given, range(5))
    made = checkpoint.generate(loaded.G, z)
    assert np.array_equal(made, checkpoint.generate(trainer.averages["G"], z))
    assert [one.stage() for one in growing(loaded.G)] == [stage(trainer)]
    assert loaded.directions.shape == (6, 6) and np.isfinite(loaded.logits(made)).all()
    (info,) = Studio(tmp_path, "cpu").models()
    assert info.layers == 1 and info.image_size == SETS[data][0]


def test_drift_is_what_it_says():
    config = smallest(drift=0.5, gp_lambda=0.0, clip=0.1)
    drifting, plain = Trainer(config), Trainer(smallest(drift=0.0, gp_lambda=0.0, clip=0.1))
    a, b = (one._verdicts(one._batch(with_graph=False), penalise=False) for one in (drifting, plain))
    assert (a.loss - b.loss).item() == pytest.approx(0.5 * b.real.square().mean().item(), rel=1e-4)


def test_a_model_at_full_size_has_nothing_to_grow():
    flat = {"network": "progressive", "feature_maps": 4, "latent_dim": 6, "growth_images": 0}
    model = turned(ModelConfig(), flat)
    G, D = build_generator(model), build_discriminator(model)
    assert G.stage() == D.stage() == (3, 1) and not G.at(0) and G.stage() == (3, 1)
