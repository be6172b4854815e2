"""The Chrome or Chromium of this machine."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HEADLESS_SHELL = "chromium-headless-shell"
FLAGS = ["--disable-gpu", "--disable-background-networking"]
if os.geteuid() == 0:
    # Chromium's sandbox refuses root.
    FLAGS.append("--no-sandbox")


def find_chromium() -> str | None:
    if asked_for := os.environ.get("CHROMIUM"):
        return asked_for
    return next(filter(None, map(shutil.which, (*NAMES, *MACOS))), None)


def find_headless_shell() -> str | None:
    """The Chromium without windows, or the ordinary one: its windows take almost half of the CPU."""
    return None if "CHROMIUM" in os.environ else shutil.which(HEADLESS_SHELL)


def install_chromium() -> None:
    """Install Debian's package, if this user may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
        for command in (["apt-get", "update"], install):
            subprocess.run(command, env=environment, capture_output=True)
