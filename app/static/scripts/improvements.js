// Our own improvements by the name that a page asks for in `data-improve`.
// Each is a function of one element; a page that asks for none costs nothing.
import { askAgain } from "./ask-again.js";
import { copyLink } from "./copy-link.js";
import { liveCount } from "./live-count.js";
import { liveList } from "./live-list.js";
import { printPage } from "./print-page.js";
import { searchAsTyped } from "./search-as-typed.js";
import { splitPreview } from "./split-preview.js";

export const improvements = {
  "ask-again": askAgain,
  "copy-link": copyLink,
  "live-count": liveCount,
  "live-list": liveList,
  "print-page": printPage,
  "search-as-typed": searchAsTyped,
  "split-preview": splitPreview,
};
