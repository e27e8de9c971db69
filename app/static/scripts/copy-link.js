// Shows a hidden button that copies the address in `data-copy` (a path of ours) and says so.
export function copyLink(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const status = document.getElementById(button.getAttribute("aria-describedby") ?? "");
  button.addEventListener("click", async () => {
    const address = new URL(button.dataset.copy ?? "", window.location.href).href;
    let said = "Link copied";
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      said = "The browser did not allow copying. Select the link and copy it yourself.";
    }
    if (status) status.textContent = said;
  });
}
