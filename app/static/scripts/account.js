// For whoever is signed in: warns before the sign-in ends, and speaks to passkeys.
// Every page works without it, passkeys excepted.
import { passkeys } from "./passkeys.js";
import { warnBeforeEnd } from "./session-ending.js";

const warning = document.getElementById("session-ending");
if (warning) warnBeforeEnd(warning);

for (const form of document.querySelectorAll("form[data-passkey]")) passkeys(form);
