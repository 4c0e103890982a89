
// The page: tells a notebook around it the height, and takes its theme.
{
  const root = document.querySelector(".glassgrad");
  const payload = JSON.parse(document.querySelector("script[type='application/json']").textContent);
  globalThis.stepper = mount(root, payload, { picture: root.querySelector("svg") });
  if (parent === self) {
    document.body.onkeydown = (event) => { if (event.target === document.body) root.onkeydown(event); };
  }
  addEventListener("message", ({ data }) => {
    if (data?.theme !== undefined) document.documentElement.className = data.theme;
  });
  new ResizeObserver(() => parent.postMessage({ glassgrad: document.body.scrollHeight }, "*")).observe(document.body);
}
