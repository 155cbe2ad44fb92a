// The menu: beside the page from 1280 px on. (unfold's own rule hides it at exactly 1280 px.)
"use strict";

const menuIsOpen = () => window.innerWidth >= 1280 && localStorage.getItem("sidebarOpen") !== "0";

document.addEventListener("alpine:init", () => {
  const unfolds = window.theme;
  window.theme = (...given) => {
    const data = unfolds(...given);
    data.sidebarOpen = menuIsOpen;
    data.sidebarToggle = function () {
      this.sidebarOpen = !this.sidebarOpen;
      if (window.innerWidth >= 1280) localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
    };
    data.themeBindings["x-resize.window"] = function () {
      this.sidebarOpen = menuIsOpen();
    };
    return data;
  };
});

// Icons are words in a font. A screen reader would read “group Subscribers”.
document.addEventListener("DOMContentLoaded", () => {
  for (const icon of document.querySelectorAll("nav .material-symbols-outlined"))
    icon.setAttribute("aria-hidden", "true");
});
