/** Consent, withdrawal and leaving: a dialog asks, and the server decides. */

import { elementById } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { confirmationDialog } from "./dialogs.js";

/**
 * An event is dispatched once the server has agreed; only a pause does not wait for it. A consent is reported by the
 * socket and not here, because the server refuses frames until its socket knows of the consent. `onConsented` is called
 * when that report is to be expected.
 *
 * @param {object} options
 * @param {Messages} options.messages
 * @param {RoomConfig["urls"]} options.urls
 * @param {(event: RoomEvent) => void} options.dispatch
 * @param {(level: Consent) => void} options.onConsented
 */
export function openDecisions({ messages, urls, dispatch, onConsented }) {
  /** @param {FormData} form */
  async function consent(form) {
    const agreed = await post(urls.consent, form.get("own_line") ? { own_line: "on" } : {});
    onConsented(agreed.consent);
  }

  async function withdraw() {
    // The camera goes off now, whatever the network does.
    dispatch({ type: "pause" });
    await post(urls.withdraw);
    dispatch({ type: "consent", consent: null });
  }

  /**
   * @param {string} url
   * @param {Ending} ending
   */
  async function finish(url, ending) {
    // The camera goes off now, whatever the network does.
    dispatch({ type: "pause" });
    await post(url);
    dispatch({ type: "finished", ending });
  }

  async function continueWithoutCamera() {
    try {
      await withdraw();
    } catch (error) {
      console.error(error);
      // In class, paused, with "Turn camera off" at hand for a second try.
      dispatch({ type: "ready" });
    }
  }

  /**
   * @param {unknown} error
   * @param {string} consequence key of the message that says what is the case now
   */
  function failureText(error, consequence) {
    const reason = (isRefusal(error) && error.reason) || messages("post.no_reason");
    const key = isRefusal(error) ? "post.refused" : "post.unanswered";
    return messages(key, { reason, consequence: messages(consequence) });
  }

  /**
   * @param {string} name
   * @param {string} consequence key of the message that is shown after a failure
   * @param {(form: FormData) => Promise<void>} onConfirm
   */
  const dialogFor = (name, consequence, onConfirm) =>
    confirmationDialog({
      dialog: /** @type {HTMLDialogElement} */ (elementById(`${name}-dialog`)),
      failureText: (error) => failureText(error, consequence),
      onConfirm,
    });

  return {
    askConsent: dialogFor("consent", "post.failed", consent),
    askWithdraw: dialogFor("withdraw", "withdraw.failed", withdraw),
    askShow: dialogFor("show", "post.failed", consent),
    askHide: dialogFor("hide", "post.failed", consent),
    askLeave: dialogFor("leave", "leave.failed", () => finish(urls.leave, "left")),
    askErase: dialogFor("erase", "erase.failed", () => finish(urls.erase, "erased")),
    continueWithoutCamera,
  };
}
