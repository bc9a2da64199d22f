/* Forms that a passkey fills in. allauth's script talks to the browser; this one says
   which form is which, and tells in words what went wrong. */

const words = {
  InvalidStateError: "This device has a passkey of yours already.",
  NotAllowedError: "No passkey was chosen, or it took too long. Please try again.",
  SecurityError: "Passkeys do not work at this address of the site.",
};

const form = document.querySelector("form[data-passkey]");
if (form && window.PublicKeyCredential) {
  const kind = form.dataset.passkey;
  const button = form.querySelector("#passkey-button");
  const error = form.querySelector(".passkey-error");
  const ids = { credential: form.elements.credential.id, data: "passkey-data" };
  if (form.elements.passwordless) ids.passwordless = form.elements.passwordless.id;
  ids[kind] = button.id;
  window.allauth.webauthn.forms[`${kind}Form`]({ ids });
  /* Return in a field is a press of the button, too. */
  form.addEventListener("submit", (event) => {
    if (!form.elements.credential.value) {
      event.preventDefault();
      button.click();
    }
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const name = event.detail.exception?.name;
    error.textContent = words[name] ?? "That did not work. Please try again.";
    error.hidden = false;
  });
  form.hidden = false;
}
