"""The settings that the demo gives the product."""

import json
import urllib.request
from pathlib import Path

import pytest

from demo.__main__ import teacher_password
from demo.product import Product


def test_the_secret_key_is_kept_and_readable_by_its_owner_only(tmp_path: Path):
    first, second = (Product(tmp_path, port=1, environ={}).env["SECRET_KEY"] for _ in range(2))
    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_an_empty_secret_key_file_is_written_anew(tmp_path: Path):
    (tmp_path / "secret_key").touch()  # as a full disk leaves it
    assert len(Product(tmp_path, port=1, environ={}).env["SECRET_KEY"]) > 50


@pytest.mark.parametrize(
    ("environ", "is_private"),
    [
        ({}, True),
        ({"PUBLIC_URL": "http://127.0.0.1:9000"}, True),
        ({"PUBLIC_URL": "https://class.example.org"}, False),
        ({"PUBLIC_URL": "http://192.168.1.7:8000"}, False),
        ({"PUBLIC_URL": "https://localhost.example.org"}, False),
    ],
)
def test_a_demo_that_other_machines_reach_is_not_open_to_everybody(
    tmp_path: Path, environ: dict, is_private: bool
):
    product = Product(tmp_path, port=8000, environ=environ)
    assert product.is_private == is_private
    assert (teacher_password(product) == "demo") == is_private
    assert product.env["SIGNUP_OPEN"] == ("1" if is_private else "0")
    assert product.env["DEMO_TEACHER"] == ("demo-teacher" if is_private else "")


@pytest.mark.parametrize(
    "url", ["https://class.example.org/", "http://10.1.2.3:8000", "https://[fd00::1]:8443"]
)
def test_a_public_url_that_is_a_site_address_is_used(tmp_path: Path, url: str):
    assert Product(tmp_path, port=8000, environ={"PUBLIC_URL": url}).env["PUBLIC_URL"] == url


def test_an_empty_public_url_is_as_good_as_none(tmp_path: Path):
    product = Product(tmp_path, port=8000, environ={"PUBLIC_URL": ""})
    assert (product.env["PUBLIC_URL"], product.is_private) == ("http://localhost:8000", True)


def test_the_host_of_the_public_url_is_allowed(tmp_path: Path):
    product = Product(tmp_path, port=8000, environ={"PUBLIC_URL": "https://class.example.org:8443"})
    assert "class.example.org" in product.env["ALLOWED_HOSTS"].split(",")


@pytest.mark.any_database  # the stack starts only where /health/ answers 200, on every database
@pytest.mark.stack
def test_the_running_product_is_healthy(stack: Product):
    with urllib.request.urlopen(f"{stack.url}/health/") as answer:
        health = json.load(answer)
    # Other tests move lessons of this site into the past, so that its erasure may be overdue.
    assert (health["database"], health["redis"]) == (True, True)
