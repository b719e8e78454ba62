"""The training loop: exact resume, repeatable seeds, the moving average, what a step may change."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from small import OF_NOISE, same, stepped, trained

from gan import checkpoint
from gan import trainer as module
from gan.config import Control, TrainConfig, changed
from gan.devices import pick_device
from gan.events import Finished, Grid, Measured, Paused, Progress, Started
from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.specs import Label
from gan.train.adversarial import Verdicts
from gan.trainer import Trainer, TrainError, fit

SMALLEST = {"feature_maps": 4, "latent_dim": 8}
AGAIN = 6  # steps that a resumed run takes: more than from one lazy penalty to the next
SIZES = {"pixel_faces": (32, 3), "fashion_mnist": (28, 1), "open_peeps": (64, 3)}


def smallest(recipe="dcgan", data="pixel_faces", **changes) -> TrainConfig:
    size, channels = SIZES[data]
    changes = {
        "batch": 8,
        "steps": 6,
        "seconds": 0,
        "precision": "float32",
        "device": "cpu",
        "measure_images": 0,
    } | changes
    model = SMALLEST | {"image_size": size, "channels": channels}
    return recipe_config(recipe, model, data=data, grid_images=4, **changes)


@pytest.mark.parametrize("data", SIZES)
@pytest.mark.parametrize("recipe", OF_NOISE)
def test_every_recipe_trains_resumes_bit_for_bit_and_is_kept(recipe, data, tmp_path):
    """All steps in one go, and the last of them again from the state before."""
    # a resume shows in the first steps, if between two lazy penalties; that nothing runs away takes D many
    n_critic = smallest(recipe, data).n_critic
    steps = max(2 * AGAIN, {"fashion_mnist": 80, "pixel_faces": 28, "open_peeps": 12}[data] // n_critic)
    whole = trained(smallest(recipe, data, steps=steps), steps - AGAIN)
    resumed = Trainer(whole.config, whole.state())
    assert same(stepped(whole, AGAIN), stepped(resumed, AGAIN))
    assert resumed.step_count == steps
    assert resumed.images_seen == steps * 8 * whole.config.n_critic
    assert all(value.isfinite().all() for value in whole.state().tensors.values())
    facts = whole.progress(1.0)
    assert math.isfinite(facts.d_loss) and math.isfinite(facts.g_loss)

    checkpoint.save_model(tmp_path / "m", whole.snapshot())
    loaded = checkpoint.load_model(tmp_path / "m")
    pictures = checkpoint.sample(loaded, range(4))
    size, channels = SIZES[data]
    assert pictures.shape == (4, size, size, channels) and pictures.dtype == np.uint8
    assert np.isfinite(loaded.logits(pictures)).all()


def test_one_seed_is_one_run_and_another_another():
    assert same(trained(smallest(seed=0), 3), trained(smallest(seed=0), 3))
    assert not same(trained(smallest(seed=0), 3), trained(smallest(seed=1), 3))


def test_a_run_leaves_the_global_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    trained(smallest(), 2)
    assert torch.equal(torch.rand(3), expected)


def test_timing_the_precision_leaves_no_trace(monkeypatch):
    monkeypatch.setattr("gan.trainer.emulates_bfloat16", lambda: False)
    timed, plain = Trainer(smallest(precision="auto")), Trainer(smallest())
    assert timed.config.precision == "auto"
    timed.choose_precision()
    assert timed.config.precision in ("float32", "bfloat16")
    timed.change(precision="float32")
    assert same(timed, plain)
    timed.step()
    plain.step()
    assert same(timed, plain)


def test_a_processor_that_emulates_bfloat16_is_not_timed(monkeypatch):
    """A step of bfloat16 would take it seconds, and nobody would see a picture meanwhile."""
    monkeypatch.setattr("gan.trainer.emulates_bfloat16", lambda: True)
    trainer = Trainer(smallest(precision="auto"))
    monkeypatch.setattr(trainer, "step", None)
    trainer.choose_precision()
    assert trainer.config.precision == "float32"


def test_bfloat16_trains_too():
    trainer = trained(smallest("modern", precision="bfloat16"), 4)
    assert math.isfinite(trainer.progress(1.0).d_loss)


def test_the_first_step_is_the_one_worked_out_apart():
    """One step of plain DCGAN against a loop written as the textbooks write it."""
    config = smallest(ema_images=0)
    trainer = Trainer(config)
    reference = Trainer(config)
    trainer.step()

    G, D, random = reference.generators["G"], reference.discriminators["D"], reference.random
    index = torch.randint(len(reference.task.images), (8,), generator=random)
    real = reference.task.images[index].permute(0, 3, 1, 2) / 127.5 - 1
    z = torch.randn(8, 8, generator=random)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    g_adam = torch.optim.Adam(G.parameters(), 2e-4, (0.5, 0.999))
    d_adam = torch.optim.Adam(D.parameters(), 2e-4, (0.5, 0.999))
    fake = G(z)
    (bce(D(real), torch.ones(8)) + bce(D(fake.detach()), torch.zeros(8))).backward()
    d_adam.step()
    bce(D(fake), torch.ones(8)).backward()  # into D as well, as textbooks do; nobody reads that
    g_adam.step()
    for ours, theirs in ((trainer.generators["G"], G), (trainer.discriminators["D"], D)):
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            # Adam's first step is lr times the sign of the gradient: equal but where a gradient is about 0
            assert ((a - b).abs() < 1e-5).float().mean() > 0.99


def test_d_is_not_moved_by_gs_loss():
    trainer = Trainer(smallest(g_lr=1e-7, d_lr=2e-4))
    trainer._g_loss(trainer._batch(with_graph=True)).backward()
    assert all(p.grad is None for p in trainer.discriminators["D"].parameters())
    assert all(p.grad is not None for p in trainer.generators["G"].parameters())


def test_a_lazy_penalty_weighs_as_much_as_one_at_every_step():
    """On one and the same batch, the due step's loss holds the penalty times its interval."""
    lazy, eager = (Trainer(smallest("modern", penalty_every=every)) for every in (4, 1))
    none = Trainer(smallest("modern", r1_gamma=0.0, r2_gamma=0.0))
    for trainer in (lazy, eager, none):
        trainer._set_pace()
        for weight in trainer.discriminators["D"].parameters():
            weight.data.mul_(10)  # so steep that the penalty is no rounding error
    batch = eager._batch(with_graph=False)
    plain = none._verdicts(batch, penalise=True).loss
    once, fourfold = (trainer._verdicts(batch, penalise=True).loss - plain for trainer in (eager, lazy))
    assert once > 0 and fourfold.item() == pytest.approx(4 * once.item(), rel=1e-3)
    assert lazy._verdicts(batch, penalise=False).loss.item() == pytest.approx(plain.item(), rel=1e-6)
    due = []
    for _ in range(8):
        due.append(lazy._penalty_is_due())
        lazy.step()
    assert due == [True, False, False, False] * 2


def test_the_average_ramps_up_as_said():
    trainer = Trainer(smallest(ema_images=1000, ema_ramp=0.05))
    key = "layers.1.weight"
    before = trainer.averages["G"].state_dict()[key].clone()
    trainer.step()  # 8 images seen: half-life 0.4 images, a batch of 8 is 20 half-lives
    now = trainer.generators["G"].state_dict()[key]
    keep = 0.5 ** (8 / 0.4)
    torch.testing.assert_close(trainer.averages["G"].state_dict()[key], keep * before + (1 - keep) * now)
    average = trainer.averages["G"].state_dict()[key].clone()
    trainer.images_seen = 10**6 - 8  # ramp over: half-life 1000 images
    trainer.step()
    now, keep = trainer.generators["G"].state_dict()[key], 0.5 ** (8 / 1000)
    torch.testing.assert_close(trainer.averages["G"].state_dict()[key], keep * average + (1 - keep) * now)


def test_batch_norm_buffers_are_averaged_too_and_none_means_the_generator_itself():
    trainer = trained(smallest(ema_images=0), 3)
    for key, value in trainer.averages["G"].state_dict().items():
        assert torch.equal(value, trainer.generators["G"].state_dict()[key]), key
    assert trainer.averages["G"].state_dict()["layers.2.num_batches_tracked"] == 3


def test_fit_tells_its_story_in_order():
    events = list(fit(smallest(steps=5)))
    assert isinstance(events[0], Started) and isinstance(events[1], Grid) and events[1].step == 0
    assert isinstance(events[-1], Finished) and (events[-1].step, events[-1].reason) == (5, "steps")
    assert isinstance(events[-2], Grid) and events[-2].step == 5
    assert events[0].images == 18_000 and events[0].real.shape == (4, 32, 32, 3)
    assert any(isinstance(event, Progress) for event in events)
    assert not np.array_equal(events[1].images, events[-2].images)


def test_seconds_end_a_run_and_the_callers_time_does_not_count(monkeypatch):
    clock = iter(range(10**6))
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(clock))  # a step takes one second
    events = list(fit(smallest(steps=0, seconds=7)))
    assert events[-1].reason == "time" and 7 <= events[-1].seconds <= 9


@pytest.mark.parametrize(("asked", "taken"), [(1, 1), (0, 2)])
def test_a_run_takes_the_threads_that_were_asked_for(asked, taken):
    torch.set_num_threads(2)
    assert isinstance([*fit(smallest(steps=1, threads=asked))][-1], Finished)
    assert torch.get_num_threads() == taken


def test_closing_the_iterator_stops_and_loses_nothing():
    trainer = Trainer(smallest(steps=1000))
    events = fit(trainer.config, trainer)
    while not isinstance(next(events), Progress):
        pass
    events.close()
    resumed = Trainer(trainer.config, trainer.state())
    assert same(trainer, resumed) and resumed.step_count == trainer.step_count > 0


def test_a_run_that_blows_up_says_so():
    trainer = trained(smallest(), 1)
    with torch.no_grad():
        next(trainer.discriminators["D"].parameters()).fill_(float("nan"))
    trainer.step()
    with pytest.raises(TrainError, match="learning rate"):
        trainer.progress(1.0)


def test_accuracy_counts_the_right_side():
    trainer = Trainer(smallest())
    real, fake = torch.tensor([1.0, -1.0, 2.0, 3.0]), torch.tensor([1.0, -1.0, -1.0, -1.0])
    trainer.means.add(Verdicts(torch.tensor(0.0), real, fake), torch.tensor(0.0), 4)
    assert trainer.progress(1.0).d_accuracy == pytest.approx(0.75)
    paired = Trainer(smallest("modern"))
    # 1 > 1 and -1 > -1: no; 2 > -1 and 3 > -1: yes
    paired.means.add(Verdicts(torch.tensor(0.0), real + 9, fake + 9), torch.tensor(0.0), 4)
    assert paired.progress(1.0).d_accuracy == pytest.approx(0.5)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ConfigError, match="pixels"):
        Trainer(replace(smallest(), data="fashion_mnist"))
    with pytest.raises(ConfigError, match="no label"):
        Trainer(smallest("conditional", label="colour of the sea"))
    with pytest.raises(ConfigError, match=r"no mps|no cuda"):
        pick_device("mps" if not torch.backends.mps.is_available() else "cuda")


def test_a_critic_takes_its_steps_first_and_keeps_its_weights_in_bounds():
    trainer = trained(smallest("wgan", clip=0.01), 2)
    assert trainer.images_seen == 2 * 5 * 8
    assert max(weight.abs().max().item() for weight in trainer.discriminators["D"].parameters()) <= 0.01
    first = next(iter(trainer.d_optimizer.state.values()))
    assert first["step"] == 10 and next(iter(trainer.g_optimizer.state.values()))["step"] == 2


def test_a_generator_takes_more_steps_than_d_and_resumes():
    whole = trained(smallest(n_critic=2, g_steps=3), 2)
    taken = {name: next(iter(one.state.values()))["step"]
             for name, one in (("D", whole.d_optimizer), ("G", whole.g_optimizer))}  # fmt: skip
    assert taken == {"D": 4, "G": 6} and whole.images_seen == 2 * 2 * 8
    resumed = Trainer(whole.config, whole.state())
    assert same(stepped(whole, AGAIN), stepped(resumed, AGAIN))


def test_each_of_its_steps_has_other_images():
    """Two of them are not one at the same place twice: fresh noise, and D as it is after its own step."""
    trainer, seen = Trainer(smallest(g_steps=3)), []
    trainer.generators["G"].register_forward_hook(lambda G, given, made: seen.append(given[0].clone()))
    trainer.step()
    assert len(seen) == 3 and len({tuple(z[0].tolist()) for z in seen}) == 3


@pytest.mark.parametrize("only, moves, rests", [("D", "D", "G"), ("G", "G", "D")])
def test_one_network_may_train_alone(only, moves, rests):
    trainer = Trainer(smallest())
    before = trainer.state().tensors
    trainer.control = Control(only=only)
    trainer.step()
    now = trainer.state().tensors
    players = {**trainer.generators, **trainer.discriminators}
    weights = {name: [key for key, _ in players[name].named_parameters()] for name in "GD"}
    assert all(torch.equal(before[f"{rests}/{key}"], now[f"{rests}/{key}"]) for key in weights[rests])
    assert any(not torch.equal(before[f"{moves}/{key}"], now[f"{moves}/{key}"]) for key in weights[moves])


@pytest.mark.parametrize("only", ["", "D", "G"])
@pytest.mark.parametrize("recipe", ["dcgan", "unrolled", "bigan"])
def test_every_progress_tells_of_steps_that_were_taken(recipe, only, monkeypatch):
    """The last one too, though a grid and a measure have used up seconds since the one before."""
    monkeypatch.setattr(module, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(module, "MEASURE_SECONDS", 0.0)
    monkeypatch.setattr(module, "MEASURE_SHARE", float("inf"))
    trainer = Trainer(smallest(recipe, steps=3, grid_seconds=0.0, measure_images=8))
    trainer.control = Control(only=only)
    events = list(fit(trainer.config, trainer))
    told = [event for event in events if isinstance(event, Progress)]
    assert [event.step for event in told] == [1, 2, 3]
    assert [event.step for event in events if isinstance(event, Measured)] == [1, 2, 3]
    for event in told:
        assert event.d_loss and event.g_loss and event.real_logit and event.fake_logit
        assert event.images_per_second > 0


def test_what_an_earlier_sitting_left_unreported_is_no_speed_of_the_next_one():
    trainer = trained(smallest(steps=50), 49)
    last = next(event for event in fit(trainer.config, trainer) if isinstance(event, Progress))
    assert last.images_per_second * last.seconds == pytest.approx(8)


def test_a_paused_run_takes_single_steps_and_no_others():
    trainer = Trainer(smallest(steps=9))
    trainer.control = Control(paused=True)
    events = fit(trainer.config, trainer)
    kinds = [type(next(events)) for _ in range(4)]
    assert kinds == [Started, Grid, Paused, Paused] and trainer.step_count == 0
    trainer.control = Control(paused=True, single_steps=2)
    kinds = [type(next(events)) for _ in range(6)]
    assert kinds == [Progress, Grid, Progress, Grid, Paused, Paused] and trainer.step_count == 2
    trainer.control = Control(single_steps=2)
    assert [type(event) for event in events][-1] is Finished and trainer.step_count == 9


def test_pausing_changes_nothing_of_what_is_learnt():
    paused, plain = Trainer(smallest(steps=4)), trained(smallest(steps=4), 4)
    paused.control = Control(paused=True)
    for event in fit(paused.config, paused):
        if isinstance(event, Paused):
            singles = paused.control.single_steps + 1
            paused.control = Control(paused=paused.step_count < 2, single_steps=singles)
    assert same(paused, plain)


def test_learning_rates_may_change_while_it_runs():
    trainer = trained(smallest(), 1)
    trainer.change(g_lr=1e-3, d_lr=3e-3)
    trainer.step()
    assert trainer.g_optimizer.param_groups[0]["lr"] == 1e-3
    assert trainer.d_optimizer.param_groups[0]["lr"] == 3e-3


def test_rates_and_gamma_fall_along_a_cosine():
    noise = {"instance_noise": 0.4, "noise_images": 32}
    config = smallest("modern", anneal_images=64, lr_end=0.2, gamma_end=0.1, **noise)
    trainer, seen = Trainer(config), []
    for _ in range(9):
        trainer._set_pace()
        pace = trainer.objectives["D"].pace
        seen.append((trainer.d_optimizer.param_groups[0]["lr"] / config.d_lr, pace.gamma, pace.noise))
        trainer.step()
    rates, gammas, noise = zip(*seen, strict=True)
    assert rates[0] == 1 and rates[4] == pytest.approx(0.6) and rates[8] == pytest.approx(0.2)
    assert gammas[2] == pytest.approx(0.1 + 0.9 * (1 + math.sqrt(0.5)) / 2)
    assert gammas[8] == pytest.approx(0.1)
    assert noise[:5] == pytest.approx((0.4, 0.3, 0.2, 0.1, 0.0))


def test_a_fork_may_change_a_network_and_keeps_what_fits():
    before = trained(smallest(), 3)
    fork = Trainer(changed(before.config, {"model": {"d_batch": "stddev"}}), before.state())
    old, new = before.state().tensors, fork.state().tensors
    kept = [key for key in old if key.startswith(("G/", "average_G/", "D/layers"))]
    assert all(torch.equal(old[key], new[key]) for key in kept)
    assert new["D/head.last.0.weight"].shape[1] == old["D/head.last.0.weight"].shape[1] + 1
    assert fork.step_count == 3
    fork.step()
    other = Trainer(replace(before.config, optimizer="rmsprop"), before.state())
    other.step()  # its slots start anew


def test_a_fork_with_the_same_values_is_the_same_run():
    whole, half = trained(smallest(), 6), trained(smallest(), 3)
    fork = Trainer(replace(half.config, g_lr=2e-4), half.state())
    for _ in range(3):
        fork.step()
    assert same(whole, fork)


def test_a_conditional_run_takes_its_classes_from_the_data():
    trainer = Trainer(smallest("conditional", "fashion_mnist"))
    assert trainer.config.label == trainer.dataset.label_names[0]
    (label,) = trainer.config.model.given.labels
    assert label == Label(trainer.config.label, trainer.dataset.label_values[trainer.config.label])
    batch = trainer._batch(with_graph=False)
    play = batch.plays["D"]
    assert play.given_real.shape == (8, 10) and (play.given_real.sum(1) == 1).all()
    assert play.given_fake is play.given_real  # pairs of one class


def test_measures_come_live_and_say_what_they_saw():
    trainer = trained(smallest(measure_images=64), 2)
    event = trainer.measured()
    assert isinstance(event, Measured) and event.images == 64 and event.distance > 100
    assert event.duplicates == 1.0 and event.lost  # an untrained generator shows one thing only
    assert trainer.discriminators["D"].training and not trainer.averages["G"].training
