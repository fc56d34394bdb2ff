"""The machine's own Chromium, with which what is made is looked at."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser():
    """The machine's own Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine to look at pages with")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu"])
        yield chromium
        chromium.close()
