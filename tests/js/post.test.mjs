import assert from "node:assert/strict";
import { test } from "node:test";

import { post, tokenIn } from "../../static/js/lib/post.js";

test("the token is found among the other cookies, and only under its own name", () => {
  assert.equal(tokenIn("theme=dark; csrftoken=aB3; seat=1"), "aB3");
  assert.equal(tokenIn("old-csrftoken=aB3"), undefined);
});

for (const [status, wasRefused] of [[409, true], [503, undefined]]) {
  test(`${status} ${wasRefused ? "is a refusal" : "says nothing of what was done"}`, async (context) => {
    context.mock.method(globalThis, "fetch", async () => Response.json({ error: "Why" }, { status }));
    globalThis.document = { cookie: "csrftoken=aB3" };
    context.after(() => delete globalThis.document);
    await assert.rejects(post("/here/"), (error) => error.wasRefused === wasRefused);
  });
}
