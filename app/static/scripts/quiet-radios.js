// Radios that reveal more questions, without an attribute that radios may not carry: ARIA gives
// `aria-expanded` to check boxes and buttons, not to radios, and some screen readers trip over it.
import { Radios } from "govuk-frontend";

export class QuietRadios extends Radios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}
