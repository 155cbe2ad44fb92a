// Passkeys (WebAuthn). A form names in data-passkey what its button does, and in data-options where
// the server's options stand; its field "credential" takes the browser's answer. All that is binary
// travels as base64url, as allauth and python-fido2 write it.
(() => {
  "use strict";

  const toBytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64.padEnd(Math.ceil(base64.length / 4) * 4, "=")), (each) => each.charCodeAt(0));
  };
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  const create = async ({ publicKey }) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
        excludeCredentials: withBytes(publicKey.excludeCredentials),
      },
    });
    return answer(made, {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    });
  };

  const get = async ({ publicKey }) => {
    const used = await navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        allowCredentials: withBytes(publicKey.allowCredentials),
      },
    });
    return answer(used, {
      clientDataJSON: toText(used.response.clientDataJSON),
      authenticatorData: toText(used.response.authenticatorData),
      signature: toText(used.response.signature),
      userHandle: used.response.userHandle ? toText(used.response.userHandle) : null,
    });
  };

  const answer = (credential, response) => ({
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const options = JSON.parse(document.getElementById(form.dataset.options).textContent);
    const complaint = form.querySelector("[role=alert][hidden]");
    form.querySelector("button[type=button]").addEventListener("click", async () => {
      complaint.hidden = true;
      try {
        const ask = form.dataset.passkey === "create" ? create : get;
        form.elements.credential.value = JSON.stringify(await ask(options));
      } catch {
        // Refused by its owner, timed out, or not supported: the browser doesn't say which.
        complaint.hidden = false;
        return;
      }
      form.submit();
    });
  }
})();
