/** One POST to our own site, answered in JSON. */

/**
 * Throws a Refusal where the server refused, and another error where it did not answer or failed.
 *
 * @param {string} url
 * @param {Record<string, string> | string[][]} [fields] pairs, where a field has several values
 * @param {{signal?: AbortSignal}} [options]
 */
export async function post(url, fields = {}, { signal } = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": tokenIn(document.cookie) ?? tokenInPage() },
    body: new URLSearchParams(fields),
    signal,
    // A redirect leads to a page for people, which is no answer here.
    redirect: "error",
  });
  // Nobody knows whether a server in trouble did what it was asked.
  if (response.status >= 500) throw new Error(`${url} answered ${response.status}`);
  if (!response.ok) throw refusal(`${url} answered ${response.status}`, await reasonIn(response));
  return response.json();
}

/**
 * The CSRF token, read anew for each POST: signing in, in any tab, changes it under pages that are already open.
 *
 * @param {string} cookies
 */
export const tokenIn = (cookies) => cookies.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];

function tokenInPage() {
  const field = /** @type {HTMLInputElement} */ (document.querySelector("[name=csrfmiddlewaretoken]"));
  return field.value;
}

/**
 * The server's sentence for the person who asked, or undefined where it has none.
 *
 * @param {Response} response
 * @returns {Promise<string | undefined>}
 */
function reasonIn(response) {
  return response.json().then(
    ({ error }) => error,
    () => undefined,
  );
}

/**
 * @param {string} message
 * @param {string | undefined} reason
 * @returns {Refusal}
 */
function refusal(message, reason) {
  return Object.assign(new Error(message), { wasRefused: /** @type {const} */ (true), reason });
}

/**
 * @param {unknown} error
 * @returns {error is Refusal}
 */
export const isRefusal = (error) => error instanceof Error && "wasRefused" in error;
