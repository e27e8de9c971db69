// A form with `data-passkey` asks the browser for a passkey: "create" makes one, "get" shows one.
// What the browser answers travels in the hidden field `credential`, as JSON.
export function passkeys(form) {
  const button = form.querySelector("button");
  const field = form.querySelector("input[name=credential]");
  const trouble = document.getElementById(form.dataset.trouble ?? "");
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON || !button || !field) return;
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;

  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    if (trouble) trouble.hidden = true;
    try {
      field.value = JSON.stringify(await ask(form));
      form.requestSubmit(button);
    } catch (error) {
      if (!trouble) throw error;
      trouble.hidden = false;
      trouble.focus();
    }
  });
}

async function ask(form) {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return (await navigator.credentials.create({ publicKey })).toJSON();
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}
