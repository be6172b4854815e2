"""The site's own modules as one script, for a file without a server: each becomes a function of its own.

A browser loads no module beside a file. The modules use the two forms that are read here: named imports, and
exports of a function or a constant.
"""

import re
from functools import cache
from posixpath import dirname, join, normpath

from .documents import static_text

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


@cache
def script_of(entry: str) -> str:
    """Return a script that does what a module, such as js/exports/file.js, does with all that it imports."""
    modules: dict[str, str] = {}
    _collect(entry, modules)
    body = "\n".join(modules.values())
    return f'"use strict";\n(() => {{\nconst modules = {{}};\n{body}\n}})();'


def _collect(name: str, modules: dict[str, str]) -> None:
    if name in modules:
        return
    text = static_text(name)
    for _names, path in _IMPORT.findall(text):
        _collect(normpath(join(dirname(name), path)), modules)
    modules[name] = _as_function(name, text)


def _as_function(name: str, text: str) -> str:
    def bind(found: re.Match[str]) -> str:
        if not found[1]:
            return ""
        known = normpath(join(dirname(name), found[2]))
        return f'const {{{found[1].replace(" as ", ": ")}}} = modules["{known}"];'

    exported = [export[2] for export in _EXPORT.finditer(text)]
    body = _EXPORT.sub(r"\1", _IMPORT.sub(bind, text))
    return f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {", ".join(exported)} }};\n}})();'
