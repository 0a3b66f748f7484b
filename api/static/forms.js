// What the pages for signing in, joining and new passwords share: one form, one sentence where it fails.
function show(element, text) {
  element.textContent = text;
  element.hidden = false;
}

// Posts JSON; throws an Error with the server's own sentence, or that it does not answer.
async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The server does not answer; try again.");
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  let detail = `The server answered ${response.status}; try again.`;
  try {
    detail = (await response.json()).detail || detail;
  } catch {
    // not a problem document: the status has to do
  }
  throw new Error(detail);
}

// The secret of the link that was opened, taken out of the address bar and the history at once.
function takeSecret() {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);
  return secret;
}

function onSubmit(form, work) {
  const problem = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  // Until now the browser would have sent the form itself, so the page came with the button disabled.
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      await work();
    } catch (error) {
      show(problem, error.message);
      button.disabled = false;
    }
  });
}
