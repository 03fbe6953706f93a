// A hint as one types the address, and the height of the page for the page around it.

const email = document.getElementById("email");
const hint = document.getElementById("hint");
if (email && hint) {
  email.addEventListener("change", async () => {
    const answer = await fetch(`/f/check?email=${encodeURIComponent(email.value)}`);
    hint.textContent = answer.ok ? (await answer.json()).hint : "";
  });
}
if (parent !== window) {
  const tell = () =>
    parent.postMessage({ leadlightForm: location.pathname, height: document.documentElement.scrollHeight }, "*");
  new ResizeObserver(tell).observe(document.body);
}
