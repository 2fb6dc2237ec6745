// What a page does beyond forms and links. Each page works without it, but for live counts.
"use strict";
(() => {
  const page = document.body.dataset.page;

  // Counts of the queue as they change.
  if (page === "queue" && window.EventSource) {
    const live = new EventSource("/queue/live");
    live.addEventListener("counts", (event) => {
      const counts = JSON.parse(event.data);
      for (const shown of document.querySelectorAll("[data-count]")) {
        const key = shown.dataset.count;
        shown.textContent = String(key === "total" ? counts.total : counts.piles[key] || 0);
      }
    });
    addEventListener("pagehide", () => live.close());
  }

  // An import as it goes on; its end is a page of its own.
  const told = document.querySelector("[data-live]");
  if (told && window.EventSource) {
    const ran = Boolean(told.querySelector("[data-told]"));
    const live = new EventSource(told.dataset.live);
    live.addEventListener("import", (event) => {
      const standing = JSON.parse(event.data);
      if (standing.runs !== ran) { live.close(); location.reload(); return; }
      for (const part of told.querySelectorAll("[data-told]")) part.textContent = String(standing[part.dataset.told]);
      const bar = told.querySelector("progress");
      if (bar) bar.value = standing.percent;
    });
    addEventListener("pagehide", () => live.close());
  }

  // Findings follow the draft when typing rests.
  const draft = document.getElementById("draft");
  const checked = document.getElementById("checked");
  if (draft && checked && !draft.querySelector("fieldset").disabled) {
    // What the server sends is escaped there; nothing else is ever parsed.
    const own = window.trustedTypes?.createPolicy("checked", { createHTML: (text) => text });
    const parse = (text) => new DOMParser().parseFromString(own ? own.createHTML(text) : text, "text/html");
    let waiting = 0;
    let asked = 0;
    const check = async () => {
      const turn = ++asked;
      const fields = new URLSearchParams(new FormData(draft));
      fields.set("part", "1");
      try {
        const answer = await fetch(draft.dataset.check, { method: "POST", body: fields });
        if (!answer.ok || turn !== asked) return;
        if (answer.redirected) {
          checked.textContent = "Your session has ended. What you wrote is still here: sign in in another window, then check it.";
          return;
        }
        const parsed = parse(await answer.text());
        checked.replaceChildren(...parsed.body.childNodes);
      } catch (error) {
        // Without a line to the server the button "Check it" says what is wrong once there is one.
        console.warn(String(error));
      }
    };
    draft.addEventListener("input", (event) => {
      if (!/^d\d+\./.test(event.target.name || "")) return;
      clearTimeout(waiting);
      waiting = setTimeout(check, 350);
    });
    let changed = false;
    draft.addEventListener("input", () => { changed = true; });
    for (const form of document.forms) form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }

  // Keys: a letter presses the button or link that names it; j and k walk through a list.
  const rows = [...document.querySelectorAll("[data-keys=rows] tbody tr")];
  let at = -1;
  const choose = (to) => {
    rows[at]?.classList.remove("chosen");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at]?.classList.add("chosen");
    rows[at]?.querySelector("a")?.focus();
  };
  const keys = () => {
    let dialog = document.getElementById("keys");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.id = "keys";
      const title = document.createElement("h2");
      title.textContent = "Keys";
      const list = document.createElement("dl");
      list.className = "facts";
      const add = (key, words) => {
        const term = document.createElement("dt");
        const mark = document.createElement("kbd");
        mark.textContent = key;
        term.append(mark);
        const said = document.createElement("dd");
        said.textContent = words;
        list.append(term, said);
      };
      for (const named of document.querySelectorAll("[data-key]")) add(named.dataset.key, named.textContent.trim());
      if (rows.length) { add("j", "the next case"); add("k", "the one before"); add("Enter", "open it"); }
      add("q", "to the queue");
      add("/", "search all cases");
      add("Ctrl Enter", "send the form you write in");
      add("Esc", "close this");
      dialog.append(title, list);
      document.body.append(dialog);
    }
    dialog.showModal();
  };
  addEventListener("keydown", (event) => {
    const field = event.target;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && field.form) {
      (field.form.querySelector("button.main") || field.form.querySelector("button"))?.click();
      return;
    }
    if (event.key === "Enter" && field.dataset?.button) {
      event.preventDefault();
      document.getElementById(field.dataset.button)?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName)) return;
    if (event.key === "?") { keys(); return; }
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("search")?.focus();
      return;
    }
    if (event.key === "q") { location.href = "/queue"; return; }
    if (rows.length && event.key === "j") { choose(at + 1); return; }
    if (rows.length && event.key === "k") { choose(at - 1); return; }
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });
})();
