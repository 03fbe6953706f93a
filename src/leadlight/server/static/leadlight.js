/* Leadlight: what visitors of a page do. <script src="https://HOST/js/leadlight.js" data-key="KEY" defer></script> */
(() => {
  const { dataset, src } = document.currentScript;
  const address = new URL("/v1/batch", src);
  const early = window.leadlight;
  const refused =
    [navigator.doNotTrack, window.doNotTrack].includes("1") || navigator.globalPrivacyControl;
  let allowed = dataset.consent !== "required";
  // What happened before consent: in memory only.
  let waiting = [];
  let state = {};
  let pause = 0;
  let busy, timer, seen;

  // What follows the question mark may be personal: it stays here.
  const bare = (url) => url.split(/[?#]/)[0];
  const uuid = () => crypto.randomUUID?.() || Date.now().toString(36) + Math.random().toString(36);

  // Where nothing can be stored the state lasts as long as the page, and the id has a cookie.
  const read = () => {
    try {
      state = JSON.parse(localStorage.leadlight || "{}");
    } catch {}
    return state;
  };
  const cookie = (id, age) => {
    document.cookie = `leadlight=${id};max-age=${age};path=/;samesite=lax`;
  };
  const write = (change) => {
    Object.assign(read(), change);
    try {
      localStorage.leadlight = JSON.stringify(state);
    } catch {
      cookie(state.id, 3e7);
    }
  };
  const forget = () => {
    state = {};
    cookie("", 0);
    try {
      delete localStorage.leadlight;
    } catch {}
  };

  const queue = () => read().queue || [];
  const body = (batch) => JSON.stringify({ writeKey: dataset.key, sentAt: new Date(), batch });

  // Plain text is asked for no leave of; what is sent again is known by its id.
  const flush = async () => {
    const batch = queue().slice(0, 20);
    if (busy || !batch.length) return;
    busy = true;
    const text = body(batch);
    try {
      const { ok, status } = await fetch(address, {
        method: "POST",
        body: text,
        headers: { "content-type": "text/plain" },
        keepalive: text.length < 6e4,
        credentials: "omit",
      });
      if (!ok && status !== 400 && status !== 413) throw 0;
      const ids = batch.map((m) => m.messageId);
      // Who withdrew meanwhile has nothing stored.
      if (allowed) write({ queue: queue().filter((m) => !ids.includes(m.messageId)) });
      pause = 0;
    } catch {
      pause = Math.min(pause * 2 || 1000, 6e4);
    }
    busy = false;
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
  };

  const keep = (message) => {
    // One that is too large would be refused with all that are told beside it.
    if (JSON.stringify(message).length > 3e4) return;
    // By what the visitor came: the first time, and the last.
    const touch = {};
    for (const [name, word] of new URLSearchParams(location.search))
      if (/^(utm_(source|medium|campaign|term|content)|gclid|[gw]braid|msclkid|fbclid|ttclid|li_fat_id)$/.test(name))
        touch[name] = word.slice(0, 250);
    const known = read();
    const first = known.first || { ...touch, landing_page: bare(location.href), referrer: bare(document.referrer) };
    const last = Object.keys(touch).length ? touch : known.last || {};
    const campaign = {};
    for (const name in last) campaign[name.replace("utm_campaign", "name").replace("utm_", "")] = last[name];
    const id = known.id || document.cookie.match(/leadlight=([\w.-]+)/)?.[1] || uuid();
    message.anonymousId = id;
    Object.assign(message.context, { campaign, firstTouch: first });
    write({ id, first, last, queue: [...queue(), message].slice(-100) });
    queueMicrotask(flush);
  };

  const say = (type, fields) => {
    if (refused) return;
    const { pathname: path, href } = location;
    const page = { url: bare(href), path, title: document.title, referrer: bare(document.referrer) };
    const { userAgent, language: locale } = navigator;
    const context = { page, userAgent, locale };
    const message = { type, messageId: uuid(), timestamp: new Date(), context, ...fields };
    if (allowed) keep(message);
    else waiting = [...waiting, message].slice(-20);
  };

  const track = (event, properties) => say("track", { event, properties });
  const identify = (userId, traits) =>
    say("identify", typeof userId === "object" ? { traits: userId } : { userId, traits });
  const page = (name, properties) => say("page", { name, properties });
  const consent = (yes) => {
    allowed = yes;
    if (yes) waiting.forEach(keep);
    else forget();
    waiting = [];
  };
  const api = { track, identify, page, consent, reset: forget, push: ([name, ...rest]) => api[name](...rest) };
  window.leadlight = api;

  // A form with data-leadlight-form says who sends it; its value is the kind, if it is another one.
  const traitOf = {
    email: /e-?mail/,
    firstName: /given|first.?name/,
    lastName: /family|last.?name/,
    name: /\b(full.|your.)?name\b/,
  };
  const submitted = ({ target }) => {
    const kind = target.dataset.leadlightForm;
    if (kind == null) return;
    const traits = {};
    for (const { dataset, type, name, autocomplete, value } of target.elements) {
      const words = [type, autocomplete, name].join(" ").toLowerCase();
      const trait =
        dataset.leadlight ||
        (!/pass|hid|radio|check/.test(type) && Object.keys(traitOf).find((t) => traitOf[t].test(words)));
      if (trait && value) traits[trait] ??= value;
    }
    if (traits.email) identify(traits);
    track(kind || "form_submitted", { form: target.id });
  };
  addEventListener("submit", submitted, true);

  const view = () => {
    if (seen !== location.pathname) page();
    seen = location.pathname;
  };
  const { pushState } = history;
  history.pushState = (...to) => {
    pushState.apply(history, to);
    setTimeout(view);
  };
  addEventListener("popstate", view);
  addEventListener("pagehide", () => {
    const batch = queue().slice(0, 20);
    if (allowed && batch.length) navigator.sendBeacon(address, body(batch));
  });
  if (document.prerendering) document.addEventListener("prerenderingchange", view);
  else view();
  if (Array.isArray(early)) early.forEach(api.push);
})();
