"""The README's picture: the live page of a running class of simulated students.

python -m benchmarks.picture docs/live.png
"""

import argparse
import json
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.site import fresh_product
from demo.product import Product
from testbed.chromium import FLAGS, find_chromium

WIDTH, HEIGHT = 1280, 1360


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
    with sync_playwright() as playwright, fresh_product() as product:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        take_picture(product, browser, arguments)
        browser.close()
    return 0


def take_picture(product: Product, browser: Browser, arguments: argparse.Namespace) -> None:
    demo = json.loads(product.manage("demo_class"))
    product.start_students(arguments.students, demo["join_code"])
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme="dark" if arguments.dark else "light",
        device_scale_factor=1.5,
    )
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
