/** The page of tokens and webhooks: a secret that is shown once can be copied. */

import { showCopyButtons } from "../lib/copy-buttons.js";

showCopyButtons(document);
