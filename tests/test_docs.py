"""What the documents name exists: files, links, headings, make targets and settings."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The changelog also names what is gone.
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")} - {ROOT / "CHANGELOG.md"})
FOLDERS = ("benchmarks", "classroom", "config", "dashboards", "demo", "docs", "emotion", "recipes", "static")
FOLDERS += ("activities", "api", "exports", "practice", "templates", "tests", "training", ".ci", ".github")
PATH = re.compile(r"(?:{})/[\w./*-]*[\w/*]".format("|".join(map(re.escape, FOLDERS))))
# Packages in which each folder has a task of its own.
OF_SEVERAL_PACKAGES = ("emotion", "dashboards", "static", "training")
# Folders that Django asks for, and those that .gitignore names.
NOT_OURS = {"migrations", "management", "templatetags", "node_modules", "runs", "run", "staticfiles", "shots"}
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
CODE = re.compile(r"`([^`\n]+)`")


def named_paths(text: str) -> Iterator[str]:
    """Yields the paths in code, which are relative to the root of the repository."""
    for code in CODE.findall(text):
        if code.startswith(tuple(f"{folder}/" for folder in FOLDERS)) and (found := PATH.match(code)):
            yield found[0]


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_path_that_a_document_names_exists() -> None:
    missing = [
        f"{document.relative_to(ROOT)}: {path}"
        for document in DOCUMENTS
        for path in named_paths(document.read_text())
        if not any(ROOT.glob(path.rstrip("/")))
    ]
    assert missing == []


def folders() -> Iterator[str]:
    """Yields the folders of the repository that somebody who reads `ls` would ask about."""
    for pattern in ("*/", *(f"{package}/*/" for package in OF_SEVERAL_PACKAGES), "static/js/*/"):
        for folder in sorted(ROOT.glob(pattern)):
            if folder.name not in NOT_OURS and (folder.name[0] not in "._" or folder.name == ".ci"):
                yield str(folder.relative_to(ROOT))


def test_the_architecture_names_every_folder() -> None:
    architecture = (ROOT / "docs/architecture.md").read_text()
    assert [folder for folder in folders() if f"{folder}/" not in architecture] == []


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    broken = []
    for document in DOCUMENTS:
        for target, anchor in LINK.findall(document.read_text()):
            found = (document.parent / target).resolve() if target else document
            if not found.exists() or (anchor and anchor not in anchors(found)):
                broken.append(f"{document.relative_to(ROOT)}: {target}#{anchor}")
    assert broken == []


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {word for document in DOCUMENTS for word in re.findall(r"`make ([a-z-]+)", document.read_text())}
    assert named <= targets


def test_every_setting_that_operations_names_is_read() -> None:
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", (ROOT / "docs/operations.md").read_text()))
    sources = "\n".join(
        path.read_text() for room in ("config", "demo") for path in (ROOT / room).glob("*.py")
    )
    # uvicorn reads this one itself.
    assert named - set(re.findall(r"[A-Z]+_[A-Z_]+", sources)) == {"FORWARDED_ALLOW_IPS"}


def test_every_decision_is_in_the_index_under_its_number() -> None:
    records = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    index = (ROOT / "docs/decisions/README.md").read_text()
    assert re.findall(r"^\| \[\d+\]\((.+?)\)", index, re.M) == records
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
