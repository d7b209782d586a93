//! A browser that obeys: the few WebDriver commands that the harness needs, over plain HTTP.

mod base64;
mod engine;
mod key;
mod patience;
mod process;
mod wire;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;
use wire::{agent, await_driver, call};

use crate::place;
use patience::Patience;

pub use engine::{ENGINES, Engine, chromium_options};

/// How long one command may take, such as a script or a page that loads.
const COMMAND: Duration = Duration::from_secs(180);

/// How long a look at a window may take that is asked of one which may hang: a picture, its console.
const LOOK: Duration = Duration::from_secs(20);

/// The address, how far the page has loaded, and what it shows with all its attributes: the clock, the
/// front of the run and the bars of the workers stand there. The text is hashed by FNV-1a.
const STATE: &str = "let hash = 0x811c9dc5;
    for (const letter of document.documentElement?.outerHTML ?? '')
        hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
    const loaded = performance.getEntriesByType('resource').length;
    return [location.href, document.readyState, loaded, hash].join(' ');";

/// The key under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One open window of one engine; closed, with its driver, when dropped.
#[derive(Debug)]
pub struct Window {
    /// Which engine this is.
    pub engine: Engine,
    agent: Agent,
    session: String,
    _driver: engine::Driver,
}

/// A thing on the page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Window {
    /// Starts the engine and opens one empty window.
    pub fn open(engine: Engine, toolbox: &crate::tool::Toolbox) -> Result<Self, String> {
        let (mut driver, capabilities) = engine::start(engine, toolbox)?;
        let agent = agent(COMMAND + Duration::from_secs(20));
        let address = driver.address();
        await_driver(&agent, &address, || driver.runs())?;
        let wish = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = call(&agent, "POST", &format!("{address}/session"), &wish)?;
        let id = answer["sessionId"].as_str().ok_or("the driver opened no session")?;
        let session = format!("{address}/session/{id}");
        let window = Self { engine, agent, session, _driver: driver };
        let limit = COMMAND.as_millis() as u64;
        let limits = json!({ "script": limit, "pageLoad": limit, "implicit": 0 });
        window.post("/timeouts", &limits)?;
        Ok(window)
    }

    /// Goes to an address and waits until the document has loaded.
    pub fn visit(&self, address: &str) -> Result<(), String> {
        self.post("/url", &json!({ "url": address })).map(drop)
    }

    /// The address that the window shows.
    pub fn address(&self) -> Result<String, String> {
        Ok(self.get("/url")?.as_str().unwrap_or_default().to_owned())
    }

    /// Loads the page again.
    pub fn reload(&self) -> Result<(), String> {
        self.post("/refresh", &json!({})).map(drop)
    }

    /// Goes one step back in the history.
    pub fn back(&self) -> Result<(), String> {
        self.post("/back", &json!({})).map(drop)
    }

    /// Sets the size of the window.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        self.post("/window/rect", &json!({ "width": width, "height": height })).map(drop)
    }

    /// Runs the body of a function in the page and returns what it returns.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs the body of an async function in the page and waits for what it returns.
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];
             (async function() {{ {script} }}).apply(null, arguments)
               .then(value => done({{ value }}), error => done({{ error: String(error) }}));"
        );
        let body = json!({ "script": wrapped, "args": arguments });
        let answer = self.post("/execute/async", &body)?;
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["value"].clone()),
        }
    }

    /// All elements that a CSS selector names, at this moment.
    pub fn all(&self, selector: &str) -> Result<Vec<Element>, String> {
        let wish = json!({ "using": "css selector", "value": selector });
        let found = self.post("/elements", &wish)?;
        let ids = found.as_array().into_iter().flatten().filter_map(|item| item[ELEMENT].as_str());
        Ok(ids.map(|id| Element(id.to_owned())).collect())
    }

    /// Waits for the first element that a CSS selector names.
    pub fn find(&self, selector: &str) -> Result<Element, String> {
        self.wait(&format!("an element {selector}"), || Ok(self.all(selector)?.into_iter().next()))
    }

    /// Clicks on the first element that a CSS selector names.
    pub fn click(&self, selector: &str) -> Result<(), String> {
        self.wait(&format!("a click on {selector}"), || {
            let Some(Element(id)) = self.all(selector)?.into_iter().next() else { return Ok(None) };
            // An element that moves or is covered for a moment is tried again.
            Ok(self.post(&format!("/element/{id}/click"), &json!({})).ok())
        })?;
        Ok(())
    }

    /// The visible text of an element.
    pub fn text(&self, element: &Element) -> Result<String, String> {
        let text = self.get(&format!("/element/{}/text", element.0))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Presses and releases one key wherever the focus is; special keys by name, `Control+z` held.
    pub fn key(&self, chord: &str) -> Result<(), String> {
        let keys: Vec<String> = key::chord(chord);
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let steps: Vec<Value> = down.chain(up).collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": steps });
        self.post("/actions", &json!({ "actions": [source] })).map(drop)
    }

    /// Types a text wherever the focus is.
    pub fn type_text(&self, text: &str) -> Result<(), String> {
        let steps = text.chars().flat_map(|letter| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": letter.to_string() }))
        });
        let steps: Vec<Value> = steps.collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": steps });
        self.post("/actions", &json!({ "actions": [source] })).map(drop)
    }

    /// Moves the mouse over the first element that a CSS selector names.
    pub fn hover(&self, selector: &str) -> Result<(), String> {
        let Element(id) = self.find(selector)?;
        let origin = json!({ ELEMENT: id });
        let step =
            json!({ "type": "pointerMove", "duration": 0, "origin": origin, "x": 0, "y": 0 });
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": [step] });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Presses the mouse in the middle of the first element that a CSS selector names, whatever
    /// lies over it: for marks on a drawing, where a click by name is refused as covered.
    pub fn press(&self, selector: &str) -> Result<(), String> {
        let Element(id) = self.find(selector)?;
        let origin = json!({ ELEMENT: id });
        let steps = json!([
            { "type": "pointerMove", "duration": 0, "origin": origin, "x": 0, "y": 0 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": steps });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Lays a finger for each path on the window and moves all of them along at once.
    pub fn touch(&self, paths: &[Vec<(f64, f64)>]) -> Result<(), String> {
        let finger = |(number, path): (usize, &Vec<(f64, f64)>)| {
            let mut steps = Vec::new();
            for (at, (x, y)) in path.iter().enumerate() {
                let span = if at == 0 { 0 } else { 60 };
                let (x, y) = (*x as i64, *y as i64);
                steps.push(json!({ "type": "pointerMove", "duration": span, "x": x, "y": y }));
                if at == 0 {
                    steps.push(json!({ "type": "pointerDown", "button": 0 }));
                }
            }
            steps.push(json!({ "type": "pointerUp", "button": 0 }));
            let kind = json!({ "pointerType": "touch" });
            json!({ "type": "pointer", "id": format!("finger {number}"), "parameters": kind, "actions": steps })
        };
        let fingers: Vec<Value> = paths.iter().enumerate().map(finger).collect();
        self.post("/actions", &json!({ "actions": fingers })).map(drop)
    }

    /// Asks again and again until there is an answer, or until the page has come to rest without one.
    pub fn wait<T>(
        &self,
        what: &str,
        mut ask: impl FnMut() -> Result<Option<T>, String>,
    ) -> Result<T, String> {
        let mut patience = Patience::new(Instant::now());
        let mut problem = String::new();
        loop {
            match ask() {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => problem.clear(),
                Err(error) => problem = format!(" ({error})"),
            }
            if let Some(why) = patience.ends(Instant::now(), || self.state()) {
                return Err(format!("waited in vain for {what}{problem}: {why}"));
            }
            std::thread::sleep(Duration::from_millis(60));
        }
    }

    /// All that the page shows, as a short text that is another one after every change. A page that
    /// does not answer has no state of its own.
    fn state(&self) -> Option<String> {
        let state = self.run(STATE, &[]).ok()?;
        state.as_str().map(str::to_owned)
    }

    /// Waits until a JavaScript expression holds.
    pub fn wait_until(&self, expression: &str) -> Result<(), String> {
        let script = format!("return Boolean({expression})");
        self.wait(expression, || Ok((self.run(&script, &[])? == true).then_some(())))
    }

    /// Saves a picture of what the window shows.
    pub fn picture(&self, file: &Path) -> Result<(), String> {
        let answer = self.look("GET", "/screenshot", &Value::Null)?;
        place::write(file, base64::decode(answer.as_str().unwrap_or_default())?)
    }

    /// The page on paper, as a PDF; not every engine prints.
    pub fn print(&self) -> Result<Vec<u8>, String> {
        let answer = self.post("/print", &json!({}))?;
        base64::decode(answer.as_str().unwrap_or_default())
    }

    /// What the page wrote to its console; only Chromium tells.
    pub fn console(&self) -> Vec<String> {
        let log =
            self.look("POST", "/se/log", &json!({ "type": "browser" })).unwrap_or(Value::Null);
        let entries = log.as_array().into_iter().flatten();
        let line = |entry: &Value| {
            let word = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            format!("{}: {}", word("level"), word("message"))
        };
        entries.map(line).collect()
    }

    /// A command of the Chrome DevTools Protocol; only Chromium knows them.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// True unless the page answers scripts, its timers run, and yet no frame is drawn for so long: then it
    /// is the engine that has stopped, and nothing that the page does for a screen can go on.
    #[must_use]
    pub fn draws(&self, within: Duration) -> bool {
        let script = "const [within, done] = arguments;
             requestAnimationFrame(() => done('drawn'));
             setTimeout(() => done('stopped'), within);";
        let body = json!({ "script": script, "args": [within.as_millis() as u64] });
        let answer = self.look("POST", "/execute/async", &body);
        !answer.is_ok_and(|answer| answer == "stopped")
    }

    /// One command that gives up soon.
    fn look(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        call(&agent(LOOK), method, &format!("{}{path}", self.session), body)
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        call(&self.agent, "GET", &format!("{}{path}", self.session), &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        call(&self.agent, "POST", &format!("{}{path}", self.session), body)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Ends the browser; the driver, if it hangs, is ended by its own guard just after.
        drop(call(&agent(Duration::from_secs(10)), "DELETE", &self.session, &Value::Null));
    }
}
