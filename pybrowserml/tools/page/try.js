// The try-it page of a built model: a form made from its signature.
"use strict";

(() => {
  const find = (id) => document.getElementById(id);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const say = (text, failed = false) => {
    find("status").textContent = text;
    find("status").classList.toggle("failed", failed);
  };
  const told = (shape) => `(${shape.map((dim) => dim ?? "any").join(", ")})`;

  const isImage = ({ shape }) => shape.length === 4 && [1, 3, 4].includes(shape[3]);

  // Numbers to begin with: one sample of zeros, or a short note for what is too long to type.
  const zeros = (shape) =>
    shape.length === 0 ? 0 : Array.from({ length: shape[0] ?? 1 }, () => zeros(shape.slice(1)));
  const sample = (spec) => {
    const count = spec.shape.slice(1).reduce((product, dim) => product * (dim ?? 1), 1);
    return count <= 4096 ? JSON.stringify([zeros(spec.shape.slice(1))]) : "";
  };

  // Each field: { element, value() }.
  const numbersField = (spec) => {
    const area = make("textarea", { value: sample(spec), spellcheck: false, ariaLabel: spec.name });
    return { element: area, value: () => JSON.parse(area.value) };
  };
  const imageField = (spec) => {
    const [, height, width] = spec.shape;
    const canvas = make("canvas", { width: width ?? 224, height: height ?? 224 });
    const context = canvas.getContext("2d");
    context.fillRect(0, 0, canvas.width, canvas.height);
    const picker = make("input", { type: "file", accept: "image/*", ariaLabel: spec.name });
    picker.addEventListener("change", async () => {
      const bitmap = await createImageBitmap(picker.files[0]);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      find("form").requestSubmit();
    });
    return { element: make("div", { className: "row" }, canvas, picker), value: () => canvas };
  };

  const numberText = (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(5));
  const table = ({ data, shape }, spec) => {
    const columns = shape.length > 1 ? data.length / shape[0] : 1;
    const shown = Math.min(data.length, 40);
    const likely = Array.from(data.subarray(0, shown)).every((value) => value >= 0 && value <= 1);
    const body = make("tbody");
    for (let i = 0; i < shown; i++) {
      const bar = likely ? make("meter", { min: 0, max: 1, value: data[i] }) : "";
      const place = make("th", {
        textContent: columns > 1 ? `${Math.floor(i / columns)}, ${i % columns}` : String(i),
      });
      body.append(
        make(
          "tr",
          {},
          place,
          make("td", { textContent: numberText(data[i]) }),
          make("td", {}, bar),
        ),
      );
    }
    const head = make("h3", { textContent: `${spec.name} ${told(shape)}` });
    const more =
      data.length > shown ? [make("p", { textContent: `… ${data.length - shown} more` })] : [];
    return make("section", {}, head, make("table", {}, body), ...more);
  };

  const describe = (model) => {
    const { name, why } = model.backendInfo();
    return `Ready on ${name} (${why}).`;
  };

  const start = async () => {
    const model = await pybrowserml.load({
      onProgress: ({ loaded, total }) => {
        find("progress").value = loaded / Math.max(total, 1);
      },
    });
    const { inputs, outputs } = model.signature;
    const fields = inputs.map((spec) => {
      const field = isImage(spec) ? imageField(spec) : numbersField(spec);
      const legend = make("legend", {
        textContent: `${spec.name}: ${spec.dtype} ${told(spec.shape)}`,
      });
      find("inputs").append(make("fieldset", {}, legend, field.element));
      return field;
    });
    find("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const values = Object.fromEntries(inputs.map(({ name }, i) => [name, fields[i].value()]));
        const begin = performance.now();
        const result = await model.predict(values);
        const list = outputs.length === 1 ? [result] : Array.from(result);
        find("outputs").replaceChildren(...list.map((output, i) => table(output, outputs[i])));
        say(
          `Answered in ${(performance.now() - begin).toFixed(1)} ms on ${model.backendInfo().name}.`,
        );
      } catch (problem) {
        say(problem.message, true);
      }
    });
    find("engine").addEventListener("change", async ({ target }) => {
      try {
        await model.setBackend(target.value);
        say(describe(model));
      } catch (problem) {
        say(problem.message, true);
      }
    });
    find("sample").textContent = [
      'import { load } from "./model.js";',
      "",
      "const model = await load();",
      inputs.length === 1
        ? `const { data, shape } = await model.predict(${inputs[0].name.replace(/\W/g, "_")});`
        : `const outputs = await model.predict({ ${inputs.map(({ name }) => `${JSON.stringify(name)}: …`).join(", ")} });`,
    ].join("\n");
    find("progress").hidden = true;
    find("form").querySelector("button").disabled = false;
    say(describe(model));
  };

  start().catch((problem) => {
    const alone = location.protocol === "file:" ? " Serve the folder: pybrowserml serve ." : "";
    say(problem.message + alone, true);
  });
})();
