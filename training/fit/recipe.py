"""The recipe of a training run, and the names that earlier checkpoints and cards have for its parts."""

from dataclasses import asdict, dataclass, field
from types import MappingProxyType

from emotion.vision.network import NetworkConfig
from training.fit.mobilenet import MobileNetConfig

# Keys of checkpoints and cards that were written before version 0.2, and what they are called now.
RENAMED = MappingProxyType(
    {
        "average": "ema",
        "pace": "lr_scale",
        "light_stretch": "low_augmentation_fraction",
        "sharpness": "vote_power",
        "teaching": "distillation_weight",
        "trunk_pace": "backbone_lr_scale",
        "wanted_accuracy": "target_accuracy",
    }
)


@dataclass(frozen=True)
class Hyperparameters:
    """How a network is trained, whatever its shape."""

    epochs: int = 45
    """Passes over Training."""
    minutes: float | None = None
    """Ends the schedule by the clock instead of by epochs; such a run is not repeatable to the bit."""
    batch_size: int = 128
    """Faces in a step."""
    learning_rate: float = 2e-3
    """AdamW's largest learning rate, reached after the warmup; it falls to a hundredth along a cosine."""
    backbone_lr_scale: float = 1.0
    """The convolutions' share of the learning rate; less than 1 where they begin trained."""
    weight_decay: float = 0.05
    """Weight decay of all products; biases, norms, places and tokens have none."""
    warmup: float = 0.04
    """Share of the run in which the learning rate rises."""
    low_augmentation_fraction: float = 0.15
    """Share of the run, at its end, with little augmentation."""
    vote_power: float = 1.0
    """Above 1, targets are closer to each face's majority: vote counts are raised to this power."""
    fer2013_weight: float = 1.0
    """Weight of the loss with FER2013's labels, beside that with FER+'s votes."""
    label_smoothing: float = 0.1
    """Label smoothing of FER2013's single labels; votes are soft by themselves."""
    overlap_penalty: float = 0.2
    """Weight of the region maps' mean overlap in the loss."""
    distillation_weight: float = 0.7
    """The teachers' share of each target, where there are teachers."""
    views: int = 0
    """Slightly moved views of each picture whose mean answer teachers give; 0: of the picture itself."""
    ema_decay: float = 0.998
    """Decay of the exponential moving average of the weights, which is what is kept."""
    seed: int = 1
    """Seed of the random weights, the order of the faces and their augmentation."""


@dataclass(frozen=True)
class Recipe(Hyperparameters):
    """Hyperparameters, network and teachers of a run: kept in checkpoints, and compared on continuing."""

    network: NetworkConfig | MobileNetConfig = field(default_factory=NetworkConfig)
    teachers: tuple[str, ...] = ()
    """SHA-256 of the teachers' files."""

    def as_dict(self) -> dict:
        return asdict(self)


def with_current_names(facts: dict) -> dict:
    """The content of a checkpoint or card of any version, with the keys of this version at every depth."""
    return {RENAMED.get(name, name): _renamed(value) for name, value in facts.items()}


def _renamed(value: object) -> object:
    if isinstance(value, dict):
        return with_current_names(value)
    return [_renamed(one) for one in value] if isinstance(value, list) else value
