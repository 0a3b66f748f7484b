// Signs in with the API's cookie, then goes to the page that asked, which the server has checked to be ours.
const form = document.getElementById("sign-in");
onSubmit(form, async () => {
  await post("/api/auth/sign-in", { email: form.email.value, password: form.password.value });
  location.assign(document.documentElement.dataset.next);
});

// A company's own sign-in, by the name that its owner was given for it.
const company = document.getElementById("company");
onSubmit(company, async () => {
  const slug = company.slug.value.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  if (!slug) throw new Error("Type the name of your franchise.");
  const { next } = document.documentElement.dataset;
  const { url } = await post(`/api/auth/oidc/${slug}/start`, { next });
  location.assign(url);
});
