"""What a visit weighs on the wire."""

from playwright.async_api import Page

FIRST_VISIT = 45_000
REPEAT_VISIT = 10_000


async def weigh(page: Page, address: str) -> dict[str, int]:
    """Bytes on the wire, headers included, of everything a page brings, by path."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def asked(event: dict[str, object]) -> None:
        request = event["request"]
        assert isinstance(request, dict)
        addresses[str(event["requestId"])] = str(request["url"])

    def finished(event: dict[str, object]) -> None:
        size = int(str(event["encodedDataLength"]).split(".")[0])
        sizes[addresses.get(str(event["requestId"]), "?")] = size

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", finished)
    await page.goto(address, wait_until="networkidle")
    await session.detach()
    return sizes
