/** stylelint-config-standard, without the rules that only prescribe another layout. */
export default {
  extends: "stylelint-config-standard",
  reportNeedlessDisables: true,
  rules: {
    // Short rules stand in one line: a screen of them reads like a table.
    "declaration-block-single-line-max-declarations": null,
    // Empty lines group the tokens.
    "custom-property-empty-line-before": null,
    // Pages run from right to left, too: margin-inline-start, inset-inline-end, text-align: start.
    "property-disallowed-list": ["/^(margin|padding|border|scroll-margin|scroll-padding)-(left|right)/", "left", "right", "float"],
    "declaration-property-value-disallowed-list": { "text-align": ["left", "right"] },
    // `(width <= 40rem)` is unknown to Safari before 16.4.
    "media-feature-range-notation": "prefix",
    // Scripts read colours as #rrggbb (static/js/live/theme.js).
    "color-hex-length": "long",
    // The codes of the server's reasons have underscores: .run-too_dark.
    "selector-class-pattern": ["^[a-z][a-z0-9_-]*$", { message: "Class names are in lower case." }],
  },
};
