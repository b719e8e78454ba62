"""What may help a run that goes wrong: each cure is one change, with which the run may be forked."""

from dataclasses import dataclass, field

from gan.config import TrainConfig


@dataclass(frozen=True)
class Cure:
    """One change that may help, as a button says it."""

    label: str
    why: str
    changes: dict = field(hash=False)  # fields of TrainConfig, and under "model" of ModelConfig


NAMES = {  # of alarms, by kind; the title of one that is not here ends in its name
    "lost": "lost values", "sure": "a discriminator that is always right",
    "blind": "a discriminator that only guesses", "numbers": "losses that are no numbers",
    "by heart": "images learnt by heart", "deaf": "ignored sources",
    "still": "pictures left as they are", "inverted": "inverted colours",
}  # fmt: skip


@dataclass(frozen=True)
class Alarm:
    """Something that goes wrong, what shows it, and what may help; see gan.runs.alarms."""

    kind: str  # "alike", "twins", "lost", "sure", "blind", "numbers", "by heart", "deaf", "still", "inverted"
    title: str
    saw: str  # a sentence with the number
    value: float
    cures: tuple[Cure, ...]

    @property
    def name(self) -> str:
        """What has gone wrong, within a sentence."""
        return NAMES.get(self.kind) or self.title.rpartition(": ")[2]


BOTH_AGAIN = Cure("Let both train again", "Each of the two learns only from an opponent that answers.", {})


def against_collapse(config: TrainConfig) -> tuple[Cure, ...]:
    """Changes that keep a generator from settling on a few images, the likeliest help first."""
    if config.g_steps > 1:  # as long as it runs ahead, nothing else helps within two minutes
        once = Cure(
            "One step of G per step of D", "So that D keeps up with what G has learnt.", {"g_steps": 1}
        )
        slow = Cure("Give G the discriminator's learning rate", "So that G stops running ahead of D.",
                    {"g_lr": min(config.g_lr, config.d_lr)})  # fmt: skip
        return once, slow
    return (
        *against_starving(config),
        Cure(
            "Let D see the whole batch",
            "Minibatch standard deviation: D notices when all images are alike.",
            {"model": {"d_batch": "stddev"}},
        ),
        Cure(
            "Let G look three of D's steps ahead",
            "Unrolled GAN: G no longer chases one weak spot, but steps take several times as long.",
            {"unroll": 3},
        ),
    )


def against_strength(config: TrainConfig) -> tuple[Cure, ...]:
    if config.loss == "minimax":  # which stays flat, whatever D is told
        return against_starving(config)
    return (
        *against_starving(config),
        Cure(
            "Add noise to what D sees",
            "Instance noise: real and generated are harder to tell apart.",
            {"instance_noise": 0.2},
        ),
        Cure(
            "Smooth D's labels",
            "D's target for real images becomes 0.9 instead of 1.",
            {"label_smoothing": 0.1},
        ),
    )


def against_weakness(config: TrainConfig) -> tuple[Cure, ...]:
    return (
        Cure(
            "Twice the discriminator's learning rate",
            "So that it catches up.",
            {"d_lr": min(2 * config.d_lr, 0.1)},
        ),
        Cure("Two steps of D per step of G", "So that it catches up.", {"n_critic": 2}),
    )


def against_memory(config: TrainConfig) -> tuple[Cure, ...]:
    return (
        Cure(
            "Augment what D sees",
            "DiffAugment: D never sees the same image twice.",
            {"augment": "color,translation,cutout"},
        ),
        Cure(
            "Hold D's slope down", "R1 penalty on real images.", {"r1_gamma": max(1.0, 4 * config.r1_gamma)}
        ),
    )


def against_starving(config: TrainConfig) -> tuple[Cure, ...]:
    """Changes that give a generator a slope to follow again: neither of the two gets far ahead."""
    cures = []
    if config.loss == "minimax":
        cures.append(
            Cure(
                "A loss that does not go flat",
                "Non-saturating: the surer D is, the more G learns.",
                {"loss": "non-saturating"},
            )
        )
    if config.d_lr > 1.5 * config.g_lr:
        cures.append(
            Cure(
                "Give D the generator's learning rate",
                "So that neither gets far ahead.",
                {"d_lr": config.g_lr},
            )
        )
    if config.n_critic > 1 and not config.critic:
        cures.append(Cure("One step of D per step of G", "So that neither gets far ahead.", {"n_critic": 1}))
    if not cures:
        cures.append(
            Cure("Half the discriminator's learning rate", "So that G can follow.", {"d_lr": config.d_lr / 2})
        )
    return tuple(cures)


def against_deafness(config: TrainConfig) -> tuple[Cure, ...]:
    """Changes that make a translator go by its source."""
    return (
        Cure(
            "Let the answers count more",
            "L1 pulls each result to its own answer, and no other picture has that.",
            {"l1_weight": max(100.0, 3 * config.l1_weight)},
        ),
        Cure("Let D count half as much", "A result that only looks right costs more.",
             {"gan_weight": config.gan_weight / 2}),
        *against_starving(config),
    )  # fmt: skip


def against_standing_still(config: TrainConfig) -> tuple[Cure, ...]:
    """Changes that make a translator between two sides change something."""
    return (
        Cure("No identity loss", "It rewards leaving a picture as it is.", {"identity_weight": 0.0}),
        Cure("Half the weight of the way back", "What is left as it was comes back most easily.",
             {"cycle_weight": config.cycle_weight / 2}),
        Cure("Let D count twice as much", "It alone wants to see the other side.",
             {"gan_weight": 2 * config.gan_weight}),
    )  # fmt: skip


def against_inversion(config: TrainConfig) -> tuple[Cure, ...]:
    """Changes that make inverted colours costly: there and back again they cost nothing."""
    return (
        Cure("More identity loss", "A picture of the other side is to stay as it is, and so its colours do.",
             {"identity_weight": max(5.0, 2 * config.identity_weight)}),
        Cure("Begin from another seed", "Which way the colours go is settled in the first steps.",
             {"seed": config.seed + 1}),
    )  # fmt: skip
