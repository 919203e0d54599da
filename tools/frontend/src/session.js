// The page of a meeting: notes are saved as they are typed and never lost; the others' notes come in by themselves.
(() => {
  "use strict";
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  // --- notes: only what was touched is sent, some moments after the last key ------------------------------------------
  const form = document.querySelector("form[data-notes]");
  const said = (key) => form.querySelector(`[data-note-said="${key}"]`);
  const tell = (key, text, ...more) => said(key).replaceChildren(document.createTextNode(text), ...more);
  const touched = new Set();
  let timer = 0;
  let sending = false;
  let wait = 1000;
  const later = (after) => {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  };
  // What is not saved yet outlives the page in this tab, with the version it was typed upon, so that nothing newer is lost.
  const slot = (key) => `tuntas-note:${form.action}:${key}`;
  const keep = (key, value) => {
    try { value ? sessionStorage.setItem(slot(key), JSON.stringify(value)) : sessionStorage.removeItem(slot(key)); } catch { /* full or forbidden */ }
  };
  const kept = (key) => {
    try { return JSON.parse(sessionStorage.getItem(slot(key)) || "null"); } catch { return null; }
  };
  const version = (key) => form.elements[`version-${key}`];
  const field = (key) => form.elements[`note-${key}`];
  const overtaken = (key, theirs) => {
    touched.delete(key);
    const button = make("button", "button", form.dataset.replace);
    button.type = "button";
    button.addEventListener("click", () => {
      version(key).value = theirs.version;
      touched.add(key);
      later(0);
    });
    tell(key, form.dataset.stale, make("blockquote", "prose", theirs.text), button);
  };
  const save = async () => {
    if (sending || !touched.size) return;
    sending = true;
    const keys = [...touched];
    const texts = new Map(keys.map((key) => [key, field(key).value]));
    const data = new FormData();
    data.set("csrf_token", form.elements.csrf_token.value);
    for (const key of keys) {
      data.set(`note-${key}`, texts.get(key));
      data.set(`version-${key}`, version(key).value);
      tell(key, form.dataset.saving);
    }
    let words = form.dataset.failed;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: data, redirect: "error", headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(15e3),
      });
      const json = /json/.test(answer.headers.get("Content-Type")) ? await answer.json() : null;
      if (answer.status >= 400 && answer.status < 500) words = form.dataset.locked;
      if (json && json.stale) {
        Object.entries(json.stale).forEach(([key, theirs]) => overtaken(key, theirs));
        keys.filter((key) => !(key in json.stale)).forEach((key) => tell(key, ""));
        later(0);
      } else if (json && answer.ok) {
        for (const [key, number] of Object.entries(json.versions)) {
          version(key).value = number;
          const seen = form.elements[`seen-${key}`];
          if (seen) seen.remove();
          if (field(key).value === texts.get(key)) {
            touched.delete(key);
            keep(key);
          } else {
            keep(key, [field(key).value, version(key).value]);
          }
          tell(key, json.saved);
        }
        wait = 1000;
      } else {
        throw answer;
      }
    } catch {
      keys.forEach((key) => tell(key, words));
      wait = Math.min(wait * 2, 30000);
      later(wait);
    } finally {
      sending = false;
    }
    if (touched.size) later(wait);
  };
  if (form) {
    form.querySelectorAll("[data-save]").forEach((button) => { button.hidden = true; });
    form.addEventListener("input", (event) => {
      const key = event.target.dataset.note;
      if (key === undefined) return;
      touched.add(key);
      keep(key, [event.target.value, version(key).value]);
      later(wait);
    });
    for (const area of form.querySelectorAll("[data-note]")) {
      const key = area.dataset.note;
      const draft = kept(key);
      if (!draft || draft[0] === area.value) { keep(key); continue; }
      [area.value, version(key).value] = draft;
      touched.add(key);
      later(0);
    }
    addEventListener("online", () => later(0));
    addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    addEventListener("beforeunload", (event) => { if (touched.size) event.preventDefault(); });

    const fetched = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(form.dataset.notes, { redirect: "error" });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const place of form.querySelectorAll("[data-others]")) {
          const part = page.getElementById(`lain-${place.dataset.others}`);
          if (part && part.textContent !== place.textContent) place.replaceChildren(part);
        }
      } catch { /* the next round asks again */ }
    };
    setInterval(fetched, 5000);
  }

  // --- from unit to unit by the arrow keys, while nothing is being typed ----------------------------------------------
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, summary, [contenteditable]")) return;
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = way && document.querySelector(`main a[rel="${way}"]`);
    if (link) link.click();
  });

  // --- attendance: a tap changes its row and nothing else --------------------------------------------------------------
  const taps = document.querySelector("form[data-tap]");
  if (taps) {
    taps.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (!button || button.name !== "hadir") return;
      event.preventDefault();
      const data = new FormData(taps);
      data.set(button.name, button.value);
      button.disabled = true;
      try {
        const answer = await fetch(taps.action, { method: "POST", body: data });
        if (!answer.ok) throw answer;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const row = page.getElementById(button.closest("tr").id);
        if (!row) return location.assign(answer.url);
        const place = [...button.closest("tr").querySelectorAll("button")].indexOf(button);
        button.closest("tr").replaceWith(row);
        row.querySelectorAll("button")[place].focus();
        document.getElementById("hitungan").replaceWith(page.getElementById("hitungan"));
      } catch {
        button.disabled = false;
        button.after(make("p", "error", taps.dataset.failed));
      }
    });
  }
})();
