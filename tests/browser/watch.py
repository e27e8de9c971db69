"""What must hold for every page in a real browser: axe, the keyboard, 320 pixels, no violations."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ConsoleMessage, Page, Response

NARROW = {"width": 320, "height": 640}
USUAL = {"width": 1280, "height": 900}

# Elements that a person can reach with Tab, in order; of a group of radios only one.
_TABBABLE = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const seen = new Set();
  return all.filter((e) => {
    if (e.disabled || e.type === 'hidden' || e.tabIndex < 0) return false;
    if (!e.checkVisibility({visibilityProperty: true})) return false;
    const closed = e.closest('details:not([open])');
    if (closed && e.tagName !== 'SUMMARY') return false;
    if (e.type === 'radio') {
      if (seen.has(e.name)) return false;
      seen.add(e.name);
    }
    return true;
  }).length;
}"""
# Notes what each Tab reaches, in the page itself: to ask after each would take twice as long.
_FOLLOW = """() => {
  document.activeElement?.blur();
  scrollTo(0, 0);
  window.reached = [];
  document.addEventListener('focusin', (event) => {
    const e = event.target;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    // Radios and check boxes draw their focus on the label beside them.
    const drawn = e.matches('input[type=radio], input[type=checkbox], input[type=file]');
    window.reached.push({
      name: `${e.tagName} ${e.id || e.textContent.trim().slice(0, 40)}`,
      key: [...document.querySelectorAll('*')].indexOf(e),
      shown: drawn || style.outlineStyle !== 'none' || style.boxShadow !== 'none',
      seen: box.bottom > 0 && box.top < innerHeight,
    });
  });
}"""
_TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@dataclass
class Watch:
    """Gathers what the browser complains of while a page is used."""

    complaints: list[str]

    @classmethod
    def over(cls, page: Page) -> "Watch":
        """Start to watch a page."""
        watch = cls([])
        page.on("console", watch._console)
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        return watch

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 on purpose is reported by the browser as well.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


async def check_axe(page: Page) -> None:
    """Axe finds nothing, best practices included."""
    found = await Axe().run(page)
    assert not found.violations_count, found.generate_report()


async def check_narrow(page: Page) -> None:
    """At 320 pixels nothing but a box of its own scrolls sideways."""
    await page.set_viewport_size(NARROW)
    assert await page.evaluate(_TOO_WIDE) == 0, f"{page.url} is wider than 320 pixels"
    await page.set_viewport_size(USUAL)


async def check_keyboard(page: Page) -> None:
    """Tab reaches everything once, in sight, with a focus that can be seen."""
    expected: int = await page.evaluate(_TABBABLE)
    await page.evaluate(_FOLLOW)
    for _ in range(expected + 1):
        await page.keyboard.press("Tab")
    reached: dict[int, Any] = {}
    for focused in await page.evaluate("() => window.reached"):
        if focused["key"] in reached:
            break
        assert focused["shown"], f"no focus to be seen on {focused['name']}"
        assert focused["seen"], f"{focused['name']} is focused out of sight"
        reached[focused["key"]] = focused["name"]
    assert len(reached) == expected, (expected, list(reached.values()))


async def check_page(page: Page, watch: Watch, answer: Response | None = None) -> None:
    """All of it, for the page that is open."""
    if answer is not None:
        assert answer.status < 500
    await check_axe(page)
    await check_keyboard(page)
    await check_narrow(page)  # last: the menu takes a moment to follow the width
    assert watch.complaints == []
