"""The attention CNN in PyTorch: grey aligned faces in, two sets of logits and the region maps out.

A residual CNN reads the face, *dynamic region attention* pools K regions out of it, and *self-attention*
lets the regions, the grid of the CNN and a class token read each other. Nothing looks across the batch: a
face's logits are a function of that face alone.
"""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .labels import EXPRESSIONS, FER2013_LABELS

# Scores of places stay within +-2.5, so that one of 144 cells can hold at most half of a region map: without
# the cap the overlap penalty drives every map onto a single cell, which sees no context and tells people
# nothing.
SCORE_CAP = 2.5
# Standard deviations. Fewer than one pixel in a thousand lies beyond (a glint, a black corner), and int8
# would give them half of its steps.
FARTHEST = 3.5


@dataclass(frozen=True)
class NetworkConfig:
    """The shape of one network, which travels with its weights in card.json.

    input_size: side in pixels, a multiple of 8. Crops of another side are resized to it, so that larger
        teachers look at the same 48x48 faces.
    widths, blocks: channels and residual blocks of each stage; a stage halves the side of the one before.
    regions: how many places are attended to; 0 removes the region attention, as in the ablation.
    region_keys, region_values: width of each place's key, and of its value.
    attention_layers: 0 removes the self-attention, as in the ablation.
    """

    input_size: int = 48
    widths: tuple[int, ...] = (32, 64, 128, 256)
    blocks: tuple[int, ...] = (1, 3, 3, 1)
    regions: int = 6
    region_keys: int = 8
    region_values: int = 24
    token_width: int = 128
    attention_layers: int = 1
    attention_heads: int = 4
    dropout: float = 0.2

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "NetworkConfig":
        lists = {name: tuple(value) for name, value in facts.items() if isinstance(value, list)}
        return cls(**facts | lists)


class Prediction(NamedTuple):
    """What the network says about B faces."""

    expressions: Tensor  # (B, 8) logits over labels.EXPRESSIONS
    fer2013: Tensor  # (B, 7) logits over labels.FER2013_LABELS
    region_maps: Tensor  # (B, K, h, w), each map sums to 1 over h x w
    region_gates: Tensor  # (B, K), how much each region counted, 0..1


def standardise(crops: Tensor) -> Tensor:
    """Grey crops (B, S, S) of values 0..255 -> (B, 1, S, S) with mean 0 and deviation 1, cut at FARTHEST.

    Each face has its own mean and deviation, so that a dim webcam and a bright photograph look alike. The
    floor of 4 grey levels keeps a black frame from becoming amplified noise. ``forward`` calls this, in
    training and in serving.
    """
    crops = crops.float()
    centred = crops - crops.mean(dim=(1, 2), keepdim=True)
    deviation = (centred * centred).mean(dim=(1, 2), keepdim=True).sqrt()
    return (centred / deviation.clamp_min(4.0)).clamp(-FARTHEST, FARTHEST).unsqueeze(1)


def conv_norm(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, padding: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut around them (He et al. 2016, figure 2)."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = conv_norm(inputs, outputs, stride=stride, padding=1 if stride == 1 else 0)
        # An even side halves exactly when the missing row and column are added at the far end.
        self.pad = nn.Identity() if stride == 1 else nn.ZeroPad2d((0, 1, 0, 1))
        self.second = conv_norm(outputs, outputs, padding=1)
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else self._reduced(inputs, outputs, stride)

    @staticmethod
    def _reduced(inputs: int, outputs: int, stride: int) -> nn.Sequential:
        # Averaging before the 1x1 keeps every pixel; a strided 1x1 would drop three of four (He et al.
        # 2019, ResNet-D).
        pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        return nn.Sequential(pool, conv_norm(inputs, outputs, kernel=1, padding=0))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.second(F.relu(self.first(self.pad(x))))
        return F.relu(y + self.shortcut(x))


def residual_stage(inputs: int, outputs: int, *, blocks: int, stride: int) -> nn.Sequential:
    strides = [stride] + [1] * (blocks - 1)
    widths = [inputs] + [outputs] * (blocks - 1)
    return nn.Sequential(*(ResidualBlock(w, outputs, s) for w, s in zip(widths, strides, strict=True)))


class RegionAttention(nn.Module):
    """Dynamic region attention: K maps that depend on the face, and one gated token per map.

    Each place of the fine maps has a short key and a short value. A region's query is learned, plus a shift
    that is computed from the whole face, which makes the regions dynamic. The softmax of its scores over all
    places is the region map; the map-weighted mean of the values, widened, is the region's token. The gate of
    each region follows RAN (Wang et al. 2020, arXiv 1905.04075, equation 2).
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        fine, coarse = config.widths[1:3]
        width, side = config.token_width, config.input_size // 4
        self.regions, self.keys = config.regions, config.region_keys
        # Keys and values are this short because every number of the 144 places is moved in and out of
        # memory several times, which takes longer than the products.
        self.key_value = nn.Conv2d(fine, config.region_keys + config.region_values, 1)
        self.queries = nn.Parameter(torch.randn(config.regions, config.region_keys))
        self.shift = nn.Linear(coarse, config.regions * config.region_keys)
        self.place = nn.Parameter(torch.randn(config.regions, side * side) * 0.5)
        self.widen = nn.Linear(config.region_values, width)
        self.gate = nn.Linear(width, 1)

    def forward(self, fine: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        side = fine.shape[-1]
        keys, values = self.key_value(fine).flatten(2).tensor_split([self.keys], dim=1)  # (B, C, h*w) each
        context = coarse.mean(dim=(2, 3))
        queries = self.queries + self.shift(context).unflatten(1, (self.regions, -1))  # (B, K, C)
        scores = (queries * self.keys**-0.5) @ keys  # (B, K, h*w)
        scores = scores.float() + self.place
        maps = (SCORE_CAP * (scores / SCORE_CAP).tanh()).softmax(dim=-1)
        # The maps are linear, so the K means are widened and not the 144 places.
        tokens = self.widen(maps.to(values.dtype) @ values.transpose(1, 2))  # (B, K, D)
        gates = self.gate(tokens).sigmoid()  # (B, K, 1)
        return tokens * gates, maps.unflatten(2, (side, side)), gates.squeeze(2)


class SelfAttention(nn.Module):
    """Multi-head attention over the tokens of one face (Vaswani et al. 2017, equation 1).

    It is written out and does not call F.scaled_dot_product_attention: outputs agree to 5e-7, but the
    exporter writes ten more nodes for it, OpenVINO runs that graph no faster, and torch's FLOP counter does
    not see its products (docs/decisions).
    """

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, readers: Tensor, tokens: Tensor) -> Tensor:
        """(B, R, D): what each of the readers (B, R, D) takes from all tokens (B, N, D)."""
        query = self.query(readers).unflatten(2, (self.heads, -1)).transpose(1, 2)  # (B, H, R, D/H)
        key, value = self.key_value(tokens).unflatten(2, (2, self.heads, -1)).unbind(2)  # (B, N, H, D/H) each
        key, value = key.permute(0, 2, 3, 1), value.transpose(1, 2)  # (B, H, D/H, N), (B, H, N, D/H)
        weights = (query @ key * query.shape[-1] ** -0.5).softmax(dim=-1)  # (B, H, R, N)
        mixed = (weights @ value).transpose(1, 2).flatten(2)  # (B, R, D)
        attended: Tensor = self.out(mixed)
        return attended


class AttentionLayer(nn.Module):
    """Pre-norm transformer layer: self-attention, then a two-layer perceptron, each with a residual path."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        width = config.token_width
        self.attention_norm = nn.LayerNorm(width)
        self.attention = SelfAttention(width, config.attention_heads)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(approximate="tanh"), nn.Linear(2 * width, width)
        )

    def forward(self, tokens: Tensor, count: int | None = None) -> Tensor:
        """Tokens (B, N, D) -> the first ``count`` of them, or all, after each has attended to all tokens."""
        normed = self.attention_norm(tokens)
        attended: Tensor = self.attention(normed[:, :count], normed)
        readers = tokens[:, :count] + attended
        further: Tensor = self.mlp(self.mlp_norm(readers))
        return readers + further


class TokenReader(nn.Module):
    """Self-attention over a class token, the region tokens and the places of the last maps."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        grid_side = config.input_size // 2 ** len(config.widths)
        self.regions = config.regions
        self.grid = nn.Conv2d(config.widths[-1], config.token_width, 1)
        self.class_token = nn.Parameter(torch.zeros(1, 1, config.token_width))
        self.place = nn.Parameter(
            torch.randn(1, 1 + config.regions + grid_side**2, config.token_width) * 0.02
        )
        self.layers = nn.ModuleList(AttentionLayer(config) for _ in range(config.attention_layers))
        self.norm = nn.LayerNorm(config.token_width)

    def forward(self, grid: Tensor, regions: Tensor) -> Tensor:
        """(B, (1 + K) * D): class and region tokens, from the last maps (B, C, side, side) and K regions."""
        grid = self.grid(grid).flatten(2).transpose(1, 2)  # (B, side*side, D)
        class_token = self.class_token.expand(grid.shape[0], -1, -1).to(grid.dtype)
        tokens = torch.cat([class_token, regions.to(grid.dtype), grid], dim=1) + self.place.to(grid.dtype)
        *layers, last = self.layers
        for layer in layers:
            tokens = layer(tokens)
        # Nothing reads the grid's own tokens after this layer.
        readers: Tensor = self.norm(last(tokens, count=1 + self.regions))
        return readers.flatten(1)  # (B, (1 + K) * D)


class AttentionCNN(nn.Module):
    """The whole network.

    ``forward`` takes grey aligned crops (B, S, S) of any type, values 0..255, B >= 1, and returns a
    ``Prediction``. In eval mode, where batch norm uses its stored statistics, the logits of a face do not
    depend on the other faces.
    """

    def __init__(self, config: NetworkConfig | None = None):
        super().__init__()
        self.config = config = config or NetworkConfig()
        first = config.widths[0]
        # Norm and ReLU come after the pool, where they cost a quarter.
        self.stem = nn.Sequential(
            nn.Conv2d(1, first, 5, padding=2, bias=False),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.BatchNorm2d(first),
            nn.ReLU(),
        )
        inputs = (first, *config.widths)
        self.stages = nn.ModuleList(
            residual_stage(inputs[n], width, blocks=config.blocks[n], stride=1 if n == 0 else 2)
            for n, width in enumerate(config.widths)
        )
        self.region_attention = RegionAttention(config) if config.regions else None
        self.reader = TokenReader(config) if config.attention_layers else None
        self.dropout = nn.Dropout(config.dropout)
        self.expressions = nn.Linear(self._summary_width(), len(EXPRESSIONS))
        self.fer2013 = nn.Linear(self._summary_width(), len(FER2013_LABELS))

    def _summary_width(self) -> int:
        tokens = self.config.regions + (1 if self.config.attention_layers else 0)
        return self.config.widths[-1] + tokens * self.config.token_width

    def forward(self, crops: Tensor) -> Prediction:
        first, second, third, *rest = self.stages
        fine = second(first(self.stem(self._sized(standardise(crops)))))  # (B, 64, 12, 12)
        coarse = third(fine)  # (B, 128, 6, 6)
        top = coarse
        for stage in rest:
            top = stage(top)  # (B, 256, 3, 3)
        regions, maps, gates = self._regions(fine, coarse)  # (B, K, D), (B, K, 12, 12), (B, K)
        tokens = self.reader(top, regions) if self.reader else regions.flatten(1)
        summary = self.dropout(torch.cat([top.mean(dim=(2, 3)), tokens], dim=1))
        return Prediction(self.expressions(summary), self.fer2013(summary), maps, gates)

    def _sized(self, faces: Tensor) -> Tensor:
        side = self.config.input_size
        if faces.shape[-1] == side:
            return faces
        return F.interpolate(faces, size=(side, side), mode="bilinear", align_corners=False)

    def _regions(self, fine: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        if self.region_attention:
            attended: tuple[Tensor, Tensor, Tensor] = self.region_attention(fine, coarse)
            return attended
        batch, side = fine.shape[0], fine.shape[-1]
        width = self.config.token_width
        return fine.new_zeros(batch, 0, width), fine.new_zeros(batch, 0, side, side), fine.new_zeros(batch, 0)
