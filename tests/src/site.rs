//! A small web server for one folder, under a path of its own, as any static host would serve it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The page must work in any folder of any host; this is the folder we try it in.
const FOLDER: &str = "/some/folder/";

/// A page of the same host that is always there and always empty.
pub const BLANK: &str = "/blank";

/// Serves a folder until dropped.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Starts to serve at a free local port.
    pub fn open(dist: &Path) -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let stop = Arc::new(AtomicBool::new(false));
        let (dist, seen) = (dist.to_path_buf(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if seen.load(Ordering::Relaxed) {
                    break;
                }
                let dist = dist.clone();
                std::thread::spawn(move || answer(stream, &dist));
            }
        });
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// The address of the page, ending in a slash.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}{FOLDER}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // One more visit wakes the thread, so that it sees the flag.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A visitor that hangs up early is no error of ours: every failure just ends the answer.
fn answer(mut stream: TcpStream, dist: &Path) {
    drop(stream.set_read_timeout(Some(Duration::from_secs(60))));
    let Ok(copy) = stream.try_clone() else { return };
    let mut lines = BufReader::new(copy).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    for _ in lines.by_ref().take_while(|line| !line.is_empty()).take(200) {}
    let path = request.split(' ').nth(1).unwrap_or("/");
    let found = locate(dist, path).and_then(|file| Some((std::fs::read(&file).ok()?, file)));
    let (status, kind, body) = match &found {
        // A page without anything, for a visitor who first clears what an earlier one left behind.
        _ if path == BLANK || path == "/favicon.ico" => {
            ("200 OK", "text/html; charset=utf-8", b"<!doctype html>".as_slice())
        }
        Some((body, file)) => ("200 OK", kind(file), body.as_slice()),
        None => ("404 Not Found", "text/plain; charset=utf-8", b"not found".as_slice()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let body = if request.starts_with("HEAD ") { &[] } else { body };
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)));
}

/// The file behind a path of the site; nothing for a path that leaves the folder.
fn locate(dist: &Path, path: &str) -> Option<PathBuf> {
    let path = path.split(['?', '#']).next()?.strip_prefix(FOLDER)?;
    if path.split('/').any(|step| step == "..") {
        return None;
    }
    let file = dist.join(path);
    Some(if file.is_dir() { file.join("index.html") } else { file })
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folder_are_found() {
        let dist = Path::new("dist");
        assert_eq!(locate(dist, "/some/folder/a.js?x=1"), Some(dist.join("a.js")));
        assert_eq!(locate(dist, "/a.js"), None);
        assert_eq!(locate(dist, "/some/folder/../secret"), None);
    }
}
