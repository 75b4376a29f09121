/** Filters that apply as they are filled in: asks for the same address, and swaps the results. */
(() => {
  const form = document.querySelector("form[data-live]");
  const results = document.querySelector("#results");
  const announce = document.querySelector("[data-announce]");
  if (!form || !results) return;
  const pauseMs = 150;
  let timer = 0;
  let running = new AbortController();

  const addressOf = () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    const text = new URLSearchParams(fields).toString();
    return text === "" ? form.action : `${form.action}?${text}`;
  };

  /** The focus stays in the field: only what is below is replaced. */
  const show = (page, address) => {
    const fresh = page.querySelector("#results");
    if (!fresh) return location.assign(address);
    results.replaceChildren(...fresh.childNodes);
    results.dispatchEvent(new Event("swapped", { bubbles: true }));
    const count = results.querySelector("[data-count]");
    announce.textContent = count?.dataset.said || count?.textContent || "";
    history.replaceState(null, "", address);
  };

  /** What went wrong, for everybody; what is listed stays. */
  const complain = (text) => {
    const count = results.querySelector("[data-count]");
    if (count) count.textContent = text;
    announce.textContent = text;
  };

  const ask = async () => {
    running.abort();
    running = new AbortController();
    const address = addressOf();
    try {
      const answer = await fetch(address, { signal: running.signal, headers: { accept: "text/html" } });
      if (answer.status === 429) return complain("Too many searches in a minute. Wait a little.");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      show(page, address);
    } catch (error) {
      if (error.name !== "AbortError") complain("The search did not reach the server. Try again.");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pauseMs);
  });
  /** Whoever presses Enter has typed enough: on to the first row. */
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    await ask();
    results.querySelector("[data-row] a")?.focus();
  });
})();
