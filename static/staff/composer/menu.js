// A menu that is searched by typing: a field, and below it a list of what matches.
let open = null;

const menu = () => document.getElementById("composer-menu");
const search = () => menu().querySelector("input");
const box = () => menu().querySelector("[role=listbox]");

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function matching(typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const fits = (item) => words.every((word) => plain(`${item.label} ${item.value.replaceAll("_", " ")} ${item.value} ${item.hint || ""}`).includes(word));
  const found = open.items.filter(fits);
  const begins = (item) => !plain(item.label).startsWith(plain(typed));
  return found.sort((one, other) => begins(one) - begins(other));
}

function show() {
  const found = matching(search().value);
  open.shown = found;
  open.at = 0;
  box().replaceChildren(...found.map((item, index) => {
    const option = document.createElement("div");
    option.role = "option";
    option.id = `composer-menu-${index}`;
    const icon = document.createElement("span");
    icon.className = "material-symbols-outlined";
    icon.ariaHidden = "true";
    icon.textContent = item.icon || "";
    const label = document.createElement("span");
    label.textContent = item.label;
    option.append(icon, label);
    if (item.hint) {
      const hint = document.createElement("small");
      hint.textContent = item.hint;
      label.append(hint);
    }
    // The field keeps the focus, so that a press doesn't close the menu before it counts.
    option.addEventListener("pointerdown", (event) => event.preventDefault());
    option.addEventListener("click", () => choose(index));
    return option;
  }));
  menu().querySelector("[data-none]").hidden = found.length > 0;
  box().hidden = found.length === 0;
  mark();
}

function mark() {
  for (const [index, option] of [...box().children].entries()) {
    option.ariaSelected = String(index === open.at);
    if (index === open.at) {
      search().setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }
  if (!open.shown.length) search().removeAttribute("aria-activedescendant");
}

function choose(index) {
  const item = open.shown[index];
  if (!item) return;
  const { onChoose } = open;
  close();
  onChoose(item.value);
}

function close(rest = null) {
  const { onClose } = open;
  open = null;
  menu().hidePopover();
  if (rest !== null) onClose(rest);
}

// Open the menu at a place of the window. `typedThrough(text)` returns what is to be written
// instead, where somebody types on without looking at the menu; else null.
export function openMenu({ items, title, at, onChoose, onClose = () => {}, typedThrough = () => null }) {
  if (open) close("");
  open = { items, onChoose, onClose, typedThrough, shown: [], at: 0 };
  menu().ariaLabel = title;
  search().ariaLabel = title;
  search().placeholder = title;
  search().value = "";
  menu().showPopover();
  show();
  const { width, height } = menu().getBoundingClientRect();
  const top = at.bottom + height + 8 > innerHeight ? Math.max((at.top ?? at.bottom) - height - 4, 8) : at.bottom + 4;
  menu().style.left = `${Math.max(Math.min(at.left, innerWidth - width - 8), 8)}px`;
  menu().style.top = `${top}px`;
  search().focus();
}

export function startMenu() {
  search().addEventListener("input", (event) => {
    event.stopPropagation();
    const rest = open?.typedThrough(search().value);
    if (rest !== null && rest !== undefined) return close(rest);
    return open && show();
  });
  search().addEventListener("keydown", (event) => {
    if (!open) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps && open.shown.length) open.at = (open.at + steps + open.shown.length) % open.shown.length;
    else if (event.key === "Home") open.at = 0;
    else if (event.key === "End") open.at = open.shown.length - 1;
    else if (event.key === "Enter") choose(open.at);
    else if (event.key === "Escape" || event.key === "Tab" || (event.key === "Backspace" && !search().value)) close("");
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (open) mark();
  });
  search().addEventListener("blur", () => { if (open) close(""); });
}
