
// The widget: what the reader does goes to Python, which runs the graph again and sends another payload.
export default {
  render({ model, el }) {
    const root = make("div", { class: "glassgrad" }), error = make("p", { role: "alert" });
    const send = (name, value) => {
      model.set(name, value);
      model.save_changes();
    };
    let live = null, edits = 0;
    const draw = () => {
      live?.stop();
      live = mount(root, structuredClone(model.get("payload")), {
        at: model.get("position"), edit: (node, text) => send("edit", { node, text, number: ++edits }),
      });
    };
    const move = () => live.at() === model.get("position") || live.go(model.get("position"));
    const complain = () => { error.textContent = model.get("error"); };
    const changes = { "change:payload": draw, "change:position": move, "change:error": complain };
    for (const [name, react] of Object.entries(changes)) model.on(name, react);
    root.addEventListener("step", ({ detail }) => send("position", detail));
    draw();
    el.append(root, error);
    return () => {
      live.stop();
      for (const [name, react] of Object.entries(changes)) model.off(name, react);
    };
  },
};
