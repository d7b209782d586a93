// Loads the engine and shows how far it is; keeps the visitor's text if the engine falls.

const said = (text) => {
  const place = document.getElementById("shell-said");
  if (place) place.textContent = text;
};

/** The last text the page ran, kept here so that a fall of the engine cannot take it along. */
const kept = { text: "" };

const fall = (message) => {
  if (document.getElementById("fallen")) return;
  const box = document.createElement("section");
  box.id = "fallen";
  box.setAttribute("role", "alert");
  const title = document.createElement("h2");
  title.textContent = "The engine stopped on an error of its own. Your text is safe.";
  const what = document.createElement("pre");
  what.textContent = message;
  const label = document.createElement("label");
  label.textContent = "Your scenario, to copy or keep";
  const area = document.createElement("textarea");
  area.readOnly = true;
  area.value = kept.text;
  label.append(area);
  const again = document.createElement("button");
  again.textContent = "Load the page again";
  again.onclick = () => location.reload();
  box.append(title, what, label, again);
  document.body.prepend(box);
};

globalThis.shardlabKeep = (text) => (kept.text = text);
globalThis.shardlabFall = fall;

/** The engine is asked for when the first words are painted; a hidden page is not, and waits a moment. */
const painted = new Promise((go) => {
  requestAnimationFrame(() => setTimeout(go));
  setTimeout(go, 250);
});

/** The bytes of an answer, told one portion after another while the engine already compiles them. */
const told = (answer, all) => {
  if (!answer.ok) throw new Error(`${answer.url.split("/").pop()}: ${answer.status} ${answer.statusText}`);
  let come = 0;
  const tell = new TransformStream({
    transform(portion, on) {
      come += portion.byteLength;
      const share = Math.min(1, come / all);
      const bar = document.getElementById("shell-done");
      if (all && bar) bar.style.transform = `scaleX(${share})`;
      if (!all) said(`Loading the engine, ${Math.round(come / 1024)} kB`);
      else said(share < 1 ? `Loading the engine, ${Math.round(share * 100)} %` : "Starting");
      on.enqueue(portion);
    },
  });
  const { status, statusText, headers } = answer;
  return new Response(answer.body.pipeThrough(tell), { status, statusText, headers });
};

/** What the first words did not need of the style; while the page is being written, it is all there. */
const dress = () => {
  const later = document.getElementById("style-later");
  if (!later) return;
  const style = document.createElement("style");
  style.textContent = later.textContent;
  later.replaceWith(style);
};

const load = async () => {
  await painted;
  dress();
  const engine = document.querySelector("link[rel=engine]");
  // The finished page knows how many bytes come; one that is being written asks the answer.
  const length = (answer) => Number(engine.dataset.bytes ?? answer.headers.get("content-length"));
  const wasm = fetch(engine.href).then((answer) => told(answer, length(answer)));
  const [module] = await Promise.all([import(new URL(engine.dataset.module, document.baseURI)), wasm]);
  await module.default({ module_or_path: wasm });
  // Scripts on the page have the engine, as the package gives it.
  const { run, parse, sweep, version } = module;
  Object.assign(globalThis, { wasmBindings: module, shardlab: { run, parse, sweep, version } });
};

load().catch((error) => said(`The engine could not be loaded: ${error.message}. Loading the page again may help.`));

// Files of keys stay on this browser's own shelf: with bytes it keeps one, without it looks one up.
globalThis.shardlabFile = async (name, bytes) => {
  try {
    const address = "./file/" + encodeURIComponent(name);
    const ask = async () => {
      const shelf = await caches.open("shardlab-files");
      if (bytes) return shelf.put(address, new Response(bytes));
      const found = await shelf.match(address);
      return found ? new Uint8Array(await found.arrayBuffer()) : null;
    };
    // A shelf that does not answer is an empty one.
    return await Promise.race([ask(), new Promise((go) => setTimeout(go, 3000, null))]);
  } catch {
    return null;
  }
};
