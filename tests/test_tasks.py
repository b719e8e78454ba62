"""The seam: kinds of games that the Trainer has never heard of train, stop, resume, and are kept.

Three toys, each a spec, networks and a task, as small as can be: pairs with an L1 term; two sides translated
into each other with a pool and a cycle; a generator that grows.
"""

import inspect
from dataclasses import dataclass, field

import pytest
import torch
from small import from_disk, same, stepped
from torch import Tensor, nn

from gan import checkpoint, trainer
from gan.config import Control, TrainConfig
from gan.images import to_tensor, to_uint8
from gan.models import ImagePool
from gan.models.build import build_discriminator, build_generator, discriminator, generator, networks
from gan.specs import DiscriminatorSpec, GeneratorSpec, Given, ModelConfig
from gan.train.adversarial import Play
from gan.train.task import Batch, Task, task_of
from gan.trainer import Trainer, fit

PIXELS = 32


@dataclass(frozen=True)
class ToyPairs(Given):
    kind: str = field(default="toy-pairs", init=False)


@dataclass(frozen=True)
class ToySides(Given):
    kind: str = field(default="toy-sides", init=False)


@dataclass(frozen=True)
class ToyGrowth(Given):
    kind: str = field(default="toy-growth", init=False)


@dataclass(frozen=True)
class ToyG(GeneratorSpec):
    kind: str = field(default="toy", init=False)
    feature_maps: int = 4


@dataclass(frozen=True)
class ToyD(DiscriminatorSpec):
    kind: str = field(default="toy", init=False)


class Translator(nn.Module):
    """Images -> images, with noise of its own as dropout and style noise have it."""

    def __init__(self, width: int):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.ReLU(),
                                    nn.Conv2d(width, 3, 3, padding=1), nn.Tanh())  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


class Patches(nn.Module):
    """Images, and a source beside them if there is one -> logits (n, h, w)."""

    def __init__(self, channels: int):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(channels, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(4, 1, 3))

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        return self.layers(images if given is None else torch.cat([images, given], 1))[:, 0]


class Growing(nn.Module):
    """z (n, 4) -> images of full size at every level: the level is a buffer."""

    def __init__(self):
        super().__init__()
        self.small, self.large = nn.Linear(4, 3 * 8 * 8), nn.ConvTranspose2d(3, 3, 4, 4)
        self.register_buffer("level", torch.zeros(()))

    def forward(self, z: Tensor) -> Tensor:
        small = self.small(z).reshape(-1, 3, 8, 8)
        coarse = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
        return torch.tanh(coarse + self.level * self.large(small))


@generator.register
def _(spec: ToyG, model: ModelConfig) -> nn.Module:
    return Growing() if isinstance(model.given, ToyGrowth) else Translator(spec.feature_maps)


@discriminator.register
def _(spec: ToyD, model: ModelConfig) -> nn.Module:
    return Patches(6 if isinstance(model.given, ToyPairs) else 3)


@networks.register
def _(given: ToySides, model: ModelConfig):
    return ({"to_b": build_generator(model), "to_a": build_generator(model)},
            {"a": build_discriminator(model), "b": build_discriminator(model)})  # fmt: skip


class OnImages(Task):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.images = torch.tensor(self.dataset.train.images[:64], device=self.device)

    def drawn(self) -> Tensor:
        index = torch.randint(len(self.images), (self.config.batch,), generator=self.random)
        return to_tensor(self.images[index])

    def samples(self, generators):
        first = next(iter(generators.values()))
        with torch.no_grad():
            return to_uint8(first(grey(to_tensor(self.images[:4]))))


def grey(images: Tensor) -> Tensor:
    return images.mean(1, keepdim=True).expand_as(images)


class Pairs(OnImages):
    """Grey to colour."""

    def batch(self) -> Batch:
        target = self.drawn()
        source = grey(target)
        return Batch({"D": Play(target, self.generators["G"](source), source, source)})

    def auxiliary_loss(self, batch: Batch) -> Tensor:
        play = batch.plays["D"]
        return 100 * (play.fake - play.real).abs().mean()


class Sides(OnImages):
    """Upright to mirrored, drawn apart, with a pool on each side and a cycle."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.pools = {name: ImagePool(6, self.random) for name in "ab"}

    def batch(self) -> Batch:
        a, b = self.drawn(), self.drawn().flip(3)
        to_b, to_a = self.generators["to_b"], self.generators["to_a"]
        fake_a, fake_b = to_a(b), to_b(a)
        plays = {"a": Play(a, fake_a, older=self.pools["a"].swap(fake_a)),
                 "b": Play(b, fake_b, older=self.pools["b"].swap(fake_b))}  # fmt: skip
        return Batch(plays, {"cycle": (to_a(fake_b) - a).abs().mean() + (to_b(fake_a) - b).abs().mean()})

    def auxiliary_loss(self, batch: Batch) -> Tensor:
        return 10 * batch.parts["cycle"]

    def state(self):
        return {name: pool.state() for name, pool in self.pools.items()}

    def restore(self, state):
        for name, pool in self.pools.items():
            pool.restore(state[name], self.device)


class Growth(OnImages):
    def batch(self) -> Batch:
        z = torch.randn(self.config.batch, 4, generator=self.random)
        return Batch({"D": Play(self.drawn(), self.generators["G"](z))})

    def schedule(self, seen, networks):
        generators, _, averages = networks
        for side in (generators, averages):
            side["G"].level.fill_(min(1.0, seen / 64))

    def samples(self, generators):
        with torch.no_grad():
            return to_uint8(generators["G"](torch.eye(4)))


for given, task in ((ToyPairs, Pairs), (ToySides, Sides), (ToyGrowth, Growth)):
    task_of.register(given, lambda given, *rest, task=task: task(*rest))

KINDS = [ToyPairs, ToySides, ToyGrowth]


def config_of(given: type[Given], **changes) -> TrainConfig:
    model = ModelConfig(given=given(), generator=ToyG(), discriminator=ToyD())
    return TrainConfig(model=model, **{
        "batch": 8, "steps": 9, "seconds": 0, "precision": "float32", "device": "cpu", "measure_images": 0,
        "loss": "least-squares", "grid_images": 4,
    } | changes)  # fmt: skip


@pytest.mark.parametrize("given", KINDS)
def test_who_needs_a_latent_is_told_that_there_is_none(given):
    with pytest.raises(TypeError, match=f"a model that is given {given().kind} has no latent"):
        _ = config_of(given).model.latent


@pytest.mark.parametrize("given", KINDS)
def test_it_trains_stops_and_resumes_bit_for_bit_from_disk(given, tmp_path):
    whole = stepped(Trainer(config_of(given)), 5)
    resumed = from_disk(whole, tmp_path)
    assert same(whole, resumed)
    assert same(stepped(whole, 4), stepped(resumed, 4)) and resumed.step_count == 9
    assert not same(whole, stepped(Trainer(config_of(given)), 5))


@pytest.mark.parametrize("given", KINDS)
def test_it_tells_its_story_and_learns(given):
    events = list(fit(config_of(given, steps=40, g_lr=2e-3, d_lr=2e-3)))
    kinds = [type(event).__name__ for event in events]
    assert kinds[0] == "Started" and kinds[-1] == "Finished" and "Progress" in kinds
    grids = {event.step: event.images for event in events if type(event).__name__ == "Grid"}
    first, last = grids[0], grids[40]
    assert first.shape == last.shape == (4, PIXELS, PIXELS, 3) and (first != last).any()


@pytest.mark.parametrize("only, rests", [("D", "generators"), ("G", "discriminators")])
@pytest.mark.parametrize("given", KINDS)
def test_one_side_may_train_alone(given, only, rests):
    trainer = Trainer(config_of(given))
    before = {name: {key: value.clone() for key, value in getattr(trainer, name).named_parameters()}
              for name in ("generators", "discriminators")}  # fmt: skip
    trainer.control = Control(only=only)
    stepped(trainer, 2)
    for name, side in before.items():
        still = [torch.equal(value, dict(getattr(trainer, name).named_parameters())[key])
                 for key, value in side.items()]  # fmt: skip
        assert all(still) if name == rests else not all(still)


@pytest.mark.parametrize("given", KINDS)
def test_it_is_kept_and_comes_back(given, tmp_path):
    trainer = stepped(Trainer(config_of(given)), 3)
    checkpoint.save_model(tmp_path / "toy", trainer.snapshot())
    there = checkpoint.load_networks(tmp_path / "toy")
    assert there.facts.train == trainer.config and there.facts.steps == 3
    sides = (there.generators, trainer.averages), (there.discriminators, trainer.discriminators)
    for side, before in sides:
        assert side.keys() == dict(before.items()).keys()
        for name, network in side.items():
            assert not network.training
            for key, value in network.state_dict().items():
                assert torch.equal(value, before[name].state_dict()[key])


def test_an_average_grows_with_its_generator():
    trainer = stepped(Trainer(config_of(ToyGrowth)), 4)  # the fourth step begins after 24 images
    assert trainer.generators["G"].level == trainer.averages["G"].level == 24 / 64


def test_a_pool_gives_back_the_first_and_then_older_ones_half_the_time():
    pool, numbers = ImagePool(50, torch.Generator().manual_seed(0)), torch.arange(1050.0)
    images = numbers[:, None, None, None].requires_grad_()
    assert torch.equal(pool.swap(images[:50]), images[:50]) and len(pool.images) == 50
    shown = pool.swap(images[50:]).flatten()
    older = shown != numbers[50:]
    assert not shown.requires_grad and 0.45 < older.float().mean() < 0.55  # of 1,000, σ is 0.016
    assert (shown[older] < numbers[50:][older]).all()
    # every image is now shown once or still in the pool
    assert sorted([*shown.tolist(), *pool.images.flatten().tolist()]) == sorted(numbers.tolist())


def test_older_images_come_out_of_the_pool_and_only_d_sees_them():
    trainer = stepped(Trainer(config_of(ToySides)), 6)
    batch = trainer._batch(with_graph=True)
    for play in batch.plays.values():
        swapped = (play.older != play.fake).flatten(1).any(1)
        assert swapped.any() and not swapped.all() and not play.older.requires_grad
    pools = trainer.task.pools.values()
    assert all(len(pool.images) == 6 for pool in pools)


def test_the_trainer_has_never_heard_of_them():
    source = inspect.getsource(trainer)
    words = ("Noise", "latent", " classes", "labels", "encoder", '["G"]', '["D"]', '"E"', "Toy")
    assert not [word for word in words if word in source]
