"""The README's picture: the live page of a running class of simulated students.

python -m benchmarks.picture docs/live.png
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from demo.product import Product
from demo.redis_server import free_port
from tests.browser.chromium import FLAGS, find_chromium

SIZE = {"width": 1280, "height": 1360}


def main() -> int:
    parser = argparse.ArgumentParser(description="A picture of the live page.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=100, help="of class before the picture")
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_args()
    if not (chromium := find_chromium()):
        print("The picture needs Chrome or Chromium.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        surroundings = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with Product(Path(folder), port=free_port(), surroundings=surroundings) as product:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            _take(product, browser, arguments)
            browser.close()
    return 0


def _take(product: Product, browser: Browser, arguments: argparse.Namespace) -> None:
    demo = json.loads(product.manage("demo_class"))
    product.wait_until_ready()
    product.students(arguments.students, demo["join_code"])
    theme = "dark" if arguments.dark else "light"
    page = browser.new_page(viewport=SIZE, color_scheme=theme, device_scale_factor=1.5)
    page.goto(f"{product.url}/accounts/login/")
    page.fill("input[name=username]", demo["username"])
    page.fill("input[name=password]", demo["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{product.url}/")
    page.goto(demo["live_url"])
    time.sleep(arguments.seconds)
    page.screenshot(path=arguments.path)
    print(f"{arguments.path} shows {arguments.students} students after {arguments.seconds:g} s")


if __name__ == "__main__":
    sys.exit(main())
