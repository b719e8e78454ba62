"""Alarms on runs whose numbers are made up to be just bad enough, and the cures that go with them."""

from dataclasses import replace

import numpy as np
import pytest

from gan.config import Control, TrainConfig, changed
from gan.events import Grid, Measured, Progress, Saved, Started
from gan.recipes import FAILURES, RECIPES, failing_config, recipe_config
from gan.runs.alarms import (
    CALM,
    DEAF,
    ENDS,
    GAP,
    INVERTED,
    LONG,
    RECOVERY,
    STEADY,
    STILL,
    STOOD,
    TWINS,
    VARIETY,
    WARM_IMAGES,
    WARM_SECONDS,
    alarms,
    ending,
    healthy_step,
    mended,
    noted,
    recovering,
)
from gan.runs.cures import BOTH_AGAIN
from gan.runs.view import RunView

NOTHING = np.zeros((1, 2, 2, 1), np.uint8)
STARTED = Started(TrainConfig(), "Data", 100, NOTHING, 1.0)


def progress(second: float, accuracy=0.6) -> Progress:
    return Progress(int(second * 10), 0, second, 100.0, 1.0, 1.0, accuracy, 0.1, -0.1)


def grid(second: float, variety=0.9) -> Grid:
    return Grid(int(second * 10), second, NOTHING, variety)


def measured(second: float, duplicates=0.0, lost=None, gap=0.0) -> Measured:
    step = int(second * 10)
    return Measured(step, second, 256, duplicates, {"frechet": 9.0}, lost or {}, gap)


def view(config=None, varieties=(), accuracies=(), measures=(), seconds=WARM_SECONDS * 2, **facts) -> RunView:
    """A run of so many seconds, healthy but for what is given of its last ones."""
    config = config or recipe_config("dcgan-small", loss="minimax", d_lr=2e-3, g_lr=2e-4, n_critic=3)
    accuracies = [0.6] * (LONG - len(accuracies)) + list(accuracies)
    varieties = [0.9, *varieties]
    return RunView(
        "id", config, "running", started=STARTED,
        progress=tuple(progress(seconds * i / LONG, a) for i, a in enumerate(accuracies, 1)),
        grids=tuple(grid(seconds * i / len(varieties), v) for i, v in enumerate(varieties, 1)),
        measured=tuple(measures), **facts,
    )  # fmt: skip


def kinds(run: RunView) -> list[str]:
    return [alarm.kind for alarm in alarms(run)]


def test_a_healthy_run_raises_none():
    calm = view(varieties=[0.8] * 3, accuracies=[0.7] * LONG, measures=[measured(s) for s in (5, 10, 15)])
    assert kinds(calm) == []


def test_samples_that_look_alike_three_times_are_a_collapse():
    bad = view(varieties=[VARIETY - 0.01] * 3)
    alarm = alarms(bad)[0]
    assert alarm.kind == "alike" and alarm.value == pytest.approx(0.49) and "49\xa0%" in alarm.saw
    assert kinds(view(varieties=[0.1, 0.1, VARIETY + 0.01])) == []
    assert kinds(view(varieties=[0.9, 0.1, 0.1])) == []


def test_the_alarm_says_which_of_two_failures_it_is():
    alike = {"varieties": [0.1] * 3}
    in_the_game, starved = view(**alike), view(**alike, accuracies=[1.0] * LONG)
    assert alarms(in_the_game)[0].title == "The samples look alike: mode collapse"
    assert alarms(starved)[0].title == "The samples look alike: vanishing gradients"
    balance = [{"loss": "non-saturating"}, {"d_lr": 2e-4}, {"n_critic": 1}]
    assert [cure.changes for cure in alarms(starved)[0].cures] == balance
    assert {"model": {"d_batch": "stddev"}} in [cure.changes for cure in alarms(in_the_game)[0].cures]
    gentle = view(recipe_config("modern"), **alike, accuracies=[1.0] * LONG)  # its slope does not vanish
    assert [alarm.title for alarm in alarms(gentle)] == ["The samples look alike: mode collapse"]


def test_a_generator_that_runs_ahead_is_held_back_first():
    ahead = view(failing_config("mode collapse"), varieties=[0.1] * 3)
    assert [cure.changes for cure in alarms(ahead)[0].cures] == [{"g_steps": 1}, {"g_lr": 5e-4}]


def test_samples_on_their_way_are_left_alone():
    rising = view(varieties=[0.2, 0.25, 0.3, 0.35])
    assert kinds(rising) == []
    stuck = view(varieties=[0.34, 0.35, 0.34, 0.35])
    assert kinds(stuck) == ["alike"]
    falling = [measured(5, 0.9), measured(10, 0.7)]
    assert kinds(view(measures=falling)) == []


def test_a_run_that_has_just_begun_is_left_alone():
    assert kinds(view(varieties=[0.1] * 3, seconds=WARM_SECONDS - 1)) == []


def slowly(seconds: float, steps: int, variety: float, **facts) -> RunView:
    """A run that has taken so few steps in so many seconds, its D always right and its samples alike."""
    run = view(seconds=seconds, accuracies=[1.0] * LONG, varieties=[variety] * 6, **facts)

    def at(event):
        return replace(event, step=int(event.seconds / seconds * steps))

    return replace(run, progress=tuple(map(at, run.progress)), grids=tuple(map(at, run.grids)))


def test_a_slow_machine_gets_as_many_steps_and_images():
    """A default run at step 60 after a minute: what its numbers say holds for every run at its start."""
    assert kinds(slowly(60, 60, 0.48)) == []
    enough = 1.2 * WARM_IMAGES / 64
    assert kinds(slowly(120, int(enough), 0.48)) == ["alike", "sure"]
    few = recipe_config("dcgan-small", batch=16)  # as many images are four times as many steps
    assert kinds(slowly(120, int(enough), 0.48, config=few)) == []
    assert kinds(slowly(120, int(4 * enough), 0.48, config=few)) == ["alike", "sure"]
    large = recipe_config("dcgan-small", batch=256)  # and few steps teach nothing, of however many images
    assert kinds(slowly(120, int(enough / 4), 0.48, config=large)) == []


def alike(seconds: float, **facts) -> RunView:
    run = view(varieties=[0.34] * 6, seconds=seconds, **facts)
    return replace(run, grids=tuple(replace(grid, variety=0.34) for grid in run.grids))


@pytest.mark.parametrize("origin", [{"parent": "x"}, {"parent": "x", "forked_at": 200}, {"alone_until": 1}])
def test_a_run_that_recovers_is_given_time_and_then_judged_like_any_other(origin):
    soon, late = alike(RECOVERY * WARM_SECONDS, **origin), alike(1.2 * RECOVERY * WARM_SECONDS, **origin)
    assert kinds(soon) == [] and recovering(soon)
    assert kinds(late) == ["alike"] and not recovering(late)
    anew = alike(1.2 * WARM_SECONDS)
    assert kinds(anew) == ["alike"] and not recovering(anew)


def test_a_fork_of_a_healthy_step_that_collapses_has_no_longer_grace():
    run = view(varieties=[0.1] * 6, parent="x", forked_at=200)
    assert kinds(run) == ["alike"] and not recovering(run)


def test_time_counts_anew_from_when_both_train_again():
    run = view(varieties=[0.1] * 6, alone_until=200)
    assert kinds(run) == [] and recovering(run)
    assert kinds(replace(run, control=Control(only="G"))) == ["alike"]


@pytest.mark.parametrize("only, rests", [("D", "generator"), ("G", "discriminator")])
def test_who_is_switched_off_is_not_blamed(only, rests):
    bad = view(varieties=[0.1] * 3, accuracies=[1.0] * LONG, control=Control(only=only),
               measures=[measured(s, 1.0, {}, 0.9) for s in (5, 10, 15)])  # fmt: skip
    assert kinds(bad) == ["alike", "twins", "sure", "by heart"]
    for alarm in alarms(bad):
        assert alarm.cures == (BOTH_AGAIN,)
        assert f"the {rests}, switched off by hand" in alarm.saw


def test_a_slope_held_down_helps_however_often_d_is_right():
    assert kinds(view(recipe_config("modern"), accuracies=[1.0] * LONG)) == []


def test_cures_start_from_the_rates_of_the_step_that_they_leave_from():
    saved = Saved(300, "m", "/m", states=(100, 200), rates=((2e-4, 2e-3), (3e-4, 4e-3)))
    run = view(varieties=[0.9, 0.9, 0.1, 0.1, 0.1], saved=saved, control=Control(g_lr=0.1, d_lr=0.1))
    assert healthy_step(run) == 100
    assert {"d_lr": 2e-4} in [cure.changes for cure in alarms(run)[0].cures]


def test_twins_are_seen_twice_before_they_are_told():
    assert kinds(view(measures=[measured(5, TWINS), measured(10, TWINS)])) == ["twins"]
    assert kinds(view(measures=[measured(5, 0.0), measured(10, 1.0)])) == []


def test_a_collapse_stands_until_its_samples_differ():
    falling = [measured(5, 0.9), measured(10, 0.7)]
    assert kinds(view(measures=falling)) == []
    collapsed = noted(view(varieties=[0.1] * 3))
    later = replace(view(measures=falling, seconds=60), spells=collapsed.spells)
    assert kinds(later) == ["twins"] and alarms(later)[0].name == "mode collapse"
    assert kinds(replace(later, measured=(measured(5, 0.9), measured(10, TWINS - 0.01)))) == []
    lost = {"hat": ("cap",)}
    fewer = [measured(s, clones, lost) for s, clones in ((24, 0.9), (30, 0.8), (36, 0.66))]
    clones = view(measures=[measured(18), *fewer])
    assert kinds(clones) == ["twins", "lost"]  # its headline is the collapse


def onward(run: RunView, seconds: float, variety: float, every=1.0) -> RunView:
    """`run` so much later, with as varied samples at each look."""
    begun = run.grids[-1].seconds
    for look in range(1, int(seconds / every) + 1):
        run = noted(replace(run, grids=(*run.grids, grid(begun + look * every, variety))))
    return run


def test_a_spell_lasts_as_long_as_its_alarm_and_another_begins_later():
    run = onward(view(), 8, 0.1)  # at its third look it is one
    [spell] = run.spells
    assert (spell.first, spell.last, spell.till - spell.since) == (330, 380, 5.0)
    assert spell.alarm.kind == "alike" and spell.alarm.cures
    run = onward(onward(run, 2, 0.9), 3, 0.1)
    assert [(one.first, one.last) for one in run.spells] == [(330, 430)]  # it was away for less than STEADY
    run = onward(onward(run, STEADY, 0.9), 3, 0.1)
    assert [(one.first, one.last) for one in run.spells] == [(330, 430), (520, 520)]


def test_every_failure_has_an_end():
    assert ENDS.keys() == FAILURES.keys()


@pytest.mark.parametrize("fails, accuracy", [("mode collapse", 0.6), ("vanishing gradients", 0.9)])
def test_a_run_that_is_to_fail_ends_once_its_alarm_has_stood(fails, accuracy):
    run = onward(
        view(fails=fails, accuracies=[accuracy] * LONG), STOOD + 2, 0.1
    )  # it comes at the third look
    assert run.spells[0].alarm.name == fails and not ending(run)
    run = onward(run, 1, 0.1)
    assert ending(run).endswith("stopped here, so that you can look at it and mend it.")
    assert not ending(replace(run, fails="")) and not ending(replace(run, control=Control(only="G")))
    assert not ending(onward(run, 1, 0.9))  # not at a look that finds it gone
    assert not ending(
        replace(run, fails="vanishing gradients" if fails == "mode collapse" else "mode collapse")
    )


def test_a_cure_has_helped_when_no_alarm_has_come_for_a_while():
    well = view(measures=[measured(20), measured(25)], parent="x")
    assert mended(well)
    for ill in (
        {"measured": ()},
        {"measured": (measured(25, TWINS),)},
        {"grids": (grid(30, VARIETY - 0.01),)},
    ):
        assert not mended(replace(well, **ill))
    assert not mended(view(measures=[measured(5)], seconds=WARM_SECONDS + CALM - 1))
    was = onward(well, 4, 0.1)
    soon = onward(was, CALM, 0.9)
    assert not alarms(soon) and not mended(soon) and mended(onward(soon, 1, 0.9))


def test_values_count_as_lost_only_after_they_were_there():
    gone = {"hat": ("beanie", "cap")}
    never = [measured(s, lost=gone) for s in (18, 24, 30, 36)]
    assert kinds(view(measures=never)) == []
    alarm = alarms(view(measures=[measured(18, lost={"hat": ("cap",)}), *never[1:]]))[0]
    assert alarm.kind == "lost" and alarm.value == 1
    assert "hat: beanie" in alarm.saw and "cap" not in alarm.saw


@pytest.mark.parametrize(
    ("lacks", "stands"),
    [("011", False), ("0111", True), ("01101", True), ("01110", True), ("011100", False), ("010101", False)],
)
def test_a_value_that_comes_and_goes_is_rare_and_not_lost(lacks, stands):
    """1 for a measure whose samples lack it: three of the last four make it lost."""
    measures = [
        measured(18 + 6 * i, lost={"hat": ("cap",)} if lack == "1" else {}) for i, lack in enumerate(lacks)
    ]
    assert kinds(view(measures=measures)) == (["lost"] if stands else [])


def test_mush_of_the_first_seconds_has_shown_nothing():
    gone = {"hat": ("beanie", "cap")}
    assert kinds(view(measures=[measured(5), *(measured(s, lost=gone) for s in (24, 30, 36))])) == []


def test_d_stuck_at_either_end():
    sure = alarms(view(accuracies=[1.0] * LONG))[0]
    assert sure.kind == "sure" and "100.0\xa0%" in sure.saw
    assert kinds(view(accuracies=[0.5] * LONG)) == ["blind"]
    assert kinds(view(accuracies=[1.0] * (LONG - 4) + [0.9] * 4)) == []
    critic = recipe_config("wgan")  # its score has no zero, and accuracy means nothing
    assert kinds(view(critic, accuracies=[1.0] * LONG)) == []


def test_d_that_knows_its_images_by_heart():
    alarm = alarms(view(measures=[measured(5, gap=GAP), measured(10, gap=0.8)]))[0]
    assert alarm.kind == "by heart" and "80\xa0%" in alarm.saw
    assert kinds(view(measures=[measured(5, gap=None), measured(10, gap=0.8)])) == []


def test_numbers_that_are_none():
    alarm = alarms(view(numbers=True))[0]
    assert alarm.kind == "numbers" and alarm.cures[0].changes["g_lr"] == pytest.approx(5e-5)


@pytest.mark.parametrize("recipe, kind, measure, limit, says", [
    ("pix2pix", "deaf", "own_answer", DEAF, "Only 59\xa0% of the results"),
    ("cyclegan", "still", "moved", STILL, "changes by 1.5 of 256 levels"),
    ("cyclegan", "inverted", "upright", INVERTED, "(correlation -0.31)"),
])  # fmt: skip
def test_what_a_translator_does_wrong_is_named_after_two_measures(recipe, kind, measure, limit, says):
    def run(*values):
        told = [replace(measured(s, gap=None), values={measure: one}) for s, one in enumerate(values, 5)]
        return alarms(view(recipe_config(recipe), measures=told, seconds=60))

    [alarm] = run(limit + 1, limit - 0.01, limit - 0.01)
    assert (alarm.kind, alarm.value) == (kind, limit - 0.01) and says in alarm.saw
    assert len(alarm.cures) > 1
    assert not run(limit - 0.01) and not run(limit - 0.01, limit + 0.01) and not run()


def test_a_cure_that_changes_nothing_is_not_offered():
    """Of a translator that learns from the answers alone nobody can make D count less."""
    told = [replace(measured(s, gap=None), values={"own_answer": 0.5}) for s in (5, 10)]
    [alarm] = alarms(view(recipe_config("pix2pix", gan_weight=0.0), measures=told, seconds=60))
    assert not [cure for cure in alarm.cures if "gan_weight" in cure.changes]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_cure_is_a_config_that_makes_sense_and_differs(recipe):
    config = recipe_config(recipe)
    bad = view(config, varieties=[0.1] * 3, accuracies=[1.0] * LONG, numbers=True,
               measures=[measured(s, 1.0, {}, 0.9) for s in (5, 10, 15)])  # fmt: skip
    for alarm in alarms(bad):
        assert alarm.cures, alarm.kind
        for cure in alarm.cures:
            assert changed(config, cure.changes) != config


def test_the_first_cure_for_a_starved_generator_is_the_other_loss():
    alarm = alarms(view(varieties=[0.1] * 3))[0]
    assert alarm.cures[0].changes == {"loss": "non-saturating"}
    assert {"d_lr": 2e-4} in [cure.changes for cure in alarm.cures]
    assert {"n_critic": 1} in [cure.changes for cure in alarm.cures]


def test_a_cure_leaves_from_the_last_kept_step_that_was_well():
    saved = Saved(300, "m", "/m", states=(100, 200, 300))
    run = view(saved=saved)
    run = replace(run, grids=(grid(9, 0.9), grid(19, 0.8), grid(29, 0.2)))
    assert healthy_step(run) == 200
    assert healthy_step(replace(run, grids=(grid(9, 0.2), grid(29, 0.2)))) == 0
