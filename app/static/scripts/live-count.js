// Counts again while a form is changed: sends it as its own button would, and takes the region of
// the answer, which says the number politely. Without script the button does it.
const WAIT = 700;

export function liveCount(region) {
  const button = region.querySelector("button");
  const form = button?.form;
  const said = region.querySelector("[role=status]");
  if (!form || !said) return;
  button.hidden = true;
  let timer;
  let asked;

  async function count() {
    asked?.abort();
    asked = new AbortController();
    // Buttons named “action” hide the address that the form has as a property.
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(region.id)?.querySelector("[role=status]");
      const text = found?.textContent.trim();
      if (text && text !== said.textContent.trim()) said.replaceChildren(...found.childNodes);
    } catch (error) {
      if (error.name !== "AbortError") button.hidden = false;
    }
  }

  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(count, WAIT);
  });
}
