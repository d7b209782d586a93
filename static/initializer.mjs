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

// Scripts on the page have the engine, as the package gives it.
addEventListener("TrunkApplicationStarted", () => {
  const { run, parse, sweep, version } = globalThis.wasmBindings;
  globalThis.shardlab = { run, parse, sweep, version };
});

globalThis.shardlabKeep = (text) => (kept.text = text);
globalThis.shardlabFall = fall;

export default function initializer() {
  return {
    onStart: () => said("Loading the engine"),
    onProgress: ({ current, total }) => {
      const bar = document.getElementById("shell-done");
      if (!total) return said(`Loading the engine, ${Math.round(current / 1024)} kB`);
      const share = Math.min(1, current / total);
      if (bar) bar.style.transform = `scaleX(${share})`;
      said(share < 1 ? `Loading the engine, ${Math.round(share * 100)} %` : "Starting");
    },
    onComplete: () => {},
    onSuccess: () => {},
    onFailure: (error) => said(`The engine could not be loaded: ${error}. Loading the page again may help.`),
  };
}

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
