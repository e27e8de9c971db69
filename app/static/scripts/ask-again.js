// Asks for the page again until a part of it is whole, and puts the new part in place of the old.
// The part says where it stands on the page in `data-ask`; once it no longer asks, it is whole.
const FIRST_WAIT = 1500;
const LONGEST_WAIT = 10000;
const LONGEST = 5 * 60 * 1000;

export function askAgain(part) {
  const where = part.dataset.ask ?? "";
  const begun = Date.now();
  let current = part;
  let wait = FIRST_WAIT;

  async function ask() {
    if (Date.now() - begun > LONGEST) return;
    try {
      const answer = await fetch(window.location.href, { headers: { accept: "text/html" } });
      if (answer.redirected || !answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector(where);
      if (!next) return;
      if (next.textContent !== current.textContent) replace(next);
      if (!next.dataset.improve) return;
    } catch {
      // The network is away: the next try tells.
    }
    wait = Math.min(wait * 1.5, LONGEST_WAIT);
    setTimeout(ask, wait);
  }

  // What a screen reader is to say must change inside an element that it knows already.
  function replace(next) {
    const status = current.querySelector("[role=status]");
    const said = next.querySelector("[role=status]");
    for (const child of [...current.children]) if (child !== status) child.remove();
    const before = [];
    const after = [];
    let passed = false;
    for (const child of [...next.children]) {
      if (child === said) passed = true;
      else (passed ? after : before).push(child);
    }
    if (status) {
      status.before(...before);
      status.after(...after);
      if (said) status.textContent = said.textContent;
    }
  }

  setTimeout(ask, wait);
}
