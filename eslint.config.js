/** Catches mistakes. Names and types are TypeScript's (tsconfig.json), layout is left to the author. */

import js from "@eslint/js";
import globals from "globals";

// What people read comes from the page's messages, translated. Errors are for the console, and lit-html's markup and
// selectors are no sentences.
const SENTENCE = "/^[^<[.#(=]*[A-Za-z]{2,} [a-z]{2,}/";
const MARKUP_WITH_TEXT = "/>[^<]*[A-Za-z]{2,}/";
const FOR_THE_CONSOLE = [
  "NewExpression[callee.name=/Error$/]",
  'CallExpression[callee.type="Super"]',
  'CallExpression[callee.name="fail"]',
  'CallExpression[callee.object.name="console"]',
];
const untranslated = {
  message: "A text for people belongs into the page's messages: templates/**/_messages.html",
  selectors: [
    `Literal[value=${SENTENCE}]:not(:is(${FOR_THE_CONSOLE}) Literal)`,
    `TemplateElement[value.raw=${SENTENCE}]:not(:is(${FOR_THE_CONSOLE}) TemplateElement)`,
    `TaggedTemplateExpression[tag.name="html"] TemplateElement[value.raw=${MARKUP_WITH_TEXT}]`,
  ],
};

export default [
  { ignores: ["static/js/vendor/", "static/plotly/", "runs/", "run/", "staticfiles/", ".venv/"] },
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "no-shadow": "error",
    },
  },
  {
    files: ["static/js/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...untranslated.selectors.map((selector) => ({ selector, message: untranslated.message })),
      ],
    },
  },
  { files: ["static/js/room/frame-source.js"], languageOptions: { globals: { MediaStreamTrackProcessor: "readonly" } } },
  { files: ["**/*.mjs", "tools/**", "eslint.config.js"], languageOptions: { globals: globals.node } },
];
