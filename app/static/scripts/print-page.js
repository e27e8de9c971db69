// Shows a hidden button that prints the page; without script the button stays hidden.
export function printPage(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
