"""Ask a running product something in a process of its own site, where Django and the database are at hand."""

import json
from typing import Any

from demo.product import Product


def run_script(product: Product, script: str) -> Any:
    """The value of what the script prints as JSON."""
    return json.loads(product.manage("shell", "--verbosity", "0", "--no-imports", "--command", script))


def call(product: Product, function: str, **arguments: Any) -> Any:
    """The result of a function of testbed/classes.py; arguments and result travel as JSON."""
    return run_script(
        product,
        f"import json\nfrom testbed import classes\n"
        f"arguments = json.loads({json.dumps(arguments)!r})\n"
        f"print(json.dumps(classes.{function}(**arguments)))",
    )
