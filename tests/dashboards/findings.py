"""What attacks recovered, as a table."""

COLUMNS = ("An insider tries to find", "recovers", "a guess")


class Findings(list):
    """Rows of what was tried, what it recovered, and what a guess gets that knows only what is typical."""

    def __str__(self) -> str:
        rows = [COLUMNS, *self]
        widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        ]
        return "\n".join(["", "", lines[0], "-" * len(lines[0]), *lines[1:]])
