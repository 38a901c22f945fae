"""Draws the PNG icons from the SVG files beside this one. Run by hand when a sign changes."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PICTURES = [
    ("icon.svg", "icon-192.png", 192),
    ("icon.svg", "icon-512.png", 512),
    ("maskable.svg", "maskable-192.png", 192),
    ("maskable.svg", "maskable-512.png", 512),
    ("maskable.svg", "apple-touch-icon.png", 180),
]


def draw() -> None:
    """Write every picture of PICTURES beside this file, transparent where the SVG is."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for source, target, size in PICTURES:
            page = browser.new_page(viewport={"width": size, "height": size})
            sign = (HERE / source).read_text().replace("<svg ", f'<svg width="{size}" height="{size}" ')
            page.set_content(f'<body style="margin:0;line-height:0">{sign}</body>')
            page.screenshot(path=HERE / target, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    draw()
