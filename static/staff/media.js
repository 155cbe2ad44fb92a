// Images: uploading by drop and paste, in the library and onto the composer's blocks, and the focal
// point by a click. Without scripts there are a file field, buttons and numbers.
"use strict";

(() => {
  const firstImage = (data) => [...((data && data.files) || [])].find((file) => file.type.startsWith("image/"));
  const holdsFiles = (data) => data && [...data.types].includes("Files");

  // --- A block of the composer, or another field of an image ---

  const PLACE = ".st-block, [data-picker-place]";
  const pickerOf = (target) => {
    const block = target instanceof Element && target.closest(PLACE);
    return block && block.querySelector("[data-picker-upload]") && block.querySelector("[data-picker]");
  };

  function tell(picker, text, isBad) {
    const line = picker.querySelector("[data-picker-status]");
    line.textContent = text;
    line.classList.toggle("st-bad-text", Boolean(isBad));
  }

  // The composer is written anew when blocks move, so the block is looked up when the answer comes.
  const fieldOf = (id, name) => document.getElementById(`${id}-${name}`);

  async function upload(picker, file) {
    const field = picker.closest(".st-field").querySelector("input.st-input");
    const id = field.id.replace(/-[a-z_]+$/, "");
    const name = field.id.slice(id.length + 1);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", picker.closest("form").elements.csrfmiddlewaretoken.value);
    const to = picker.querySelector("[data-upload-to]").dataset;
    // A file's name could tell of a topic that only some staff may know of.
    body.append("file", file, to.uploadAs || file.name || "image");
    tell(picker, "Uploading …");
    let said = {};
    try {
      const answer = await fetch(to.uploadTo, {
        method: "POST", body, redirect: "manual", headers: { Accept: "application/json" },
      });
      const isOurs = (answer.headers.get("Content-Type") || "").includes("json");
      said = isOurs ? await answer.json() : {};
      if (!answer.ok && !said.problem) {
        said.problem = answer.type === "opaqueredirect" || answer.status === 403
          ? "You are signed out. Sign in again in another tab, then try again."
          : "The image was not uploaded. It may be too large.";
      }
    } catch {
      said = { problem: "No connection. The image was not uploaded." };
    }
    const now = fieldOf(id, name);
    if (!now) return;
    const there = now.closest(".st-field").querySelector("[data-picker]");
    if (said.problem) return tell(there, said.problem, true);
    const hasText = put(now, said);
    tell(there, [said.note, hasText ? "Uploaded." : "Uploaded. Describe it below."].filter(Boolean).join(" "));
  }

  // Put an image into a block, with its description where the block has none. Return whether it has
  // one then.
  function put(field, image) {
    seen.set(image.reference, image);
    const id = field.id.replace(/-[a-z_]+$/, "");
    const alt = fieldOf(id, "alt");
    const decorative = fieldOf(id, "decorative");
    if (alt && !alt.value.trim()) {
      if (decorative && image.is_decorative) change(decorative, "yes");
      if (image.alt) change(alt, image.alt);
    }
    change(field, image.reference);
    return !alt || Boolean(alt.value.trim()) || decorative?.value === "yes";
  }

  function change(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Whatever changed the field, undo and duplicating included, its picture follows.
  const seen = new Map();
  function follow(field) {
    const picker = field.closest(".st-field")?.querySelector("[data-picker]");
    if (!picker) return;
    const choice = picker.querySelector(`[data-reference="${CSS.escape(field.value.trim())}"]`);
    const image = seen.get(field.value.trim()) || (choice && imageOf(choice));
    picker.querySelector("[data-picker-now]").hidden = !image;
    // The picture says what it is; how the library names it is nothing to read.
    field.hidden = Boolean(image);
    if (!image) return;
    const thumb = picker.querySelector("[data-picker-thumb]");
    thumb.dataset.around = image.around || MIDDLE;
    thumb.src = image.thumbnail;
    frame(thumb);
    const page = picker.querySelector("[data-picker-page]");
    if (page && image.page) page.href = image.page;
    picker.querySelector("[data-picker-title]").textContent = image.title;
  }

  const imageOf = (button) => ({
    reference: button.dataset.reference,
    thumbnail: button.dataset.thumbnail,
    title: button.title,
    alt: button.dataset.alt,
    page: button.dataset.page,
    around: button.dataset.focal,
    is_decorative: "decorative" in button.dataset,
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches?.(".st-field > input.st-input")) follow(event.target);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-reference]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    put(button.closest(".st-field").querySelector("input.st-input"), imageOf(button));
  }, true);

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-picker-clear]");
    if (!button) return;
    const field = button.closest(".st-field").querySelector("input.st-input");
    change(field, "");
    field.focus();
  });

  // An image that the list doesn't show is remembered, for undo.
  function remember() {
    for (const picker of document.querySelectorAll("[data-picker]")) {
      const field = picker.closest(".st-field").querySelector("input.st-input");
      field.hidden = !picker.querySelector("[data-picker-now]").hidden;
      if (!field.hidden || seen.has(field.value)) continue;
      seen.set(field.value, {
        reference: field.value,
        thumbnail: picker.querySelector("[data-picker-thumb]").getAttribute("src"),
        title: picker.querySelector("[data-picker-title]").textContent,
        around: picker.querySelector("[data-picker-thumb]").dataset.around,
        page: picker.querySelector("[data-picker-page]")?.getAttribute("href"),
        alt: "",
      });
    }
  }

  // --- The library ---

  const library = () => document.querySelector("form[data-drop]");

  function submitToLibrary(file) {
    const form = library();
    const given = new DataTransfer();
    given.items.add(file);
    form.elements.file.files = given.files;
    form.requestSubmit();
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== library()) return;
    event.target.querySelector("[data-upload-status]").textContent = "Uploading …";
  });

  // --- Both ---

  // Before it reaches the field itself, where unfold's own script looks for a text field beside it.
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-upload-to]")) return;
    event.stopImmediatePropagation();
    const picker = event.target.closest("[data-picker]");
    const file = event.target.files[0];
    if (file) upload(picker, file);
    event.target.value = "";
  }, true);

  // The file field has no name, so it is no part of the form. Its events stay out of autosave.
  document.addEventListener("input", (event) => {
    if (event.target.matches && event.target.matches("[data-upload-to]")) event.stopImmediatePropagation();
  }, true);

  let marked = null;
  function mark(element) {
    if (marked === element) return;
    if (marked) marked.classList.remove("st-dropping");
    marked = element;
    if (marked) marked.classList.add("st-dropping");
  }

  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event.dataTransfer)) return;
    const picker = pickerOf(event.target);
    if (!picker && !library() && !document.getElementById("composer")) return;
    // Elsewhere in the composer, too: the browser would open the image in place of the text.
    event.preventDefault();
    event.dataTransfer.dropEffect = picker || library() ? "copy" : "none";
    mark(picker ? picker.closest(PLACE) : library());
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event.dataTransfer)) return;
    const picker = pickerOf(event.target);
    if (!picker && !library() && !document.getElementById("composer")) return;
    event.preventDefault();
    mark(null);
    const file = event.dataTransfer.files[0];
    if (picker) upload(picker, file);
    else if (library()) submitToLibrary(file);
  });

  document.addEventListener("paste", (event) => {
    const file = firstImage(event.clipboardData);
    // What is copied from Word holds a picture of itself beside its text.
    if (!file || [...event.clipboardData.types].includes("text/plain")) return;
    const picker = pickerOf(event.target);
    if (!picker && !library()) return;
    event.preventDefault();
    if (picker) upload(picker, file);
    else submitToLibrary(file);
  });

  // --- The focal point ---

  function focalPoint() {
    const picture = document.querySelector("img[data-focus]");
    const across = document.getElementById("id_focus_x");
    const down = document.getElementById("id_focus_y");
    if (!picture || !across || !down) return;
    const point = document.createElement("span");
    point.className = "st-media-point";
    picture.after(point);
    picture.setAttribute("data-can-focus", "");
    document.querySelector("[data-focus-hint]").hidden = false;
    const place = () => {
      point.style.left = `${(picture.clientWidth * across.value) / 100}px`;
      point.style.top = `${(picture.clientHeight * down.value) / 100}px`;
      for (const cut of document.querySelectorAll("[data-cuts] img")) {
        cut.dataset.around = `${across.value}% ${down.value}%`;
        frame(cut);
      }
    };
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      across.value = Math.round(((event.clientX - box.left) / box.width) * 100);
      down.value = Math.round(((event.clientY - box.top) / box.height) * 100);
      place();
      across.dispatchEvent(new Event("input", { bubbles: true }));
    });
    for (const field of [across, down]) field.addEventListener("input", place);
    window.addEventListener("resize", place);
    picture.addEventListener("load", place);
    place();
  }

  // A frame shows the part of an image around its focal point, as our files that are cut do. In a
  // list, one without such a point is shown whole.
  const MIDDLE = "50% 50%";
  function frame(picture) {
    const around = picture.dataset.around;
    const isCut = "cut" in picture.dataset || around !== MIDDLE;
    picture.style.objectFit = isCut ? "cover" : "";
    const { naturalWidth: width, naturalHeight: height, clientWidth, clientHeight } = picture;
    if (!isCut || !width || !clientWidth) return;
    const scale = Math.min(width / clientWidth, height / clientHeight);
    const [x, y] = around.split(" ").map(parseFloat);
    picture.style.objectPosition =
      `${start(width, clientWidth * scale, x)}% ${start(height, clientHeight * scale, y)}%`;
  }

  function start(whole, part, perCent) {
    const free = whole - part;
    return free < 1 ? 50 : (Math.min(Math.max(0, (whole * perCent) / 100 - part / 2), free) / free) * 100;
  }

  document.addEventListener("load", (event) => {
    if (event.target.matches?.("img[data-around]")) frame(event.target);
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    for (const picture of document.querySelectorAll("img[data-around]")) frame(picture);
    remember();
    focalPoint();
    const hint = document.querySelector("[data-drop-hint]");
    if (hint) hint.hidden = false;
    for (const part of document.querySelectorAll("[data-picker-clear], [data-cuts]")) part.hidden = false;
  });
})();
