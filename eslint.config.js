/** Catches mistakes. Names and types are TypeScript's (tsconfig.json), layout is left to the author. */

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/js/vendor/", "runs/", "run/", "staticfiles/", ".venv/"] },
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
  { files: ["static/js/room/frame-source.js"], languageOptions: { globals: { MediaStreamTrackProcessor: "readonly" } } },
  { files: ["**/*.mjs", "tools/**", "eslint.config.js"], languageOptions: { globals: globals.node } },
];
