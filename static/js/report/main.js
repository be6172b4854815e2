/** The report: prints, copies charts as pictures, and puts figures with numbers under the pointer in their place. */

import { elementById, partsOf } from "../lib/parts.js";
import { openFigures } from "./figures.js";
import { showPictureButtons } from "./picture.js";

const report = elementById("report");
const { print } = partsOf(report);

print.hidden = false;
print.addEventListener("click", () => window.print());
showPictureButtons(report);
openFigures(report);
