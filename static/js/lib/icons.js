/** Icons of static/icons/lucide.svg in templates of scripts; {% icon %} is the same for Django's. */

import { html } from "../vendor/lit-html/lit-html.js";

// They point along the line, so they are mirrored where text runs from right to left (classroom/templatetags/icons.py).
const MIRRORED = new Set(["log-out", "send"]);

/**
 * An icon beside a text, or in a button that has a label: screen readers skip it.
 *
 * @param {string} name
 * @param {"" | "small" | "large"} size
 */
export function icon(name, size = "") {
  const classes = ["icon", size && `icon-${size}`, MIRRORED.has(name) && "icon-mirrored"].filter(Boolean).join(" ");
  const sprite = document.documentElement.dataset.icons ?? "";
  return html`<svg class=${classes} aria-hidden="true"><use href=${`${sprite}#${name}`}></use></svg>`;
}
