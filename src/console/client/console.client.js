/** In the browser of whoever is signed in: times in the viewer's zone, and shortcuts. */
(() => {
  const two = (number) => String(number).padStart(2, "0");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  /** The same form as the server's, in the viewer's zone; UTC when pointed at. */
  const localise = (root) => {
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
      time.title = `${time.dateTime.slice(0, 19).replace("T", " ")} UTC`;
      time.textContent = `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
    }
  };
  localise(document);
  document.addEventListener("swapped", (event) => localise(event.target));
  for (const name of document.querySelectorAll("[data-zone]")) name.textContent = zone;
  for (const note of document.querySelectorAll("[data-zone-note]")) note.hidden = zone === "UTC";
  for (const scripted of document.querySelectorAll("[data-scripted]")) scripted.hidden = false;

  const dialog = document.querySelector("[data-shortcuts]");
  const isOn = document.querySelector("[data-shortcuts-on]");
  if (!dialog || !isOn) return;
  const key = "shortcuts";
  isOn.checked = localStorage.getItem(key) !== "off";
  isOn.addEventListener("change", () => localStorage.setItem(key, isOn.checked ? "on" : "off"));
  document.querySelector("[data-shortcuts-open]")?.addEventListener("click", () => dialog.showModal());

  /** Moves the focus to the next or previous row's link. */
  const step = (by) => {
    const links = [...document.querySelectorAll("[data-row] a[href], [data-row] summary")].filter(
      (link, place, all) =>
        all.findIndex((other) => other.closest("[data-row]") === link.closest("[data-row]")) === place,
    );
    const at = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  };

  const search = () => {
    const field = document.querySelector("[data-search]");
    if (field) field.select();
    else location.assign("/players?find");
  };
  if (location.search === "?find") document.querySelector("[data-search]")?.focus();

  const actions = {
    "?": () => dialog.showModal(),
    "/": search,
    j: () => step(1),
    k: () => step(-1),
  };

  let went = Number.NEGATIVE_INFINITY;
  const follow = (second) => {
    const place = [...document.querySelectorAll("[data-shortcut]")].find(
      (link) => link.dataset.shortcut === second,
    );
    if (place) location.assign(place.href);
    return place !== undefined;
  };

  /** Ctrl and Enter send the form that the page is about, from within its fields too. */
  const send = (event) => {
    const form = document.querySelector("form[data-send]");
    if (!form || !isOn.checked || dialog.open) return;
    event.preventDefault();
    form.requestSubmit();
  };

  /** What carries the key itself: a button is pressed, a choice is made and has the focus. */
  const press = (key) => {
    const named = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    named?.focus();
    named?.click();
    return named !== undefined;
  };

  /** A letter or digit that is typed nowhere. */
  const pressed = (event) => {
    const isSecond = event.timeStamp - went < 1500;
    went = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (isSecond && follow(event.key)) return true;
    if (press(event.key)) return true;
    actions[event.key]?.();
    return event.key in actions;
  };
  const fields = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  const isFree = ({ target, ctrlKey, metaKey, altKey }) =>
    target.closest(fields) === null && !ctrlKey && !metaKey && !altKey && isOn.checked && !dialog.open;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
    if (event.key === "ArrowDown" && event.target.matches("[data-search]")) return step(1);
    if (isFree(event) && pressed(event)) event.preventDefault();
  });
})();
