// One POST to our own site, answered in JSON.

export async function post(url, fields = {}) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const response = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams(fields),
    redirect: "error", // an answer in HTML is no answer
  });
  if (!response.ok) throw Object.assign(new Error(`${url} answered ${response.status}`), { reason: await reasonIn(response) });
  return response.json();
}

/** The server's own words for the person who typed it, where it has any. */
const reasonIn = (response) => response.json().then(({ error }) => error, () => undefined);
