// A list with filters that follows what a person chooses: fetches the page that the form would open,
// takes its results and counts, and says what was found. Focus stays where it is. Without script,
// or where fetching fails, the form's own buttons do the same.
const WAIT = 300;
const WIDE = window.matchMedia("(min-width: 48.0625em)");

export function liveList(form) {
  const region = form.querySelector(".cb-results");
  const filters = form.querySelector("details");
  if (!region || !filters) return;
  const status = document.createElement("p");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  status.id = "list-said";
  form.before(status);
  let timer;
  let asked;

  // The filters stand beside the list where there is room, else they open on demand.
  const fold = () => {
    filters.open = WIDE.matches;
  };
  fold();
  WIDE.addEventListener("change", fold);

  function address() {
    const url = new URL(form.action, window.location.href);
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value.trim()) url.searchParams.append(name, value.trim());
    }
    const sort = form.elements.namedItem("sort");
    if (sort?.value === (form.elements.namedItem("q").value.trim() ? "relevance" : "newest")) {
      url.searchParams.delete("sort");
    }
    return url;
  }

  function take(page) {
    const found = page.getElementById(region.id);
    if (!found) return false;
    const focused = document.activeElement?.id;
    region.replaceChildren(...found.childNodes);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    takeFilters(page.getElementById(filters.id));
    return true;
  }

  // Counts always; the filters as a whole only while nobody is in the middle of them.
  function takeFilters(found) {
    if (!found) return;
    if (!filters.contains(document.activeElement)) {
      filters.replaceChildren(...found.childNodes);
      return;
    }
    filters.querySelector("summary").textContent = found.querySelector("summary").textContent;
    for (const count of filters.querySelectorAll("[data-count]")) {
      const same = found.querySelector(`[data-count="${CSS.escape(count.dataset.count)}"]`);
      count.textContent = same ? same.textContent : "0";
    }
  }

  async function show(url, { push = true, whole = false } = {}) {
    asked?.abort();
    asked = new AbortController();
    region.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (whole) {
        document.activeElement?.blur();
        restore(page);
      }
      if (!take(page)) throw new Error("no results");
      document.title = page.title;
      if (push) history.pushState({ list: true }, "", url);
      region.removeAttribute("aria-busy");
      status.textContent = region.querySelector("[data-said]")?.textContent.trim() ?? "";
    } catch (error) {
      if (error.name !== "AbortError") window.location.assign(url);
    }
  }

  // Sets the search words as an address has them, when somebody goes there by a link or by Back.
  function restore(page) {
    const same = page.getElementById("q");
    if (same) form.elements.namedItem("q").value = same.getAttribute("value") ?? "";
  }

  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(address()), WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show(address());
  });
  region.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link.pathname !== new URL(form.action).pathname) return;
    event.preventDefault();
    await show(new URL(link.href), { whole: true });
    region.focus({ preventScroll: true });
    region.scrollIntoView();
  });
  window.addEventListener("popstate", () => {
    show(new URL(window.location.href), { push: false, whole: true });
  });
}
