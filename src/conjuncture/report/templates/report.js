(() => {
  "use strict";

  // What a cell is worth: the first number in it; "under" is a little less, a dash comes last.
  const worth = (text) => {
    const found = text.replace(/\u2212/g, "-").replace(/,(?=\d{3})/g, "").match(/-?\d+(?:\.\d+)?/);
    if (!found) return NaN;
    return Number(found[0]) - (/^\s*under/.test(text) ? 1e-9 : 0) + (/^\s*over/.test(text) ? 1e-9 : 0);
  };
  const compare = (one, other) => {
    const [left, right] = [worth(one), worth(other)];
    if (Number.isNaN(left) && Number.isNaN(right)) return one.localeCompare(other);
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
    return left - right;
  };
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.append(text);
    made.addEventListener("click", act);
    return made;
  };

  for (const table of document.querySelectorAll("table.sort")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const first = [...body.rows];
    heads.forEach((head, place) => {
      const figures = head.classList.contains("figure");
      const text = (row) => row.cells[place].textContent.trim();
      const sort = () => {
        const now = head.getAttribute("aria-sort");
        const falling = now ? now === "ascending" : figures;
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        const order = figures ? compare : (one, other) => one.localeCompare(other, "en", { numeric: true });
        const empty = (row) => text(row) === "" || (figures && Number.isNaN(worth(text(row))));
        body.append(...[...first].sort((one, other) =>
          empty(one) - empty(other) || (falling ? -1 : 1) * order(text(one), text(other))));
      };
      const made = button("", sort);
      made.append(...head.childNodes);
      head.append(made);
    });
  }

  for (const list of document.querySelectorAll(".strips")) {
    const first = [...list.children];
    const share = (one) => Number(one.dataset.share || -1);
    const bar = document.createElement("p");
    bar.className = "order";
    const ways = [
      ["account\u2019s order", first],
      ["by share", [...first].sort((one, other) => share(other) - share(one))],
    ];
    const buttons = ways.map(([text, rows], place) => button(text, () => {
      list.append(...rows);
      buttons.forEach((one, at) => one.setAttribute("aria-pressed", String(at === place)));
    }));
    buttons.forEach((one, at) => one.setAttribute("aria-pressed", String(at === 0)));
    bar.append(...buttons);
    list.parentElement.prepend(bar);
  }

  // Browsers that do not unfold what an address or a print asks for.
  const folds = [...document.querySelectorAll("details")];
  if (matchMedia("screen and (max-width: 44rem)").matches) folds.forEach((one) => { one.open = false; });
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    let hidden = false;
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) {
      hidden = hidden || !one.open;
      one.open = true;
    }
    if (hidden) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = folds.filter((one) => !one.open);
    folded.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));

  const contents = document.querySelector("nav.contents ol");
  if (contents && folds.length) {
    const all = button("Unfold everything", () => {
      const open = folds.some((one) => !one.open);
      folds.forEach((one) => { one.open = open; });
      all.textContent = open ? "Fold everything" : "Unfold everything";
    });
    const item = document.createElement("li");
    item.append(all);
    contents.append(item);
  }
})();
