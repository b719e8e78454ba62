"""Models on disk: a folder a model, its card, its training state; what a run leaves and what a page opens."""

from gan.checkpoint.attributes import (
    MOST_ATTRIBUTES,
    NamedDirection,
    find_attributes,
    has_names,
    read_attributes,
    write_card,
)
from gan.checkpoint.critics import Critic
from gan.checkpoint.directions import closed_form
from gan.checkpoint.folder import (
    ATTRIBUTES,
    CARD,
    CONFIG,
    MODEL,
    MOST_CONFIG,
    PREVIEW,
    SHARED,
    TRAINING,
    TRUNCATION,
    CheckpointError,
    config_text,
    digest,
    folder_of,
    list_models,
    read_facts,
    safe_name,
    write_facts,
)
from gan.checkpoint.forking import load_to_fork
from gan.checkpoint.inside import inside, load_unfolded
from gan.checkpoint.moments import (
    kept_moments,
    load_generator,
    load_moment,
    moment_file,
    save_moment,
)
from gan.checkpoint.state import (
    TrainState,
    load_state,
    load_training,
    save_state,
    save_training,
    training_facts,
)
from gan.checkpoint.store import (
    Companions,
    Loaded,
    Networks,
    Snapshot,
    check_weights,
    companions,
    encode,
    from_mean_style,
    generate,
    generate_styled,
    load_model,
    load_networks,
    mix,
    sample,
    save_model,
)
from gan.checkpoint.taught import taught_by, teach
from gan.checkpoint.translators import Returned, Translator, load_translator, translate
from gan.checkpoint.truncation import (
    MOST_TRUNCATION,
    Curve,
    draw_truncation,
    load_narrow,
    read_truncation,
)

__all__ = [
    "ATTRIBUTES", "CARD", "CONFIG", "MODEL", "MOST_ATTRIBUTES", "MOST_CONFIG", "MOST_TRUNCATION", "PREVIEW",
    "SHARED", "TRAINING", "TRUNCATION", "CheckpointError", "Companions", "Critic", "Curve", "Loaded",
    "NamedDirection", "Networks", "Returned", "Snapshot", "TrainState", "Translator", "check_weights",
    "closed_form", "companions", "config_text", "digest", "draw_truncation", "encode", "find_attributes",
    "folder_of", "from_mean_style", "generate", "generate_styled", "has_names", "inside", "kept_moments",
    "list_models", "load_generator", "load_model", "load_moment", "load_narrow", "load_networks",
    "load_state", "load_to_fork", "load_training", "load_translator", "load_unfolded", "mix", "moment_file",
    "read_attributes", "read_facts", "read_truncation", "safe_name", "sample", "save_model", "save_moment",
    "save_state", "save_training", "taught_by", "teach", "training_facts", "translate", "write_card",
    "write_facts",
]  # fmt: skip
