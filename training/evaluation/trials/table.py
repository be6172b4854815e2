"""The table of all trials."""

from collections.abc import Callable, Iterator

from tqdm import tqdm

from training.evaluation.trials import covered, detail, light, lowered, nobody, ordinary, still, turned
from training.evaluation.trials.rows import Inputs, Row, line

KINDS: tuple[Callable[[Inputs], Iterator[Row]], ...] = (
    ordinary.rows,
    turned.rows,
    still.rows,
    covered.rows,
    light.rows,
    detail.rows,
    nobody.rows,
    lowered.rows,
)
COLUMNS = ("kind", "case", "pictures", "n", "read % (95 %)", "of these right % (95 %)", "told instead, %")


def trials(inputs: Inputs) -> list[dict]:
    """``Row.as_dict`` of every row, in the order of KINDS."""
    return [
        row.as_dict()
        for rows in tqdm(KINDS, desc="trials", disable=None, leave=False)
        for row in rows(inputs)
    ]


def table(found: list[dict]) -> str:
    """The rows as a Markdown table, in percent."""
    rule = "| --- " * len(COLUMNS) + "|"
    return "\n".join([f"| {' | '.join(COLUMNS)} |", rule, *map(line, found)])
