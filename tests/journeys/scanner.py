"""A scanner in the hands of a journey: it types fast and ends with Enter."""

from playwright.sync_api import Page

BURST = """code => {
    for (const key of [...code, "Enter"]) {
        const target = document.activeElement;
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        if (target.dispatchEvent(event) && key.length === 1) target.value += key;
    }
}"""


def scan(page: Page, code: str) -> None:
    """As a scanner types: fast, with Enter."""
    page.keyboard.type(f"{code}\n", delay=3)


def burst(page: Page, code: str) -> None:
    """The same without the time that the test's own wire takes between two keys."""
    page.evaluate(BURST, code)
