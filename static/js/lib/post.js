// One POST to our own site, answered in JSON.

/** Rejects without `wasRefused` where the server did not answer at all. */
export async function post(url, fields = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": tokenIn(document.cookie) ?? tokenInPage() },
    body: new URLSearchParams(fields),
    redirect: "error", // an answer in HTML is no answer
  });
  if (!response.ok) throw refusal(`${url} answered ${response.status}`, await reasonIn(response));
  return response.json();
}

/** Read for each POST: signing in, in any tab, changes it under the pages that are already open. */
export const tokenIn = (cookies) => cookies.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];

const tokenInPage = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

const refusal = (message, reason) => Object.assign(new Error(message), { wasRefused: true, reason });

/** The server's own words for the person who typed it, where it has any. */
const reasonIn = (response) => response.json().then(({ error }) => error, () => undefined);
