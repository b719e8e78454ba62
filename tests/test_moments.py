"""A run's model at a kept step: the same as a model that is kept at that step."""

import numpy as np
import pytest
from small import same, stepped, two_steps

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.checkpoint.state import save_state
from gan.config import changed
from gan.latent import Latent, seed_to_z
from gan.limits import Limits
from gan.recipes import recipe_config
from gan.runs.queue import Runs
from gan.studio import Studio
from gan.trainer import Trainer


def small(recipe, **settings):
    alike = {"batch": 4, "precision": "float32", "device": "cpu", "measure_images": 64}
    dim = {} if recipe in ("pix2pix", "cyclegan") else {"latent_dim": 7}
    return recipe_config(recipe, {"feature_maps": 4} | dim, **alike | settings)


def test_a_moment_draws_and_judges_as_the_model_kept_then(tmp_path):
    """A relativistic loss leaves D's zero open, and a moving average is not the network that trains."""
    trainer = stepped(Trainer(small("modern")), 3)
    save_state(tmp_path / "3.safetensors", trainer.state())
    checkpoint.save_model(tmp_path / "kept", trainer.snapshot())
    stepped(trainer, 2)
    moment = checkpoint.load_moment(tmp_path / "3.safetensors")
    kept = checkpoint.load_model(tmp_path / "kept")
    z = np.stack([seed_to_z(seed, 7) for seed in range(5)])
    np.testing.assert_array_equal(checkpoint.generate(moment.G, z), checkpoint.generate(kept.G, z))
    np.testing.assert_array_equal(moment.made(6, 1), kept.made(6, 1))
    real = kept.real(6, 1)
    np.testing.assert_array_equal(moment.real(6, 1), real)
    np.testing.assert_allclose(moment.logits(real), kept.logits(real), atol=1e-5)
    np.testing.assert_allclose(moment.real_logits, kept.real_logits, atol=1e-5)
    assert moment.zero == pytest.approx(kept.zero, abs=1e-5) and moment.facts.steps == 3


def test_what_is_no_state_is_a_sentence(tmp_path):
    (tmp_path / "9.safetensors").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="training state"):
        checkpoint.load_moment(tmp_path / "9.safetensors")
    with pytest.raises(CheckpointError, match="training state"):
        checkpoint.load_generator(tmp_path / "9.safetensors")


@pytest.mark.parametrize("recipe", ["modern", "bigan", "stylegan", "progan", "biggan"])
def test_its_generator_alone_is_the_same(tmp_path, recipe):
    """Whatever stands beside it: an encoder, a mean w, the level of a growing run, spectral norms."""
    save_state(tmp_path / "2.safetensors", stepped(Trainer(small(recipe)), 2).state())
    moment = checkpoint.load_moment(tmp_path / "2.safetensors")
    alone = checkpoint.load_generator(tmp_path / "2.safetensors")
    given = moment.facts.train.model.latent
    z = np.random.RandomState(0).randn(3, given.latent_dim + given.width).astype(np.float32)
    np.testing.assert_array_equal(checkpoint.generate(alone, z), checkpoint.generate(moment.G, z))


@pytest.fixture
def studio(tmp_path, forked):
    studio = Studio(tmp_path, "cpu")
    studio.runs.close()
    studio.runs = Runs(tmp_path, Limits(), two_steps)
    yield studio
    studio.runs.close()


def test_a_model_is_asked_at_the_kept_steps_of_its_run_and_at_no_other(studio):
    run = studio.runs.start(small("dcgan", name="made"))
    list(studio.runs.events(run))
    assert studio.moments("made") == (1,) and studio.runs.states_of("made") == (run, (1,))
    now, then = (studio.examples("made", "generated", 3, 5, step) for step in (None, 1))
    assert now.shape == then.shape == (3, 32, 32, 3) and (now != then).any()
    assert studio.score("made", list(now), 1)[0].logit != studio.score("made", list(now))[0].logit
    assert studio.heat("made", list(now), 1).shape == (3, 32, 32)
    assert len(studio.references("made", 1)[0]) == 64
    for step in (0, 2):
        with pytest.raises(ValueError, match=f"Step {step} of the run that made this model is no longer"):
            studio.score("made", list(now), step)


def test_points_are_drawn_through_training(studio):
    run = studio.runs.start(small("dcgan", name="made"))
    list(studio.runs.events(run))
    points = [Latent(3), Latent(3, moves=(2.0, -1.0))]
    drawn = studio.through_training("made", points)
    assert list(drawn) == [1, 2]
    z, _ = studio.points("made", points)
    np.testing.assert_array_equal(drawn[2], studio.generate("made", z))
    then = checkpoint.load_moment(studio.runs.state(run, 1))
    np.testing.assert_array_equal(drawn[1], checkpoint.generate(then.G, z))
    with pytest.raises(ValueError, match="has no styles"):
        studio.through_training("made", [Latent(3, psi=0.5)])


def test_a_model_of_no_run_that_is_known_has_no_moments(studio):
    checkpoint.save_model(studio.checkpoints / "old", Trainer(small("dcgan")).snapshot())
    assert studio.moments("old") == () and studio.runs.states_of("old") == ("", ())
    assert list(studio.through_training("old", [Latent(1)])) == [0]  # as it is kept, and no earlier


@pytest.mark.parametrize("recipe", ["dcgan", "bigan"])
def test_moments_may_be_kept_with_the_model_without_what_only_training_needs(studio, recipe):
    trainer, kept = Trainer(small(recipe)), studio.checkpoints / "old"
    for step in (2, 10):
        state = stepped(trainer, step - trainer.step_count).state()
        checkpoint.save_moment(kept, state)
    checkpoint.save_model(kept, trainer.snapshot())
    (kept / "moment-x.safetensors").write_bytes(b"")
    save_state(kept / "whole.safetensors", state)
    sizes = [path.stat().st_size for path in (checkpoint.moment_file(kept, 10), kept / "whole.safetensors")]
    assert sizes[0] < sizes[1] / 2
    assert studio.moments("old") == (2, 10)
    z = np.stack([seed_to_z(3, 7)])
    drawn = studio.through_training("old", [Latent(3)])
    assert list(drawn) == [2, 10]
    np.testing.assert_array_equal(drawn[10], studio.generate("old", z))
    then = studio.examples("old", "generated", 3, 5, 2)
    assert studio.score("old", list(then), 2)[0].logit != studio.score("old", list(then))[0].logit


@pytest.mark.parametrize("recipe", ["told", "bigan", "stylegan", "progan", "biggan", "pix2pix", "cyclegan"])
def test_a_model_without_a_training_state_is_trained_further(tmp_path, recipe):
    before = stepped(Trainer(small(recipe, data="pixel_faces")), 2)
    checkpoint.save_model(tmp_path, before)
    state = checkpoint.load_to_fork(tmp_path)
    fork = Trainer(changed(state.config, {"g_lr": 1e-4}), state)
    assert (fork.step_count, fork.images_seen, fork.config.g_lr) == (2, before.images_seen, 1e-4)
    for name, average in before.averages.items():
        assert same_weights(fork.generators[name], average) and same_weights(fork.averages[name], average)
    for name, D in before.discriminators.items():
        assert same_weights(fork.discriminators[name], D)
    assert not fork.g_optimizer.state and not fork.d_optimizer.state
    fork.step()
    assert fork.step_count == 3 and not same_weights(fork.averages, before.averages)


def same_weights(one, other) -> bool:
    there = other.state_dict()
    return all(value.equal(there[key]) for key, value in one.state_dict().items())


def test_one_with_a_training_state_goes_on_from_that(tmp_path):
    trainer = stepped(Trainer(small("told", data="pixel_faces")), 2)
    checkpoint.save_model(tmp_path, trainer)
    checkpoint.save_training(tmp_path, trainer.state())
    assert same(stepped(Trainer(trainer.config, checkpoint.load_to_fork(tmp_path)), 1), stepped(trainer, 1))
