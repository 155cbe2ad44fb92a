// The small form of one merge field: which it is, and what stands in its place where it is unknown.
import { explain, fields, isKnown, takesFallback, title } from "composer/merge_fields";

const dialog = () => document.getElementById("merge-form");

function show(select, fallback) {
  const name = select.value;
  fallback.closest(".st-field").hidden = !takesFallback(name) && !fallback.value;
  dialog().querySelector("[data-meaning]").textContent = name ? explain(name, fallback.value.trim()) : "";
}

// Return a promise of the field as it is wanted, of "remove", or of null where nothing is changed.
export function editField({ name, fallback }) {
  const form = dialog().querySelector("form");
  const { field: select, fallback: input } = form.elements;
  select.replaceChildren(...fields().map((each) => new Option(title(each.name), each.name)));
  if (!isKnown(name)) select.prepend(new Option("Choose a field", ""));
  select.value = isKnown(name) ? name : "";
  input.value = fallback;
  const follow = () => show(select, input);
  select.onchange = follow;
  input.oninput = follow;
  follow();
  dialog().returnValue = "";
  dialog().showModal();
  return new Promise((resolve) => {
    dialog().addEventListener("close", () => {
      const { returnValue } = dialog();
      if (returnValue === "remove") return resolve("remove");
      if (returnValue !== "keep" || !select.value) return resolve(null);
      // Braces and bars are what the field itself is written with.
      return resolve({ name: select.value, fallback: input.value.replace(/[{}|]/g, "").trim() });
    }, { once: true });
  });
}
