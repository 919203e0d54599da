// What makes the pages nicer. Every page works without it; nothing here writes markup or style from text.
(() => {
  "use strict";
  const script = document.currentScript;
  const words = script ? script.dataset : {};
  const longestSide = 1600;
  const store = {
    get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* full or forbidden: no draft */ } },
    drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* nothing kept */ } },
  };
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const tell = (form, text, button) => {
    form.querySelectorAll(":scope > .notice.told").forEach((old) => old.remove());
    const notice = make("div", "notice notice-warning told");
    notice.setAttribute("role", "status");
    const inner = make("div");
    inner.append(make("p", "", text));
    if (button) inner.append(button);
    notice.append(inner);
    form.prepend(notice);
    return notice;
  };

  // --- drafts: what was typed survives a lost connection, in this tab only -------------------------------------------
  const draftKey = (form) => `tuntas-draft:${form.dataset.draft}`;
  const typed = (form) =>
    [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit", "button"].includes(e.type));
  const isChoice = (e) => e.type === "checkbox" || e.type === "radio";
  const keep = (form) =>
    store.set(
      draftKey(form),
      JSON.stringify(typed(form).map((e) => [e.name, isChoice(e) ? e.value : null, isChoice(e) ? e.checked : e.value])),
    );
  const restore = (form) => {
    let kept;
    try { kept = JSON.parse(store.get(draftKey(form)) || "null"); } catch { kept = null; }
    if (!Array.isArray(kept)) return;
    let changed = false;
    for (const [name, value, state] of kept) {
      const element = typed(form).find((e) => e.name === name && (value === null || e.value === value));
      if (!element || (isChoice(element) ? element.checked : element.value) === state) continue;
      if (isChoice(element)) element.checked = state;
      else element.value = state;
      changed = true;
    }
    if (!changed) return;
    const discard = make("button", "button button-link", words.discard);
    discard.type = "button";
    const notice = tell(form, words.restored, discard);
    discard.addEventListener("click", () => { store.drop(draftKey(form)); form.reset(); notice.remove(); });
  };
  const sent = store.get("tuntas-sent");
  if (document.querySelector("[data-forget]")) {
    try { sessionStorage.clear(); } catch { /* nothing kept */ }
  } else if (sent && document.querySelector("[data-saved]")) {
    store.drop(sent);
  }
  store.drop("tuntas-sent");
  // With an error summary the server has already given back what was typed.
  if (!document.querySelector(".summary")) document.querySelectorAll("form[data-draft]").forEach(restore);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.dataset.draft) keep(form);
  });

  // --- sending: once, and not into the void ---------------------------------------------------------------------------
  const waiting = new WeakMap(); // forms sent while their photos were still being scaled, and by which button
  const release = (form) => {
    delete form.dataset.sending;
    form.querySelectorAll("[data-was]").forEach((button) => {
      button.disabled = false;
      button.textContent = button.dataset.was;
      delete button.dataset.was;
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sending) return event.preventDefault();
    if (form.dataset.draft) {
      keep(form);
      if (navigator.onLine === false) {
        event.preventDefault();
        tell(form, words.offline).scrollIntoView({ block: "center" });
        return;
      }
      store.set("tuntas-sent", draftKey(form));
    }
    if (form.dataset.scaling) {
      event.preventDefault();
      waiting.set(form, event.submitter);
      return;
    }
    form.dataset.sending = "1";
    const button = event.submitter;
    // After this turn: a disabled button would not send its own name and value.
    setTimeout(() => {
      if (event.defaultPrevented) return form.removeAttribute("data-sending");
      if (!button) return;
      button.dataset.was = button.textContent;
      button.textContent = words.sending;
      button.disabled = true;
    });
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });

  // --- photos: scaled before they are sent, and listed with their sizes ----------------------------------------------
  const size = (bytes) => {
    const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "KB"] : [bytes / 1e6, "MB"];
    const digits = { maximumFractionDigits: value < 10 ? 1 : 0 };
    return `${new Intl.NumberFormat(document.documentElement.lang, digits).format(value)} ${unit}`;
  };
  const scaled = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const factor = longestSide / Math.max(picture.width, picture.height);
      if (factor >= 1) return file;
      const canvas = make("canvas");
      canvas.width = Math.round(picture.width * factor);
      canvas.height = Math.round(picture.height * factor);
      const context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!blob || blob.size >= file.size) return file;
      const name = file.name.replace(/\.\w+$/, "") + ".jpg";
      return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
    } catch {
      return file; // the server looks at it anyway
    }
  };
  const list = (input, before) => {
    const id = `${input.id}-chosen`;
    const old = document.getElementById(id);
    if (old) old.remove();
    if (!input.files.length) return;
    const shown = make("ul", "chosen");
    shown.id = id;
    shown.setAttribute("aria-live", "polite");
    [...input.files].forEach((file, index) => {
      const line = make("li");
      const was = before[index];
      line.append(make("span", "", file.name));
      line.append(make("span", "number", was > file.size ? `${size(was)} → ${size(file.size)}` : size(file.size)));
      shown.append(line);
    });
    input.after(shown);
  };
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const before = [...input.files].map((file) => file.size);
    if ("scale" in input.dataset && input.files.length) {
      const form = input.form;
      if (form) form.dataset.scaling = "1";
      const bag = new DataTransfer();
      for (const file of [...input.files]) bag.items.add(await scaled(file));
      input.files = bag.files;
      if (form) {
        delete form.dataset.scaling;
        if (waiting.has(form)) {
          const button = waiting.get(form);
          waiting.delete(form);
          form.requestSubmit(button);
        }
      }
    }
    list(input, before);
  });

  // --- small things -----------------------------------------------------------------------------------------------------
  const canCopy = Boolean(navigator.clipboard);
  document.querySelectorAll("[data-print], [data-copy]").forEach((button) => {
    button.hidden = "copy" in button.dataset && !canCopy;
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-print], [data-copy]");
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (!button) return;
    if ("print" in button.dataset) return window.print();
    const source = button.dataset.copy.startsWith("#") && document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source ? source.value || source.textContent.trim() : button.dataset.copy);
    const label = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const summary = document.querySelector(".summary");
  if (summary) summary.focus();
})();
