// The one script: starts the GOV.UK components in use and our own improvements.
// Every page works without it.
import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend";

import { improvements } from "./improvements.js";
import { QuietRadios } from "./quiet-radios.js";

const components = [
  [Button, { preventDoubleClick: true }],
  [CharacterCount],
  [Checkboxes],
  [ErrorSummary],
  [FileUpload],
  [NotificationBanner],
  [QuietRadios],
  [ServiceNavigation],
  [SkipLink],
];

for (const [component, config] of components) createAll(component, config);

for (const [name, improve] of Object.entries(improvements)) {
  for (const element of document.querySelectorAll(`[data-improve~="${name}"]`)) improve(element);
}

// A page that Back brings out of the browser's memory after its form was sent holds a key that is
// used up: ask for it afresh.
let isSent = false;
addEventListener("submit", () => {
  isSent = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted && isSent) location.reload();
});
