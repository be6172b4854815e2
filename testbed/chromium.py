"""The Chrome or Chromium of this machine, and how many cameras a page in it has on."""

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

# Runs before a page's own scripts and keeps the tracks of cameras; a copy of a track keeps its camera on too.
COUNT_CAMERAS = """{
  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  window.cameras = [];
  window.copies = [];
  const { clone } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.clone = function () {
    window.copies.push(clone.call(this));
    return window.copies.at(-1);
  };
  if (open) navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    window.cameras.push(...stream.getTracks());
    return stream;
  };
}"""
# How many cameras are on, as the browser reports.
CAMERAS_ON = (
    "Math.max(...[window.cameras, window.copies].map((tracks) =>"
    " tracks.filter((track) => track.readyState === 'live').length))"
)


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
