// Steps through a payload (see payload.py) in an element of a page.
// What users wrote goes in as text; what goes in as markup, pictures and formulas, was escaped by Python.

const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};
const button = (text, title, click) => make("button", { type: "button", title, click }, text);

const decode = (x) => {
  if (x == null) return null;
  if (typeof x !== "object") return Number(x);
  return { ...x, data: new Float64Array(Uint8Array.from(atob(x.bytes), (letter) => letter.charCodeAt(0)).buffer) };
};
const isArray = (x) => x?.data !== undefined;
const norm = (x) => (isArray(x) ? Number(x.norm) : Math.abs(x));
const short = (x, digits = 4) => {
  if (x === null) return "";
  if (isArray(x)) return x.brief;
  const plain = x === 0 || (Math.abs(x) >= 1e-3 && Math.abs(x) < 10 ** digits) ? Number(x.toPrecision(digits)) : x.toExponential(2);
  return String(plain).toLowerCase().replace("inity", "").replaceAll("-", "−");
};
const braced = (x) => (x < 0 ? `(${short(x)})` : short(x));

// Zero is the page's own colour, orange is above and blue below, as strong at the same distance.
const tint = (y, top, most) => !Number.isFinite(y) ? "#c0c"
  : `rgba(${y < 0 ? "40,110,220" : "235,130,20"},${most * Math.abs(y) / (top || 1)})`;

const show = (x, name) => {
  if (!isArray(x)) return make("b", {}, short(x));
  const [rows, columns] = x.seen;
  let picture;
  if (rows <= 6 && columns <= 6) {
    const cells = Array.from(x.data, (y) => make("td", { style: `background: ${tint(y, x.top, 0.6)}` }, short(y, 3)));
    picture = make("table", { class: "cells", "aria-label": name });
    while (cells.length) picture.append(make("tr", {}, ...cells.splice(0, columns)));
  } else {
    picture = make("canvas", { width: columns, height: rows, role: "img", "aria-label": `${name}: ${x.words}` });
    picture.style.width = `${columns * Math.max(2, Math.min(12, Math.floor(200 / rows), Math.floor(290 / columns)))}px`;
    const pen = picture.getContext("2d");
    x.data.forEach((y, k) => {
      pen.fillStyle = tint(y, x.top, 1);
      pen.fillRect(k % columns, Math.floor(k / columns), 1, 1);
    });
  }
  return make("div", { class: "array" }, picture, make("small", {}, x.words));
};

const follow = (pane, element) => {
  const inner = element?.getBoundingClientRect(), outer = pane.getBoundingClientRect();
  if (inner?.left < outer.left || inner?.right > outer.right) pane.scrollLeft += inner.left - outer.left - 50;
  if (inner?.top < outer.top || inner?.bottom > outer.bottom) pane.scrollTop += inner.top - outer.top - 50;
};

// A step for each node that is computed; then one for each change of a gradient, or for all that a node pays.
const plan = (payload, byNode) => {
  const steps = payload.forward.map((node) => ({ node, ids: [node], changes: [] }));
  for (const change of payload.events) {
    const { u, v } = change, last = steps.at(-1), paying = byNode && u !== undefined && last?.changes[0]?.u === u;
    if (!paying) steps.push({ ids: [], changes: [] });
    steps.at(-1).changes.push(change);
    steps.at(-1).ids.push(v, u ?? v);
  }
  return steps;
};

function mount(root, payload, options = {}) {
  const { nodes } = payload, values = nodes.map((node) => decode(node.value)), paid = nodes.map(() => []);
  for (const change of payload.events) {
    for (const part of ["local", "contribution", "share", "after"]) change[part] = decode(change[part]);
    change.before = paid[change.v].at(-1)?.after ?? null;
    change.after ??= change.contribution;
    paid[change.v].push(change);
  }
  let steps = [], at = -1, timer = null, hidden = false, lit = [];

  // What is there to see.
  const play = button("Play", "To a breakpoint or the end (Space)", () => (timer ? stop() : start()));
  const slider = make("input", { type: "range", min: 0, "aria-label": "Step", input: () => go(Number(slider.value)) });
  const counter = make("span", { class: "counter" });
  const wish = make("input", { type: "text", placeholder: "x, tanh, nan, > 10", size: 14 });
  const predict = make("input", { type: "checkbox", change: () => go(at) });
  const byNode = make("input", { type: "checkbox", change: () => replan() });
  const card = make("section", { class: "card", "aria-live": "polite", "aria-atomic": "true", "aria-label": "Current step" });
  const picture = options.picture ?? new DOMParser().parseFromString(payload.svg, "image/svg+xml").documentElement;
  const boxes = nodes.map(() => []), cards = picture.querySelectorAll(":scope > g[class]");
  for (const box of picture.querySelectorAll("[data-node]")) boxes[box.dataset.node].push(box);
  const figure = make("figure", { tabindex: 0, "aria-label": `Graph: ${payload.title}` }, picture);
  const field = (node, id) => make("input", { type: "text", size: 8, value: node.edit, "aria-label": `value of ${node.name}`,
    change: ({ target }) => options.edit(id, target.value), keyup: ({ key, target }) => key === "Enter" && target.blur() });
  const rows = nodes.map((node, id) => make("tr", {},
    make("th", { scope: "row" }, button(node.name, "Next step at this node", () => jump(id))),
    make("td", {}, node.text), make("td", {}, node.edit ? field(node, id) : ""), make("td")));
  const head = ["node", "computed as", "value", "gradient so far"].map((text) => make("th", { scope: "col" }, text));
  const scroll = make("div", { class: "scroll" }, make("table", { class: "nodes" },
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
  root.replaceChildren(
    make("div", { class: "bar", role: "toolbar", "aria-label": "Steps" },
      options.back ? button("↑ Whole graph", "Out of this op", () => { stop(); options.back(); }) : "",
      button("First", "Home", () => go(0)), button("Back", "Left arrow", () => go(at - 1)),
      play, button("Forward", "Right arrow", () => forward()),
      button("Last", "End", () => go(steps.length)), slider, counter),
    make("div", { class: "bar settings" }, make("label", {}, byNode, " node by node"),
      make("label", {}, predict, " predict first"), make("label", {}, "stop at ", wish),
      button("Run", "To the next breakpoint", () => run())),
    figure, card, scroll);

  // Moving.
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const start = () => {
    if (at === steps.length) go(0);
    play.textContent = "Pause";
    timer = setInterval(() => {
      forward();
      if (at === steps.length || hidden || stops(steps[at - 1])) stop();
    }, 900);
  };
  const stops = ({ node, ids, changes }) => {
    const makers = node >= 0 ? [node] : changes.flatMap(({ u }) => u ?? []);
    const names = [...ids.map((id) => nodes[id].name), ...makers.map((id) => nodes[id].op)];
    const numbers = node >= 0 ? [values[node]] : changes.flatMap((x) => [x.contribution ?? 0, x.after]);
    return wish.value.split(",").map((text) => text.trim()).some((text) =>
      text === "nan" ? !numbers.every((x) => Number.isFinite(norm(x)))
        : text[0] === ">" ? changes.some((x) => norm(x.after) > Number(text.slice(1))) : text && names.includes(text));
  };
  const run = () => {
    let k = at;
    while (k < steps.length && !stops(steps[k])) k++;
    go(k + 1);
  };
  const forward = () => (hidden ? reveal() : go(at + 1));
  const reveal = () => {
    hidden = false;
    draw(steps[at - 1].ids);
  };
  const jump = (id) => {
    const found = steps.flatMap(({ ids }, k) => (ids.includes(id) ? k + 1 : []));
    if (found.length) go(found.find((k) => k > at) ?? found[0]);
  };
  const replan = () => {
    const from = at, change = steps[at - 1]?.changes[0];
    steps = plan(payload, byNode.checked);
    steps.forEach(({ node, changes }, k) => {
      for (const one of node >= 0 ? [nodes[node]] : changes) one.step = k + 1;
    });
    slider.max = steps.length;
    at = -1;
    go(change?.step ?? from);
  };
  const go = (position) => {
    const old = at;
    at = Math.max(0, Math.min(position, steps.length));
    const [only, second] = steps[at - 1]?.changes ?? [];
    hidden = predict.checked && only?.kind === "edge" && !second;
    const between = steps.slice(Math.max(Math.min(old, at) - 1, 0), Math.max(old, at));
    draw(old < 0 ? nodes.keys() : between.flatMap(({ ids }) => ids));
  };

  // Drawing: only nodes that changed.
  const last = (id) => paid[id].findLast((change) => change.step <= at - hidden);
  const draw = (changed) => {
    const step = steps[at - 1], now = step?.ids ?? [];
    for (const id of new Set(changed)) {
      const change = last(id), value = at >= (nodes[id].step ?? 0) ? short(values[id]) : "…", { cells } = rows[id];
      if (!cells[2].firstElementChild) cells[2].textContent = value;
      cells[3].textContent = change ? short(change.after) + (change.left ? ` (${change.left} more)` : " ✓") : "";
      for (const box of boxes[id]) {
        const g = change?.after ?? null, part = (name) => box.querySelector(`:scope > text > .${name}:not(.whole)`);
        part("value").style.opacity = value === "…" ? 0 : 1;
        part("grad").textContent = isArray(g) ? `|${short(norm(g), 3)}|` : (g > 0 ? "+" : "") + short(g);
        part("grad").setAttribute("class", `grad ${g > 0 ? "positive" : g < 0 ? "negative" : ""}`);
      }
    }
    for (const element of lit) element.classList.remove("now");
    const drawn = now.map((id) => cards[nodes[id].box]).filter(Boolean);
    lit = [...now.map((id) => rows[id]), ...drawn, ...(step?.changes ?? []).flatMap(({ edge }) =>
      [...picture.querySelectorAll(`[data-edge~="${edge}"]`)])];
    figure.classList.toggle("end", at === steps.length);
    for (const element of lit) element.classList.add("now");
    follow(scroll, lit[0]);
    follow(figure, drawn[0]);
    slider.value = at;
    counter.textContent = `${at} / ${steps.length}`;
    card.replaceChildren(...(!step ? beginning() : step.node >= 0 ? valueCard(step.node) : step.changes.flatMap(gradientCard)));
    root.dispatchEvent(new CustomEvent("step", { detail: at }));
  };

  // The card of a step.
  const title = (phase, text) => make("h2", {}, make("small", {}, `${phase} `), text);
  const line = (term, ...parts) => [make("dt", {}, term), make("dd", {}, ...parts)];
  const source = ({ source: s }) => (s ? line("source", make("code", {}, s[0], make("mark", {}, s[1]), s[2]),
    make("small", {}, s[3])) : []);
  const zoom = (id) => (!payload.open[id] ? [] : [button("Open as scalars", "Step through this op alone", () => {
    stop();
    mount(root, payload.open[id], { back: () => mount(root, payload, { ...options, picture, at }) });
  })]);
  const beginning = () => [title("start", payload.title), make("p", {},
    `${nodes.length} nodes: first their values, then their gradients.`)];
  const valueCard = (id) => [title("forward", nodes[id].name), make("dl", {},
    ...line("computed as", make("code", {}, nodes[id].text)), ...line("value", show(values[id], nodes[id].name)),
    ...source(nodes[id])), ...zoom(id)];
  const gradientCard = (change) => {
    const { u, v, kind, local, contribution, before, after, share, left } = change, name = `${nodes[v].name}.grad`;
    const heading = title("backward", change.title);
    if (kind !== "edge") return [heading, make("dl", {}, ...line(name, show(after, name)))];
    const above = `${nodes[u].name}.grad`, upstream = paid[u].at(-1)?.after ?? 0;
    const formula = make("span", { role: "math", "aria-label": change.text });
    formula.innerHTML = change.math;
    const found = [
      ...line(local === null ? "rule" : "local derivative", `${change.partial} = `, formula,
        ...(local === null || !isNaN(change.text) ? [] : [isArray(local) ? "" : " = ", show(local, change.partial)])),
      ...line("upstream", `${above} = `, show(upstream, above))];
    if (hidden) return [heading, make("dl", {}, ...found), question(contribution)];
    if (share !== null) found.push(...line("un-broadcast", show(share, "product"), make("div", {}, `${change.unbroadcast}:`)));
    const product = local === null || isArray(contribution) ? "" : `${short(local)} × ${braced(upstream)} = `;
    found.push(...line("contribution", product, show(contribution, "contribution")),
      ...line("running sum", `${name}: ${short(before ?? 0)} + ${braced(contribution)} = `,
        make("b", {}, short(after)), left ? ` (${left} more to come)` : " ✓ all consumers paid in",
        isArray(after) && before !== null ? show(after, name) : ""), ...source(nodes[u]));
    return [heading, make("dl", {}, ...found), ...zoom(u)];
  };
  const question = (truth) => {
    const answer = make("input", { type: "text", size: 10 }), verdict = make("span", { role: "status" });
    const right = () => isArray(truth) ? answer.value.match(/\d+/g)?.join() === truth.shape.join()
      : short(truth) === answer.value.trim() || (answer.value && Math.abs(answer.value - truth) <= 0.01 * Math.abs(truth));
    const submit = (event) => {
      event.preventDefault();
      if (right()) {
        reveal();
        card.append(make("p", { class: "right" }, "Right."));
      } else verdict.textContent = "No: local derivative times upstream.";
    };
    const asked = `What is the ${isArray(truth) ? "shape of the " : ""}contribution? `;
    return make("form", { submit }, make("label", {}, asked, answer),
      make("button", {}, "Check"), button("Show", "Show the number", reveal), verdict);
  };

  // Keys and clicks; other keys are left to the page around.
  const KEYS = { ArrowRight: forward, ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(steps.length),
    " ": () => play.click() };
  root.onkeydown = (event) => {
    const own = event.target.matches(event.key === " " ? "button, input" : "input[type=text]");
    if (own || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  };
  picture.onclick = ({ target }) => {
    const box = target.closest("[data-node]");
    if (box) jump(Number(box.dataset.node));
  };
  replan();
  go(options.at ?? 0);
  return {
    go, stop, at: () => at, length: () => steps.length,
    gradient: (name) => last(nodes.findIndex((node) => node.name === name))?.after ?? null,
  };
}
