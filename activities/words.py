"""When two words are the same."""

import unicodedata


def folded(text: str) -> str:
    """Return the word without case, accents and punctuation around it."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    bare = unicodedata.normalize("NFKC", letters).strip()
    stripped = bare.strip("".join({char for char in bare if unicodedata.category(char).startswith("P")}))
    # A word of punctuation only is itself.
    return stripped or bare
