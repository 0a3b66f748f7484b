// Says yes for who was asked: a page of another site cannot.
onSubmit(document.getElementById("confirm"), async () => {
  const { path, proof } = document.documentElement.dataset;
  const { next } = await post(path, { proof });
  location.assign(next);
});
