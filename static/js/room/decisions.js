// Consent, withdrawal and leaving: each is asked in a dialog and decided on the server.

import { post } from "../lib/post.js";
import { questionFrom } from "./dialogs.js";

/**
 * happen(type, facts) is told once the server has agreed; pausing is the one thing that does not wait for it.
 * A consent is told by the socket, not here: before the socket knows of it, frames would be refused.
 * onConsented(level) is the moment to expect it.
 */
export function openDecisions({ messages, urls, dispatch, onConsented }) {
  async function consent(form) {
    const agreed = await post(urls.consent, form.get("own_line") ? { own_line: "on" } : {});
    onConsented(agreed.consent);
  }

  async function withdraw() {
    dispatch("pause"); // the light goes out now, whatever the network does
    await post(urls.withdraw);
    dispatch("consent", { consent: null });
  }

  async function go(url, ending) {
    dispatch("pause"); // as above: whoever wants to go is filmed no longer
    await post(url);
    dispatch("finished", { ending });
  }

  async function goWithoutCamera() {
    try {
      await withdraw();
    } catch (error) {
      console.error(error);
      dispatch("ready"); // in class, paused, with "Turn camera off" at hand for a second try
    }
  }

  const failure = (consequence) => ({ wasRefused, reason = messages("post.no_reason") }) =>
    messages(wasRefused ? "post.refused" : "post.unanswered", { reason, consequence: messages(consequence) });

  const ask = (name, consequence, onConfirm) =>
    questionFrom({ dialog: document.getElementById(`${name}-dialog`), failure: failure(consequence), onConfirm });

  return {
    askConsent: ask("consent", "post.failed", consent),
    askWithdraw: ask("withdraw", "withdraw.failed", withdraw),
    askShow: ask("show", "post.failed", consent),
    askHide: ask("hide", "post.failed", consent),
    askLeave: ask("leave", "leave.failed", () => go(urls.leave, "left")),
    askErase: ask("erase", "erase.failed", () => go(urls.erase, "erased")),
    goWithoutCamera,
  };
}
