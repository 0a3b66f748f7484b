// Looks at the invitation behind the link, and takes it up: a new person chooses a password, a known one proves theirs.
const form = document.getElementById("accept");
const lead = document.getElementById("lead");
const token = takeSecret();
let known = false;

async function look() {
  const offer = await post("/api/auth/look-at-invitation", { token });
  known = offer.known;
  lead.textContent = `You are invited to join ${offer.organisation}.`;
  form.email.value = offer.email;
  if (known) {
    document.getElementById("naming").hidden = true;
    document.getElementById("hint").textContent = "The one you sign in to Outbound with already.";
    document.getElementById("password-label").textContent = "Your password";
    form.password.autocomplete = "current-password";
  } else {
    form.elements.name.required = true;
    form.password.minLength = 10;
  }
  form.hidden = false;
  (known ? form.password : form.elements.name).focus();
}

onSubmit(form, async () => {
  const body = { token, password: form.password.value };
  if (!known) body.name = form.elements.name.value;
  await post("/api/auth/accept-invitation", body);
  location.assign("/app/");
});

if (token) look().catch((error) => show(lead, error.message));
else lead.textContent = "This link is not complete; open it again from where you got it.";
