/** The report as a file (exports/html_file.py): times on the reader's clock, and figures where drawings stood. */

import { elementById } from "../lib/parts.js";
import "../lib/local-times.js";
import { openFigures } from "../report/figures.js";

openFigures(elementById("report"));
