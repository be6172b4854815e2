/** stylelint-config-standard, without the rules that only prescribe another layout. */
export default {
  extends: "stylelint-config-standard",
  reportNeedlessDisables: true,
  rules: {
    // Short rules stand in one line: a screen of them reads like a table.
    "declaration-block-single-line-max-declarations": null,
    // Empty lines group the tokens.
    "custom-property-empty-line-before": null,
    // `(width <= 40rem)` is unknown to Safari before 16.4.
    "media-feature-range-notation": "prefix",
    // Scripts read colours as #rrggbb (static/js/live/theme.js).
    "color-hex-length": "long",
    // The codes of the server's reasons have underscores: .run-too_dark.
    "selector-class-pattern": ["^[a-z][a-z0-9_-]*$", { message: "Class names are in lower case." }],
  },
};
