// Runs many seeds away from the page: loads the same engine and answers in small portions.
//
// In:  { load: { module, wasm } } once, then { job, text, from, to } or { cancel: job }.
// Out: { ready } once, then { job, seeds: [...], done, total } for each portion, { job, end } at last,
//      or { job, error } when something is wrong.

let engine = null;
const cancelled = new Set();
const pause = () => new Promise((go) => setTimeout(go, 0));

async function sweep({ job, text, from, to }) {
  const total = to - from;
  let seed = from;
  let step = 1;
  while (seed < to && !cancelled.has(job)) {
    const last = Math.min(to, seed + step);
    const began = performance.now();
    const seeds = engine.sweep(text, seed, last);
    const took = performance.now() - began;
    seed = last;
    // Portions grow until one takes about a fifth of a second: quick to cancel, cheap to report.
    if (took < 100) step = Math.min(step * 2, 256);
    if (took > 300) step = Math.max(1, step >> 1);
    postMessage({ job, seeds, done: seed - from, total });
    await pause();
  }
  postMessage({ job, end: true, cancelled: cancelled.delete(job) });
}

// { job, table: { text, at, files } } gives { job, prepared: [done, all, surveys], took } for each step of
// placing the keys, { job, total }, and { job, row, took } for each survey; times are in milliseconds.
async function table({ job, table: { text, at, files } }) {
  let began = performance.now();
  const took = () => {
    const span = performance.now() - began;
    began += span;
    return span;
  };
  const table = new engine.Table(text, at, files);
  for (let prepared; (prepared = table.step()); ) postMessage({ job, prepared, took: took() });
  const total = table.rows();
  postMessage({ job, total });
  for (let index = 0; index < total; index++) {
    postMessage({ job, row: table.row(index, () => performance.now()), took: took() });
  }
  postMessage({ job, end: true });
}

// { job, trial: { kind, bytes } } gives { job, progress } while a history is judged, then { job, story, took };
// or { job, wrong: [line, message] } if it is none. { job, look: { key, smallest } } gives another { job, story }.
let trial = null;

async function judge({ job, trial: { kind, bytes } }) {
  const began = performance.now();
  try {
    trial = new engine.Trial(kind, bytes);
  } catch (wrong) {
    postMessage({ job, wrong });
    return;
  }
  let step = 200_000;
  for (;;) {
    const from = performance.now();
    const done = trial.advance(step);
    const took = performance.now() - from;
    if (done) break;
    if (took < 50) step *= 2;
    if (took > 200) step /= 2;
    postMessage({ job, progress: trial.progress() });
    await pause();
  }
  postMessage({ job, story: trial.story(undefined, true), took: performance.now() - began });
}

// { job, shrink: { text, expectation } } gives { job, tried, left } while a failing text is made short, and
// { job, tried, left, text } at last.
async function shrink({ job, shrink: { text, expectation } }) {
  const run = new engine.Shrink(text, expectation);
  let told = performance.now();
  while (!run.step()) {
    if (performance.now() - told < 100) continue;
    postMessage({ job, tried: run.tried(), left: run.left() });
    told = performance.now();
    await pause();
  }
  postMessage({ job, tried: run.tried(), left: run.left(), text: run.text() });
}

onmessage = async ({ data }) => {
  try {
    if (data.load) {
      engine = await import(data.load.module);
      await engine.default({ module_or_path: data.load.wasm });
      postMessage({ ready: true });
    } else if (data.cancel !== undefined) {
      cancelled.add(data.cancel);
    } else if (data.table) {
      await table(data);
    } else if (data.trial) {
      await judge(data);
    } else if (data.look) {
      postMessage({ job: data.job, story: trial.story(data.look.key, data.look.smallest) });
    } else if (data.shrink) {
      await shrink(data);
    } else {
      await sweep(data);
    }
  } catch (error) {
    postMessage({ job: data.job, error: String(error) });
  }
};
