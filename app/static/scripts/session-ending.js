// Says two minutes before a sign-in ends that it will, and keeps it up if the person wants that.
// The dialog's `data-idle` and `data-longest` are seconds: until it ends when nothing is asked any
// more, and until it ends in any case. Other tabs tell this one when they have asked something.
const WARN_SECONDS = 120;

export function warnBeforeEnd(dialog) {
  const seen = "BroadcastChannel" in window ? new BroadcastChannel("crossbench-seen") : null;
  const began = Date.now();
  const end = began + Number(dialog.dataset.longest) * 1000;
  const idle = Number(dialog.dataset.idle) * 1000;
  let last = began;
  let timer = 0;
  let isOver = false;

  const wait = () => {
    clearTimeout(timer);
    const ends = Math.min(last + idle, end);
    const left = ends - WARN_SECONDS * 1000 - Date.now();
    // A timer of the browser holds 24 days at most, and it may oversleep with the computer.
    timer = setTimeout(() => (left > 0 ? wait() : warn(ends)), Math.max(0, Math.min(left, 60000)));
  };

  const warn = (ends) => {
    const isLast = ends === end;
    for (const part of dialog.querySelectorAll("[data-when]"))
      part.hidden = (part.dataset.when === "longest") !== isLast;
    dialog.querySelector("button").textContent = isLast ? "Close" : "Stay signed in";
    if (!dialog.open) dialog.showModal();
    clearTimeout(timer);
    timer = setTimeout(over, Math.max(0, ends - Date.now()));
  };

  const over = () => {
    isOver = true;
    clearTimeout(timer);
    dialog.querySelector("h2").textContent = "You have been signed out";
    for (const part of dialog.querySelectorAll("[data-when]"))
      part.hidden = part.dataset.when !== "over";
    dialog.querySelector("button").textContent = "Close";
    if (!dialog.open) dialog.showModal();
  };

  const stay = async () => {
    dialog.close();
    if (isOver || Date.now() >= end - WARN_SECONDS * 1000) return;
    try {
      const answer = await fetch("/account/time-left", { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return over();
      tell();
    } catch {
      wait();
    }
  };

  const tell = () => {
    last = Date.now();
    seen?.postMessage("seen");
    wait();
  };

  dialog.querySelector("button").addEventListener("click", stay);
  if (seen)
    seen.onmessage = () => {
      if (isOver) return;
      last = Date.now();
      if (dialog.open) dialog.close();
      wait();
    };
  tell();
}
