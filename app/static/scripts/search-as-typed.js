// Searches while a person types: fetches the page that the form would open and takes its region.
// Without script, or where fetching fails, the form's own button does the same.
const WAIT = 250;

export function searchAsTyped(form) {
  const input = form.querySelector("input[type=search]");
  const region = document.getElementById(form.dataset.region ?? "");
  const said = document.getElementById(`${form.dataset.region}-said`);
  if (!input || !region) return;
  let timer;
  let asked;
  let last = input.value.trim();

  function address() {
    const url = new URL(form.action, window.location.href);
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value.trim()) url.searchParams.append(name, value.trim());
    }
    return url;
  }

  async function search() {
    const words = input.value.trim();
    if (words === last) return;
    last = words;
    asked?.abort();
    asked = new AbortController();
    const url = address();
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(region.id);
      if (!found) return;
      region.replaceChildren(...found.childNodes);
      history.replaceState(history.state, "", url);
      document.title = page.title;
      if (said) said.textContent = region.querySelector("[data-said]")?.textContent.trim() ?? "";
    } catch (error) {
      if (error.name !== "AbortError") last = undefined;
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
}
