// Models saved to files, downloads and IndexedDB by a page, and read again.

import { downloaded, failure, flat, make, quiet, same, stopAt, x, y } from "./page_common.mjs";

export const saving = async (pb, engine) => {
  const model = make(pb);
  await model.fit(x, y, { ...quiet, callbacks: [stopAt(pb, 1, 0)] });
  const [zip] = await downloaded(() => model.save("download://mine"));
  const [weights] = await downloaded(() => model.saveWeights("downloads://w.safetensors"));
  const files = await unzipped(zip);
  const bytes = Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())]),
    ),
  );
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  const ways = {
    zip,
    zipBytes: await zip.arrayBuffer(),
    inList: [zip],
    files,
    fileList: transfer.files,
    named: Object.fromEntries(files.map((file) => [file.name, file])),
    bytes,
  };
  const found = {};
  for (const [way, given] of Object.entries(ways)) {
    const loaded = await pb.loadModel(given);
    found[way] = (await same(model, loaded)) && loaded.position.join() === model.position.join();
  }
  const fresh = pb.models.modelFromJson(model.toJson());
  const names = fresh.weights.map(({ path }) => path);
  await fresh.loadWeights(weights);
  found.weights = await same(model, fresh);
  await fresh.loadWeights({ "w.safetensors": weights });
  found.weightsByName = await same(model, fresh);
  const place = `indexeddb://kept-${engine}`;
  await model.save(place);
  await model.saveWeights(`indexeddb://alone-${engine}.safetensors`);
  await fresh.loadWeights(`indexeddb://alone-${engine}.safetensors`);
  await model.saveWeights(`${place}/more.safetensors`);
  const python = await (await fetch("./python.zip")).blob();
  const fromPython = await pb.loadModel(new File([python], "python.zip"));
  const cut = new File([zip.slice(0, zip.size - 30)], "cut.zip");
  const changed = await zip.arrayBuffer();
  new Uint8Array(changed)[60] ^= 1;
  const failed = [
    await failure(() => pb.loadModel([files[0]])),
    await failure(() => pb.loadModel(cut)),
    await failure(() => pb.loadModel(changed)),
    await failure(async () =>
      pb.loadModel(await fetch("./claims.zip").then((answer) => answer.arrayBuffer())),
    ),
    await failure(() => pb.loadModel("download://mine")),
    await failure(() => model.save("mine")),
    await failure(() => model.save(place)),
    await failure(() => model.save(place, { overwrite: false })),
    await failure(() => model.saveWeights(`${place}/more.safetensors`, { overwrite: false })),
    await failure(() => pb.models.modelFromJson("{")),
  ];
  if (engine === "cpu") await model.save("download://real");
  return {
    found,
    names: names.map((name) => name.split("/").pop()),
    downloads: [zip.name, weights.name, files.map(({ name }) => name)],
    failed,
    weights: await flat(model),
    python: await flat(fromPython),
  };
};

/** The files of an archive without compression. */
const unzipped = async (zip) => {
  const view = new DataView(await zip.arrayBuffer());
  const files = [];
  let at = 0;
  while (view.getUint32(at, true) === 0x04034b50) {
    const [size, label] = [view.getUint32(at + 18, true), view.getUint16(at + 26, true)];
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 30, label));
    files.push(new File([new Uint8Array(view.buffer, at + 30 + label, size)], name));
    at += 30 + label + size;
  }
  return files;
};
