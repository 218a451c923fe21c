"use strict";
// Charts: the nearest point under the pointer, or the one that the arrow keys have reached, tells its words.
const NEAR = 30;

function chart(figure) {
  const svg = figure.querySelector("svg.marks");
  const area = figure.querySelector(".area");
  const points = [...svg.querySelectorAll(".p")].map(mark => {
    const title = mark.querySelector("title");
    const text = title.textContent;
    title.remove();
    const at = name => parseFloat(mark.getAttribute(name) ?? mark.getAttribute("c" + name)) / 100;
    // Marks that would cover each other stand beside each other.
    const beside = parseFloat(mark.parentElement.getAttribute("transform")?.slice("translate(".length)) || 0;
    return { x: at("x"), y: at("y"), beside, text };
  });
  points.sort((a, b) => a.x - b.x || a.beside - b.beside || a.y - b.y);
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  area.append(tip);
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  ring.setAttribute("class", "ring");
  ring.setAttribute("r", "8");
  let present = -1;

  function show(index) {
    present = index;
    const { x, y, beside, text } = points[index];
    ring.setAttribute("cx", 100 * x + "%");
    ring.setAttribute("cy", 100 * y + "%");
    ring.setAttribute("transform", "translate(" + beside + ")");
    svg.append(ring);
    tip.textContent = text;
    tip.hidden = false;
    const { width, height } = svg.getBoundingClientRect();
    const left = x * width - tip.offsetWidth / 2;
    tip.style.left = Math.max(0, Math.min(left, width - tip.offsetWidth)) + "px";
    const above = y * height - tip.offsetHeight - 14;
    tip.style.top = (above < -60 ? y * height + 14 : above) + "px";
  }
  function hide() {
    ring.remove();
    tip.hidden = true;
  }
  function point(event) {
    const box = svg.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    let best = -1, least = NEAR * NEAR;
    points.forEach((each, i) => {
      const dx = each.x * box.width + each.beside - x, dy = each.y * box.height - y;
      if (dx * dx + dy * dy <= least) {
        least = dx * dx + dy * dy;
        best = i;
      }
    });
    if (best >= 0) show(best); else if (document.activeElement !== svg) hide();
  }
  area.addEventListener("pointermove", point);
  area.addEventListener("pointerdown", point);
  area.addEventListener("pointerleave", () => document.activeElement === svg || hide());
  svg.addEventListener("focus", () => {
    if (svg.matches(":focus-visible")) show(Math.max(0, present));
  });
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", event => {
    const last = points.length - 1;
    const to = {
      ArrowRight: Math.min(present + 1, last), ArrowUp: Math.min(present + 1, last),
      ArrowLeft: Math.max(present - 1, 0), ArrowDown: Math.max(present - 1, 0), Home: 0, End: last
    }[event.key];
    if (to !== undefined) {
      show(to);
      event.preventDefault();
    } else if (event.key === "Escape") {
      hide();
    }
  });
}

function charts() {
  document.querySelectorAll("figure.plot").forEach(chart);
}

charts();

// A page from a server shows what is new until the server ends; what the reader has opened stays open.
const PAUSE = 2000;
const main = document.querySelector("main");
let tag = "";

function replace(next) {
  const key = each => each.closest("section")?.id + each.querySelector("summary").textContent;
  const opened = new Map([...main.querySelectorAll("details")].map(each => [key(each), each.open]));
  const stops = () => [...main.querySelectorAll("[tabindex], a, summary")];
  const focus = stops().indexOf(document.activeElement);
  main.replaceChildren(...next.childNodes);
  main.querySelectorAll("details").forEach(each => { each.open = opened.get(key(each)) ?? each.open; });
  charts();
  if (focus >= 0) stops()[focus]?.focus({ preventScroll: true });
}

async function update() {
  try {
    const reply = await fetch(location.href, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
    if (reply.status === 200) {
      tag = reply.headers.get("ETag");
      replace(new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("main"));
    }
    setTimeout(update, PAUSE);
  } catch {
    const words = document.createElement("p");
    words.className = "live";
    words.setAttribute("role", "status");
    words.textContent = "nao watch has ended: this page stays as it is.";
    document.body.prepend(words);
  }
}

if ("live" in main.dataset) setTimeout(update, PAUSE);
