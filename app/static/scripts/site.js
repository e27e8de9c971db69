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
