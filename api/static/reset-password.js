// Without a link: asks for one by mail. With one: sets the new password.
const ask = document.getElementById("ask");
const reset = document.getElementById("reset");
const lead = document.getElementById("lead");
const token = takeSecret();

if (token) {
  lead.textContent = "Choose a new password.";
  reset.hidden = false;
  reset.password.focus();
} else if (document.documentElement.dataset.mails === "yes") {
  lead.textContent = "We send you a link to set a new one.";
  ask.hidden = false;
} else {
  lead.textContent = "Ask the owner of your franchise for a link to set a new one.";
}

onSubmit(ask, async () => {
  await post("/api/auth/request-reset", { email: ask.email.value });
  ask.hidden = true;
  lead.textContent = "If there is such a person, a link is on its way. It works once, within an hour.";
});

onSubmit(reset, async () => {
  await post("/api/auth/reset", { token, password: reset.password.value });
  reset.hidden = true;
  lead.textContent = "Your password is set. Sign in with it.";
});
