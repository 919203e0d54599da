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
  const tell = (place, text, tone, ...actions) => {
    let notice = place.querySelector(":scope > .told");
    if (!notice) {
      notice = make("div");
      notice.setAttribute("role", "status");
      place.prepend(notice);
    }
    notice.className = `notice notice-${tone} told`;
    const inner = make("div");
    const buttons = make("div", "actions");
    buttons.append(...actions);
    inner.append(make("p", "", text), ...(actions.length ? [buttons] : []));
    notice.replaceChildren(inner);
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
    const notice = tell(form, words.restored, "warning", discard);
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
  const busy = (form, button) => {
    form.dataset.sending = "1";
    if (!button) return;
    button.dataset.was = button.textContent;
    button.textContent = words.sending;
    button.disabled = true;
  };
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
        tell(form, words.offline, "warning").scrollIntoView({ block: "center" });
        return;
      }
      store.set("tuntas-sent", draftKey(form));
    }
    if (form.dataset.scaling) {
      event.preventDefault();
      waiting.set(form, event.submitter);
      return;
    }
    if (form.dataset.pieces && (jobs.has(form) || form.elements.files.files.length)) {
      event.preventDefault();
      return inPieces(form, event.submitter);
    }
    form.dataset.sending = "1";
    // After this turn: a disabled button would not send its own name and value.
    setTimeout(() => (event.defaultPrevented ? release(form) : busy(form, event.submitter)));
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
    if (input.dataset.most) {
      input.setCustomValidity(before.length > input.dataset.most ? input.dataset.tooMany : "");
      input.reportValidity();
    }
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

  // --- piece by piece: the text first, then one file after the other, so that a weak line loses neither ----------------
  const jobs = new WeakMap(); // forms whose text is saved, and what they have still to send
  const onward = "tuntas-onward"; // what the next page in this tab says of the files
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);
  const post = async (to, data, size) => {
    const signal = AbortSignal.timeout && AbortSignal.timeout(6e4 + size / 5); // 5 KB a second is slow, not dead
    const answer = await fetch(to, { method: "POST", body: data, headers: { Accept: "application/json" }, signal });
    if (answer.status > 500) throw answer; // a gateway: the site was not reached
    if (answer.redirected) {
      location.assign(answer.url); // signed out meanwhile
      return new Promise(() => {});
    }
    if (/json/.test(answer.headers.get("Content-Type"))) return answer.json();
    return { page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  };
  const hasForm = (page) => page.querySelector("main form.act");
  const refusal = (page) => {
    const said = page.querySelector(hasForm(page) ? "#files-error span" : "main .panel p");
    return said && said.textContent.trim();
  };
  const show = (form, page, files) => {
    release(form);
    if (!hasForm(page)) return tell(form, refusal(page), "warning").scrollIntoView({ block: "center" });
    document.querySelector("main").replaceWith(page.querySelector("main"));
    const input = document.querySelector("main [name=files]");
    const bag = new DataTransfer();
    files.forEach((file) => bag.items.add(file));
    input.files = bag.files;
    list(input, files.map((file) => file.size));
    document.querySelector(".summary").focus();
  };
  const wrong = (input, problems) => {
    const old = document.getElementById(`${input.id}-error`);
    if (old) old.remove();
    if (!problems.length) return;
    const line = make("p", "error", problems.join(" "));
    line.id = `${input.id}-error`;
    input.before(line);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${input.id}-hint ${line.id}`);
    input.closest(".field").classList.add("wrong");
  };
  const begin = (form, to, carried) => {
    const job = { to, carried, left: [], sent: 0, all: 0 };
    jobs.set(form, job);
    if (!carried) return job;
    store.drop("tuntas-sent");
    store.drop(draftKey(form));
    delete form.dataset.draft;
    typed(form).forEach((e) => { e.readOnly = true; e.disabled = isChoice(e); });
    return job;
  };
  const inPieces = async (form, button) => {
    const input = form.elements.files;
    const said = input.dataset;
    const saved = form.dataset.pieces === "text" ? `${said.saved} ` : "";
    busy(form, button);
    let job = jobs.get(form);
    const problems = [];
    try {
      if (!job && form.dataset.pieces === "text") {
        const data = new FormData(form);
        data.delete("files");
        const answer = await post(form.action, data, 0);
        if (answer.page) return show(form, answer.page, [...input.files]);
        job = begin(form, answer.location, true);
      }
      job = job || begin(form, form.action, false);
      for (const file of input.files) job.left.push([file, `${form.elements.form_key.value}-${++job.all}`]);
      input.value = "";
      list(input);
      while (job.left.length) {
        const names = job.left.map(([each]) => each.name).join(", ");
        const progress = fill(said.progress, job); // that the text is saved, the next page says by itself
        tell(form, saved + progress, "info").scrollIntoView({ block: "nearest" });
        store.set(onward, `${progress} ${fill(said.cut, { names })}`);
        const [file, key] = job.left[0];
        const data = new FormData(form);
        data.set("files", file);
        data.set("form_key", key);
        if (job.carried) ["text", "links", "kept"].forEach((name) => data.delete(name));
        const answer = file.size > said.limit ? {} : await post(job.to, data, file.size);
        job.left.shift();
        if (answer.location) {
          job.sent++;
          job.carried = true;
          continue;
        }
        const problem = answer.page ? refusal(answer.page) : `${file.name}: ${said.tooBig}`;
        if (!problem) return show(form, answer.page, job.left.map(([each]) => each));
        problems.push(problem);
      }
    } catch {
      if (!job) return tell(form, words.offline, "warning").scrollIntoView({ block: "center" });
    } finally {
      release(form);
    }
    const told = saved + fill(said.progress, job);
    if (!problems.length && !job.left.length) {
      store.set(onward, fill(said.progress, job));
      return location.assign(form.dataset.then);
    }
    wrong(input, problems);
    const without = make("a", "button button-link", said.onward);
    without.href = form.dataset.then;
    const again = make("button", "button", said.again);
    const names = job.left.map(([each]) => each.name).join(", ");
    const why = names ? fill(said.cut, { names }) : said.refused;
    const actions = names ? [again, without] : [without];
    store.drop(onward);
    tell(form, `${told} ${why}`, "warning", ...actions).scrollIntoView({ block: "center" });
    actions[0].focus();
  };
  if (store.get(onward) && !document.querySelector(".door")) {
    tell(document.querySelector("main"), store.get(onward), "info");
    store.drop(onward);
  }

  // --- small things -----------------------------------------------------------------------------------------------------
  // An address leads into what is folded; paper has nothing to unfold, and no time to fetch.
  const unfold = () => {
    const fold = document.getElementById(location.hash.slice(1))?.closest("details.fold");
    if (fold) fold.open = true;
  };
  unfold();
  addEventListener("hashchange", unfold);
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details.fold:not([hx-get])").forEach((fold) => { fold.open = true; });
  });
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
