/** Dialogs for consent, withdrawal and leaving. Each takes effect once the server has confirmed it. */

import { elementById } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { confirmationDialog } from "./dialogs.js";

/**
 * @param {Messages} messages
 * @param {unknown} error
 * @param {string} consequence key of the message that says what is the case now
 */
function failureText(messages, error, consequence) {
  const reason = (isRefusal(error) && error.reason) || messages("post.no_reason");
  const key = isRefusal(error) ? "post.refused" : "post.unanswered";
  return messages(key, { reason, consequence: messages(consequence) });
}

/**
 * @param {Messages} messages
 * @param {string} name
 * @param {string} consequence key of the message that is shown after a failure
 * @param {(form: FormData) => Promise<void>} onConfirm
 */
const dialogFor = (messages, name, consequence, onConfirm) =>
  confirmationDialog({
    dialog: /** @type {HTMLDialogElement} */ (elementById(`${name}-dialog`)),
    failureText: (error) => failureText(messages, error, consequence),
    onConfirm,
  });

/**
 * An event is dispatched once the server has agreed; only a pause does not wait for it.
 *
 * @typedef {object} DecisionOptions
 * @property {Messages} messages
 * @property {RoomConfig["urls"]} urls
 * @property {(event: RoomEvent) => void} dispatch
 */

/** @param {DecisionOptions} options */
export function openLeaving({ messages, urls, dispatch }) {
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

  return {
    askLeave: dialogFor(messages, "leave", "leave.failed", () => finish(urls.leave, "left")),
    askErase: dialogFor(messages, "erase", "erase.failed", () => finish(urls.erase, "erased")),
  };
}

/**
 * A consent is reported by the socket and not here, because the server refuses frames until its socket knows of the
 * consent. `onConsented` is called once the server has accepted it.
 *
 * @param {DecisionOptions & {onConsented: (level: Consent) => void}} options
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

  async function continueWithoutCamera() {
    try {
      await withdraw();
    } catch (error) {
      console.error(error);
      // The student stays in class, paused, and can try again with "Turn camera off".
      dispatch({ type: "ready" });
    }
  }

  return {
    askConsent: dialogFor(messages, "consent", "post.failed", consent),
    askWithdraw: dialogFor(messages, "withdraw", "withdraw.failed", withdraw),
    // Both are a consent: one with the field own_line, one without it.
    askShow: dialogFor(messages, "show", "post.failed", consent),
    askHide: dialogFor(messages, "hide", "post.failed", consent),
    continueWithoutCamera,
  };
}
