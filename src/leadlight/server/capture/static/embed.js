// Leadlight: a form in a page of your own. <script src="https://HOST/f/NAME/embed.js" defer></script>
(() => {
  const here = document.currentScript;
  const source = new URL(here.src);
  const path = source.pathname.replace(/\/embed\.js$/, "");
  const query = new URLSearchParams({ landing_page: location.href.split(/[?#]/)[0] });
  let known = {};
  try {
    known = JSON.parse(localStorage.leadlight || "{}");
  } catch {}
  const touch = new URLSearchParams(location.search);
  const names = /^(utm_(source|medium|campaign|term|content)|gclid|[gw]braid|msclkid|fbclid|ttclid|li_fat_id)$/;
  for (const [name, word] of [...Object.entries(known.first || {}), ...touch])
    if (names.test(name) || name === "landing_page") query.set(name, String(word).slice(0, 250));
  if (known.id) query.set("device", known.id);
  const frame = document.createElement("iframe");
  frame.src = `${source.origin}${path}?${query}`;
  frame.title = here.dataset.title || "Form";
  frame.style.cssText = "width:100%;border:0;min-height:24rem";
  if (here.parentElement === document.head) document.body.append(frame);
  else here.before(frame);
  addEventListener("message", ({ origin, data }) => {
    if (origin === source.origin && data?.leadlightForm && frame.contentWindow)
      frame.style.height = `${Math.min(Number(data.height) || 0, 4000)}px`;
  });
})();
