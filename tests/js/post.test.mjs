import assert from "node:assert/strict";
import { test } from "node:test";

import { tokenIn } from "../../static/js/lib/post.js";

test("the token is found among the other cookies, and only under its own name", () => {
  assert.equal(tokenIn("theme=dark; csrftoken=aB3; seat=1"), "aB3");
  assert.equal(tokenIn("old-csrftoken=aB3"), undefined);
});
